"""A PDF is taken when it is whole and does nothing, and refused wherever what it does is hidden."""

from __future__ import annotations

import zlib

import pytest

from feedback.domain import attachment, portable
from feedback.domain.attachment import FileRefused
from feedback.domain.pdf_objects import Unreadable, streams
from tests import sample_files as files

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def verdict(content: bytes) -> str | None:
    """Why a file is refused; None for one that is taken."""
    try:
        portable.check(content=content)
    except FileRefused as refused:
        return refused.sentence
    return None


GOOD = {
    "of one page": files.pdf(),
    "of two hundred pages": files.pdf(200),
    "written by hand": files.pdf_of(),
    "with packed objects": files.pdf_of(files.packed(b"5 0 << /Title (Xin) >>")),
    "with packed objects, in brackets": files.pdf_of(
        files.packed(b"5 0 << /A 1 >>", about=b"/Type /ObjStm /N 1 /First 4 /Filter [ /FlateDecode ]")
    ),
    "with objects that are not packed": files.pdf_of(b"<< /N 1 /First 4 >>\nstream\n5 0 << /A 1 >>\nendstream"),
    "with a picture": files.pdf_of(b"<< /Subtype /Image /Filter /DCTDecode >>\nstream\n\xff\xd8\xff\nendstream"),
    "with words in brackets": files.pdf_of(b"<< /Title (Xin \\) ch\xc3\xa0o (th\xc3\xa2n \\( m\xe1\xba\xbfn)) >>"),
    "with a link": files.pdf_of(b"<< /S /URI /URI (https://langnghe.example) >>"),
    "with numbers, lists and remarks": files.pdf_of(b"[ 1 2 0 R ] % xin\n", b"<< /A [ << /B 1 >> ] /C 2 0 R >>"),
    "with spaces at its end": files.pdf_of() + b"\r\n\x00",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_whole_document_that_does_nothing_is_taken(name: str) -> None:
    assert verdict(GOOD[name]) is None


BAD = {
    "cut in half": (files.pdf()[: len(files.pdf()) // 2], attachment.BROKEN_PDF),
    "cut near its end": (files.pdf()[:-9], attachment.BROKEN_PDF),
    "something before it": (b"\n" + files.pdf(), attachment.BROKEN_PDF),
    "something after it": (files.pdf() + b"<script>", attachment.BROKEN_PDF),
    "an archive after it": (files.pdf() + files.archive() + b"\nstartxref\n9\n%%EOF", attachment.BROKEN_PDF),
    "a table that is not there": (files.pdf_of().replace(b"xref\n0 4", b"nope\n0 4"), attachment.BROKEN_PDF),
    "only a head and an end": (b"%PDF-1.4\nxref\n/Root\nstartxref\n9\n%%EOF", attachment.BROKEN_PDF),
    "no version": (files.pdf_of().replace(b"%PDF-1.7", b"%PDF-9.9"), attachment.BROKEN_PDF),
    "locked": (files.pdf_of(trailer=b"/Encrypt 9 0 R"), attachment.LOCKED_PDF),
    "script": (files.pdf_of(SCRIPT), attachment.ACTIVE_PDF),
    "script written in another way": (
        files.pdf_of(b"<< /S /J#61v#61Script /JS (app.alert(1)) >>"),
        attachment.ACTIVE_PDF,
    ),
    "script in a remark": (files.pdf_of(b"null\n% " + SCRIPT), attachment.ACTIVE_PDF),
    "script packed": (files.pdf_of(files.packed(b"5 0 " + SCRIPT)), attachment.ACTIVE_PDF),
    "script packed, kind not said": (
        files.pdf_of(files.packed(b"5 0 " + SCRIPT, about=b"/N 1 /First 4 /Filter /FlateDecode")),
        attachment.ACTIVE_PDF,
    ),
    "script packed behind misleading words": (
        files.pdf_of(
            files.packed(
                b"5 0 " + SCRIPT,
                about=b"/A (stream 1 0 obj << >>) /N 1 /F#69rst 4 % >> stream\n/Filter /FlateDecode",
            )
        ),
        attachment.ACTIVE_PDF,
    ),
    "script packed within a picture": (
        files.pdf_of(b"<< /Subtype /Image >>\nstream\n8 0 obj\n" + files.packed(b"5 0 " + SCRIPT) + b"\nendstream"),
        attachment.ACTIVE_PDF,
    ),
    "another program": (files.pdf_of(b"<< /S /Launch /F (cmd.exe) >>"), attachment.ACTIVE_PDF),
    "a file within": (files.pdf_of(b"<< /Type /EmbeddedFile >>\nstream\nMZ\nendstream"), attachment.ACTIVE_PDF),
    "names of files within": (files.pdf_of(b"<< /Names << /EmbeddedFiles 5 0 R >> >>"), attachment.ACTIVE_PDF),
    "a form that sends": (files.pdf_of(b"<< /S /SubmitForm >>"), attachment.ACTIVE_PDF),
    "a form with rules": (files.pdf_of(b"<< /XFA 5 0 R >>"), attachment.ACTIVE_PDF),
    "too long": (files.pdf(201), attachment.TOO_MANY_PAGES),
    "packed in a way of its own": (
        files.pdf_of(files.packed(b"5 0 x", about=b"/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode")),
        attachment.BROKEN_PDF,
    ),
    "packed twice": (
        files.pdf_of(files.packed(b"5 0 x", about=b"/Type /ObjStm /Filter [/FlateDecode /FlateDecode]")),
        attachment.BROKEN_PDF,
    ),
    "packed with a code": (
        files.pdf_of(
            files.packed(b"5 0 x", about=b"/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 15 >>")
        ),
        attachment.BROKEN_PDF,
    ),
    "packed by a way named elsewhere": (
        files.pdf_of(files.packed(b"5 0 x", about=b"/Type /ObjStm /Filter 9 0 R")),
        attachment.BROKEN_PDF,
    ),
    "packed wrongly": (
        files.pdf_of(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nnot packed\nendstream"),
        attachment.BROKEN_PDF,
    ),
    "packed and cut off": (
        files.pdf_of(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(bytes(9000))[:-6]).partition(
            b"\nendobj\nxref"
        )[0]
        + b"\n",
        attachment.BROKEN_PDF,
    ),
    "unpacking without end": (files.pdf_of(files.packed(bytes(100_000_000))), attachment.BROKEN_PDF),
    "a dictionary without an end": (files.pdf_of(b"<< /A [ 1 2 "), attachment.BROKEN_PDF),
    "a key that is no name": (files.pdf_of(b"<< 1 2 >>"), attachment.BROKEN_PDF),
    "a key without a value": (files.pdf_of(b"<< /A >>"), attachment.BROKEN_PDF),
    "a string without an end": (files.pdf_of(b"<< /A (xin >>"), attachment.BROKEN_PDF),
}


@pytest.mark.parametrize("name", BAD)
def test_a_document_that_is_broken_or_active_is_refused(name: str) -> None:
    content, sentence = BAD[name]
    assert verdict(content) == sentence


def test_a_stream_that_ends_before_it_is_unpacked_is_refused() -> None:
    cut = zlib.compress(bytes(range(256)) * 40)
    whole = files.pdf_of(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + cut[: len(cut) // 2])
    assert verdict(whole) == attachment.BROKEN_PDF


@pytest.mark.parametrize(("head", "tail"), [(b"1 0 obj << /A ( ", b" ) >>"), (b"1 0 obj(", b")"), (b"1 0 obj%", b"")])
def test_objects_within_objects_do_not_keep_the_reader_busy(head: bytes, tail: bytes) -> None:
    with pytest.raises(Unreadable):
        list(streams(content=head * 4000 + tail * 4000))
