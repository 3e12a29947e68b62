"""Evidence photos of the demo: drawn small pictures, each a little different."""

from __future__ import annotations

import io
from datetime import datetime
from random import Random

from PIL import ExifTags, Image, ImageDraw

from qianxian.matters.photos import Photo, keep

_SIZE = (240, 180)


def photo(rng: Random, taken_at: datetime) -> Photo:
    """A hut under a sky with a pit in front: what the photo of a renovation would show."""
    picture = Image.new("RGB", _SIZE, _colour(rng, (150, 180, 205), 35))
    draw = ImageDraw.Draw(picture)
    ground = rng.randrange(115, 140)
    draw.rectangle((0, ground, *_SIZE), fill=_colour(rng, (120, 135, 95), 30))
    left, width = rng.randrange(25, 110), rng.randrange(70, 105)
    draw.rectangle((left, 55, left + width, ground + 8), fill=_colour(rng, (215, 205, 190), 30))
    roof = [(left - 8, 57), (left + width // 2, 24), (left + width + 8, 57)]
    draw.polygon(roof, fill=_colour(rng, (150, 85, 70), 40))
    draw.rectangle((left + 18, 84, left + 44, ground + 8), fill=_colour(rng, (95, 75, 60), 25))
    pit = (left + 10, ground + 16, left + width, ground + 34)
    draw.ellipse(pit, fill=_colour(rng, (105, 105, 105), 20))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, exif=_exif(taken_at))
    out.seek(0)
    return keep(out)


def _colour(rng: Random, base: tuple[int, int, int], spread: int) -> tuple[int, int, int]:
    red, green, blue = (c + rng.randint(-spread, spread) for c in base)
    return red, green, blue


def _exif(taken_at: datetime) -> Image.Exif:
    exif = Image.Exif()
    said = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = said
    return exif
