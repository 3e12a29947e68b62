"""An invented township for the tables of these tests."""

from __future__ import annotations

from qianxian_tables import Place, Places

VILLAGES = ("青石坳村", "柳溪村", "大塅村", "望江社区", "白鹭塘村", "黄泥坡村")
PLACES = Places(
    [
        Place("云溪县", "county"),
        Place("石桥镇", "township"),
        *(Place(name, "village", f"44990110020{n}") for n, name in enumerate(VILLAGES)),
        Place("新塘村", "village", "449901100299", ("老龙塘村",)),
    ]
)


def id_number(day: str, order: int) -> str:
    """An identity number of no region, with a right check digit."""
    bare = f"449901{day}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(bare, weights, strict=True))
    return bare + "10X98765432"[total % 11]
