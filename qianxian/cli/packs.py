"""`packs`: check definitions, and give their JSON Schema to editors. Needs no database."""

from __future__ import annotations

import json
from pathlib import Path

from qianxian.cli.base import Parser, complain, pack_folders, say, use_data


def main(argv: list[str]) -> int:
    parser = Parser("packs", "检查条线包里的每一份定义，或输出它们的格式说明。")
    parser.add_argument(
        "what",
        choices=["check", "schema"],
        metavar="check|schema",
        help="check：读全部定义，把所有错误一次列出，有错返回1；schema：输出 JSON Schema",
    )
    parser.add_argument(
        "folders", nargs="*", metavar="文件夹", help="check 查哪里；默认：自带的和 QIANXIAN_PACKS"
    )
    parser.add_argument("--to", metavar="文件夹", help="schema 每种定义写一个文件；不写就到屏幕")
    options = parser.parse_args(argv)
    use_data(None)
    if options.what == "schema":
        return _schema(Path(options.to) if options.to else None)
    return _check([Path(folder) for folder in options.folders] or pack_folders())


def _check(where: list[Path]) -> int:
    from qianxian_packs import PacksInvalid, load

    try:
        found = load(where)
    except PacksInvalid as error:
        for one in error.errors:
            complain(str(one))
        complain(f"一共{len(error.errors)}处。都改好了再来一次。")
        return 1
    counts = ((found.ledgers, "台账"), (found.flows, "流程"), (found.indicators, "指标"))
    parts = "、".join(f"{name}{len(each)}个" for each, name in counts)
    say(f"条线包没有错误：{parts}、段落{len(found.paragraphs)}个。")
    return 0


def _schema(to: Path | None) -> int:
    from qianxian_packs import json_schemas

    schemas = json_schemas()
    if to is None:
        say(json.dumps(schemas, ensure_ascii=False, indent=2))
        return 0
    to.mkdir(parents=True, exist_ok=True)
    for kind, schema in schemas.items():
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        (to / f"{kind}.schema.json").write_text(text, encoding="utf-8")
    return 0
