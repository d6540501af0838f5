"""Files are judged by their content: what is doubtful is refused, and a picture is kept as one of our own."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import sys
import zlib
from collections import Counter

import pytest
from PIL import Image

from feedback.domain import attachment
from feedback.domain.attachment import LARGEST, FileRefused, MediaType
from feedback.schemas import uploads
from tests import sample_files as files
from tests.conftest import ROOT


def image_of(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg_of_our_own(kind: str) -> None:
    sent = files.picture(kind)
    kept = uploads.read(content=sent)
    assert kept.media_type is MediaType.JPEG
    assert (image_of(kept.content).format, image_of(kept.content).size) == ("JPEG", (320, 240))
    assert kept.received_sha256 == hashlib.sha256(sent).hexdigest()
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()


def test_a_pdf_is_kept_as_it_came() -> None:
    kept = uploads.read(content=files.pdf())
    assert (kept.media_type, kept.content) == (MediaType.PDF, files.pdf())
    assert kept.received_sha256 == kept.sha256


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_picture_of_any_colours_is_taken(mode: str) -> None:
    image = Image.linear_gradient("L").resize((50, 30))
    sent = io.BytesIO()
    (image.convert("L") if mode == "I;16" else image).convert(mode).save(sent, "PNG")
    kept = image_of(uploads.read(content=sent.getvalue()).content)
    assert (kept.size, kept.mode) == ((50, 30), "RGB" if mode in {"P", "LA", "RGBA"} else "L")


def test_what_is_transparent_is_shown_on_white() -> None:
    for image in (Image.new("RGBA", (20, 20), (0, 0, 0, 0)), Image.new("P", (20, 20), 0)):
        sent = io.BytesIO()
        image.save(sent, "PNG", transparency=0) if image.mode == "P" else image.save(sent, "PNG")
        kept = image_of(uploads.read(content=sent.getvalue()).content)
        assert kept.getpixel((10, 10)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    sent = io.BytesIO()
    Image.new("I;16", (20, 20), 32_768).save(sent, "PNG")
    assert image_of(uploads.read(content=sent.getvalue()).content).getpixel((5, 5)) == 128


def test_place_camera_and_remarks_are_gone_and_the_picture_stands_upright() -> None:
    kept = uploads.read(content=files.located()).content
    assert image_of(kept).size == (40, 60)
    assert dict(image_of(kept).getexif()) == {}
    assert b"Exif" not in kept
    assert b"ghi chu rieng" not in kept


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_turned_as_its_camera_was_held(turn: int) -> None:
    image = Image.new("RGB", (64, 32), "white")
    image.paste((255, 0, 0), (0, 0, 16, 16))  # a red corner, at the top left as it is stored
    told = Image.Exif()
    told[0x0112] = turn
    sent = io.BytesIO()
    image.save(sent, "JPEG", exif=told.tobytes(), quality=95)
    kept = image_of(uploads.read(content=sent.getvalue()).content).convert("L")
    wanted = {1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left"}
    wanted |= {5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left"}
    corners = {
        "top left": kept.getpixel((4, 4)),
        "top right": kept.getpixel((kept.width - 5, 4)),
        "bottom left": kept.getpixel((4, kept.height - 5)),
        "bottom right": kept.getpixel((kept.width - 5, kept.height - 5)),
    }
    assert min(corners, key=lambda name: corners[name]) == wanted[turn]  # type: ignore[arg-type, return-value]
    assert kept.size == ((64, 32) if turn < 5 else (32, 64))


@pytest.mark.parametrize(
    "told",
    [b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x02\x00\x01\x00\x00\x00AB\x00\x00", b"II*\x00\xff\xff", b"no words"],
)
def test_words_about_a_picture_that_cannot_be_read_do_not_spoil_it(told: bytes) -> None:
    sent = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(sent, "JPEG", exif=b"Exif\x00\x00" + told)
    assert image_of(uploads.read(content=sent.getvalue()).content).size == (60, 40)


def test_of_an_animation_the_first_picture_is_kept() -> None:
    kept = image_of(uploads.read(content=files.animation()).content)
    assert getattr(kept, "n_frames", 1) == 1
    red, _, blue = kept.getpixel((10, 10))  # type: ignore[misc]  # of an RGB picture
    assert red > 200 > blue


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_scaled_down(kind: str) -> None:
    kept = image_of(uploads.read(content=files.picture(kind, 3000, 1000)).content)
    assert (max(kept.size) <= uploads.LONGEST_SIDE, kept.width / kept.height) == (True, pytest.approx(3, abs=0.02))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(("width", "height"), [(9000, 1), (1, 9000), (1, 1)])
def test_a_strip_is_a_picture_too(kind: str, width: int, height: int) -> None:
    kept = image_of(uploads.read(content=files.picture(kind, width, height)).content)
    assert 1 <= min(kept.size) <= max(kept.size) <= uploads.LONGEST_SIDE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("missing", [1, 2, 30, 0.5])
def test_a_picture_that_is_cut_off_is_refused(kind: str, missing: float) -> None:
    whole = files.picture(kind)
    cut = whole[: int(len(whole) * missing)] if missing < 1 else whole[: -int(missing)]
    with pytest.raises(FileRefused) as refused:
        uploads.read(content=cut)
    assert refused.value.sentence == attachment.BROKEN_IMAGE


def test_what_comes_after_a_picture_is_dropped() -> None:
    both = files.picture() + files.archive() + b"<script>alert(1)</script>"
    kept = uploads.read(content=both).content
    assert b"PK" not in kept
    assert b"<script>" not in kept


REFUSED = {
    "nothing": (b"", attachment.EMPTY),
    "too large": (b"\xff\xd8\xff" + bytes(LARGEST), attachment.TOO_LARGE),
    "a program": (b"MZ\x90\x00" + bytes(100), attachment.WRONG_KIND),
    "words": ("Xin chào".encode(), attachment.WRONG_KIND),
    "a page": (b"<!doctype html><script>alert(1)</script>", attachment.WRONG_KIND),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", attachment.WRONG_KIND),
    "an animation of another kind": (b"GIF89a" + bytes(50), attachment.WRONG_KIND),
    "a sound": (b"RIFF\x24\x00\x00\x00WAVEfmt ", attachment.WRONG_KIND),
    "an archive": (files.archive(), attachment.WRONG_KIND),
    "a head without a body": (b"\xff\xd8\xff\xe0" + b"<?php echo 1; ?>" + b"\xff\xd9", attachment.BROKEN_IMAGE),
    "too many pixels": (files.png_of_size(50_000, 50_000, rows=10), attachment.TOO_MANY_PIXELS),
    "more pixels than any machine holds": (files.png_of_size(2**31 - 1, 2**31 - 1, rows=0), attachment.TOO_MANY_PIXELS),
    "a strip": (files.png_of_size(20_000, 2), attachment.TOO_MANY_PIXELS),
    "a piece that was changed": (files.picture("PNG").replace(b"IDAT", b"IDAX", 1), attachment.BROKEN_IMAGE),
    "words that unpack without end": (
        files.png_of_size(5, 5)[:33]
        + files.chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(80_000_000)))
        + files.png_of_size(5, 5)[33:],
        attachment.BROKEN_IMAGE,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_and_no_document_is_refused(name: str) -> None:
    content, sentence = REFUSED[name]
    with pytest.raises(FileRefused) as refused:
        uploads.read(content=content)
    assert refused.value.sentence == sentence


def test_a_progressive_picture_has_a_narrower_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = io.BytesIO()
    Image.new("RGB", (100, 100)).save(sent, "JPEG", progressive=True)
    monkeypatch.setattr(uploads, "MOST_PIXELS", {"JPEG": 10_000, "progressive": 9_999})
    with pytest.raises(FileRefused):
        uploads.read(content=sent.getvalue())
    assert uploads.read(content=files.picture("JPEG", 100, 100)).content


_MEASURE = """
import resource, sys
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from feedback.domain.attachment import FileRefused
from feedback.schemas import uploads
from tests import sample_files as files
import tests.schemas.test_uploads as tried
samples = [content for content, _ in tried.REFUSED.values()]
samples += [files.pdf_of(files.packed(bytes(100_000_000)))]
print("ready", flush=True)
before = int(open("/proc/self/status").read().split("VmRSS:")[1].split()[0])
open("/proc/self/clear_refs", "w").write("5")  # the high-water mark begins anew
for content in samples:
    try:
        uploads.read(content=content)
        sys.exit("taken")
    except FileRefused:
        pass
after = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
print((after - before) // 1024)
"""


def test_refusing_a_file_takes_little_memory() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.split()[-1]) <= 50  # megabytes


def test_a_file_that_was_changed_at_random_is_taken_or_refused_and_nothing_else() -> None:
    seeds = [files.picture(kind, 48, 40) for kind in ("JPEG", "PNG", "WEBP")]
    seeds += [files.located(), files.animation(), files.pdf(), files.pdf_of(files.packed(b"5 0 << /A 1 >>"))]
    chance, ends = random.Random(5), Counter[str]()  # noqa: S311 -- nothing secret
    for _ in range(4000):
        changed = bytearray(chance.choice(seeds))
        for _ in range(chance.choice([1, 2, 5, 20])):
            place = chance.randrange(len(changed))
            changed[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        try:
            ends[uploads.read(content=bytes(changed)).media_type] += 1
        except FileRefused:
            ends["refused"] += 1
    assert ends["refused"] > 1000
    assert {MediaType.JPEG, MediaType.PDF} <= ends.keys()
