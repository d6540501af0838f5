"""Files as citizens send them, good ones and those that must be refused; each is made here."""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import cache

from fpdf import FPDF
from PIL import Image


@cache
def picture(kind: str = "JPEG", width: int = 320, height: int = 240, mode: str = "RGB") -> bytes:
    """A picture of coloured bands."""
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def located() -> bytes:
    """A JPEG that says where and with what it was taken, and lies on its side."""
    image = Image.new("RGB", (60, 40), "red")
    told = Image.Exif()
    told[0x010F] = "Máy ảnh thử"
    told[0x0112] = 6  # turned by a quarter
    told.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    image.save(target, "JPEG", exif=told.tobytes(), comment=b"ghi chu rieng")
    return target.getvalue()


def animation() -> bytes:
    """An animated WebP: red, then blue."""
    target = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()


@cache
def pdf(pages: int = 1) -> bytes:
    """A plain PDF with so many pages."""
    made = FPDF()
    for number in range(1, pages + 1):
        made.add_page()
        made.set_font("Helvetica", size=12)
        made.cell(text=f"Trang {number}")
    return bytes(made.output())


def pdf_of(*objects: bytes, trailer: bytes = b"", page: bytes = b"") -> bytes:
    """A PDF with a page and these further objects; what the trailer and the page say besides may be given."""
    whole = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] " + page + b" >>",
        *objects,
    ]
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(whole, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(whole) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(whole) + 1, trailer, table)
    return bytes(written)


def packed(objects: bytes, about: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode") -> bytes:
    """A stream of objects, packed."""
    content = zlib.compress(objects)
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (about, len(content), content)


def archive() -> bytes:
    """A zip file that unpacks to a hundred megabytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made, made.open("a.txt", "w") as entry:
        for _ in range(100):
            entry.write(bytes(1_000_000))
    return target.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A piece of a PNG."""
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


def png_of_size(width: int, height: int, rows: int | None = None) -> bytes:
    """A PNG of grey pixels that is small as a file, however large it is as a picture."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    packer = zlib.compressobj()
    data = b"".join(packer.compress(bytes(width + 1)) for _ in range(height if rows is None else rows))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", data + packer.flush()) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
