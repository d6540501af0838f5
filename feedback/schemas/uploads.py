"""Files as they come in: judged by their content, images encoded anew, anything doubtful refused."""

from __future__ import annotations

import hashlib
import struct
import warnings
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING

from feedback.domain import portable
from feedback.domain.attachment import (
    BROKEN_IMAGE,
    EMPTY,
    LARGEST,
    TOO_LARGE,
    TOO_MANY_PIXELS,
    WRONG_KIND,
    Attached,
    FileRefused,
    MediaType,
)

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

LONGEST_SIDE = 2048  # pixels of an image as it is kept
LONGEST_SIDE_SENT = 16_000  # pixels
SHORTEST_SIDE_DECODED = 1536  # pixels of the long side, at least, to which a JPEG is decoded when it is large
# Pixels that are decoded at most, so that a picture takes 25 to 75 MB (docs/adr/0019): a JPEG is decoded at a part of
# its size, a progressive one is held whole meanwhile, a PNG takes four bytes a pixel, a WebP three times that.
MOST_PIXELS = MappingProxyType({"JPEG": 64_000_000, "progressive": 12_500_000, "PNG": 9_000_000, "WEBP": 4_200_000})
QUALITY = 85

# What Pillow raises for files that are broken; SyntaxError is its word for a bad piece of a PNG.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    MemoryError,
    ArithmeticError,
    LookupError,
    TypeError,
    struct.error,
)
_ORIENTATION = 0x0112  # the tag of EXIF
_JPEG, _PNG, _WEBP, _PDF = "JPEG", "PNG", "WEBP", "PDF"


def glance(*, content: bytes) -> str:
    """The kind that a file's first bytes say, by Pillow's names; raise FileRefused for no kind that is taken.

    Args:
        content: the file, or its first LARGEST + 1 bytes when it is longer.
    """
    if not content:
        raise FileRefused(EMPTY)
    if len(content) > LARGEST:
        raise FileRefused(TOO_LARGE)
    if content.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _WEBP
    if content.startswith(b"%PDF-"):
        return _PDF
    raise FileRefused(WRONG_KIND)


def read(*, content: bytes) -> Attached:
    """The file as it is kept; raise FileRefused for what is broken, too large, or more than it seems."""
    kind = glance(content=content)
    if kind == _PDF:
        portable.check(content=content)
        kept, media_type = content, MediaType.PDF
    else:
        kept, media_type = _encoded_anew(content, kind), MediaType.JPEG
    return Attached(media_type, kept, hashlib.sha256(content).hexdigest(), hashlib.sha256(kept).hexdigest())


def _encoded_anew(content: bytes, kind: str) -> bytes:
    """A JPEG of the same picture, upright and within LONGEST_SIDE, of an animation the first one; nothing besides."""
    from PIL import Image  # read when the first picture comes, not at every start

    if not _has_its_end(content, kind):
        raise FileRefused(BROKEN_IMAGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound is below the one that it warns of
            with Image.open(BytesIO(content), formats=(kind,)) as image:
                _refuse_bombs(image, kind)
                return _saved(_flat(_upright(image)))
    except Image.DecompressionBombError:
        raise FileRefused(TOO_MANY_PIXELS) from None
    except _BROKEN:
        raise FileRefused(BROKEN_IMAGE) from None


def _has_its_end(content: bytes, kind: str) -> bool:
    """Whether the mark that ends a picture is there; Pillow forgives when it is not."""
    if kind == _JPEG:
        return content.find(b"\xff\xd9", content.rfind(b"\xff\xda")) >= 0
    if kind == _PNG:
        return content.rfind(b"IEND\xaeB`\x82") >= 0
    return int.from_bytes(content[4:8], "little") + 8 <= len(content)


def _refuse_bombs(image: Picture, kind: str) -> None:
    """Refuse before anything is decoded what would take too much memory."""
    width, height = image.size
    most = MOST_PIXELS["progressive" if "progressive" in image.info else kind]
    if width * height > most or max(width, height) > LONGEST_SIDE_SENT:
        raise FileRefused(TOO_MANY_PIXELS)


def _upright(image: Picture) -> Picture:
    """Decoded at about the size that is kept, and turned as its sender held the camera."""
    part = max(1.0, max(image.size) / SHORTEST_SIDE_DECODED)
    image.draft("RGB", (max(1, int(image.width / part)), max(1, int(image.height / part))))
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode == "1":
        image = image.convert("L")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    return _turned(image)


def _turned(image: Picture) -> Picture:
    """Turned as its own words ask; as it is when they say nothing clear. Nothing of them is written anew."""
    from PIL.Image import Transpose

    asked = image.getexif().get(_ORIENTATION)
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(asked) if isinstance(asked, int) else None
    return image if turn is None else image.transpose(turn)


def _flat(image: Picture) -> Picture:
    """In plain colours, on white where it was transparent."""
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"}:
        whole = image.convert("RGBA")
        ground = Image.new("RGBA", whole.size, "white")
        ground.alpha_composite(whole)
        image = ground
    return image if image.mode in {"RGB", "L"} else image.convert("RGB")


def _saved(image: Picture) -> bytes:
    """As JPEG; nothing of what came with the picture goes along."""
    image.info.clear()
    target = BytesIO()
    image.save(target, "JPEG", quality=QUALITY, subsampling=0)
    return target.getvalue()
