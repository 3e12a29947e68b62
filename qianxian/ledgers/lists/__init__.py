"""Lists of a ledger: order, pages, columns, groups, saved lists, and many rows at once."""
