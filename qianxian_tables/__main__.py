"""Read workbooks without the product.

python -m qianxian_tables --places places.csv ledger infer FILE --json
python -m qianxian_tables --places places.csv ledger import FILE --json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from qianxian_tables import Places, TableError, import_to_json, infer, open_book, read_rows


def main(argv: Sequence[str]) -> int:
    """Print one JSON object. Status 0, or 2 where a file cannot be read."""
    parser = argparse.ArgumentParser(prog="qianxian_tables", description="读台账表格")
    parser.add_argument("--places", metavar="文件", type=Path, help="村名表 places.csv")
    parser.add_argument("area", choices=["ledger"])
    parser.add_argument("action", choices=["infer", "import"])
    parser.add_argument("file", metavar="文件", type=Path)
    parser.add_argument("--accept", "--ledger", metavar="台账")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    try:
        named = options.places.read_text("utf-8") if options.places else "code,name\n"
        places = Places.from_csv(named)
        book = open_book(options.file.read_bytes(), options.file.name)
        proposal = infer(book, places)
        if options.action == "infer":
            told = proposal.to_json()
        else:
            told = import_to_json(read_rows(book, proposal, places))
    except OSError as error:
        sys.stderr.write(f"打不开“{error.filename}”：{error.strerror}。\n")
        return 2
    except TableError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 2
    json.dump(told, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
