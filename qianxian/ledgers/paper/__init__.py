"""Paper forms of a ledger: blank ones to be written and signed, and an entry as a filled one."""
