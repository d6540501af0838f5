"""Whether a PDF is whole and does nothing: judged over its bytes, wherever a reader might begin to read.

A reader finds objects by a table of places, so one may hide in what looks like a comment, a string or a picture. What
is forbidden is therefore looked for in every byte of the file, and in everything that can be unpacked as a stream of
objects; nothing depends on following the table as the file wishes (docs/adr/0019).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from feedback.domain.attachment import ACTIVE_PDF, BROKEN_PDF, LOCKED_PDF, TOO_MANY_PAGES, FileRefused
from feedback.domain.pdf_objects import SPACE, Stream, Unreadable, plain, streams

MOST_PAGES = 200
UNPACKED = 16_000_000  # bytes of all streams of objects together

_END = rb"(?![^\s\x00()<>\[\]{}/%])"  # a name ends at a space, at a delimiter, or where the file does
_HEAD = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)" + SPACE)
_TAIL = re.compile(rb"startxref" + SPACE + rb"{1,8}(\d{1,10})" + SPACE + rb"{1,8}%%EOF" + SPACE + rb"{0,64}\Z")
_TAIL_BYTES = 128
_TABLE = re.compile(SPACE + rb"{0,8}(?:xref" + SPACE + rb"|\d{1,10} \d{1,5} obj)")
_LOCKED = re.compile(rb"/Encrypt" + _END)
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|XFA|SubmitForm|ImportData|GoToE)" + _END
)
_PAGE = re.compile(rb"/Type" + SPACE + rb"{0,8}/Page" + _END)
_FLATE = frozenset({b"/FlateDecode", b"[/FlateDecode]", b"[ /FlateDecode ]"})
_OF_OBJECTS = frozenset({b"/First", b"/N"})
_CODED = frozenset({b"/DecodeParms", b"/F", b"/FFilter", b"/FDecodeParms"})


def check(*, content: bytes) -> None:
    """Raise FileRefused for a PDF that is broken, cut off, locked, active, too long, or another sort of file besides.

    Encryption counts as locked whether or not a password is asked for.
    """
    _whole(content)
    pages = 0
    try:
        for piece in _pieces(content):
            if _LOCKED.search(piece):
                raise FileRefused(LOCKED_PDF)
            if _ACTIVE.search(piece):
                raise FileRefused(ACTIVE_PDF)
            pages += sum(1 for _ in _PAGE.finditer(piece))
    except (Unreadable, zlib.error):
        raise FileRefused(BROKEN_PDF) from None
    if pages == 0:
        raise FileRefused(BROKEN_PDF)
    if pages > MOST_PAGES:
        raise FileRefused(TOO_MANY_PAGES)


def _whole(content: bytes) -> None:
    """Nothing stands before its head or after its end, and its end leads to its table."""
    tail = _TAIL.search(content, max(0, len(content) - _TAIL_BYTES))
    place = int(tail[1]) if tail else len(content)
    whole = _HEAD.match(content) and _TABLE.match(content, place) and b"/Root" in content
    if not whole or zipfile.is_zipfile(BytesIO(content)):
        raise FileRefused(BROKEN_PDF)


def _pieces(content: bytes) -> Iterator[bytes]:
    """The file, and each stream of objects unpacked, with names written plainly."""
    yield plain(content)
    left = UNPACKED
    for stream in streams(content=content):
        if stream.about.keys() >= _OF_OBJECTS or stream.about.get(b"/Type") == b"/ObjStm":
            unpacked = _unpacked(stream, content, left)
            left -= len(unpacked)
            yield plain(unpacked)


def _unpacked(stream: Stream, content: bytes, most: int) -> bytes:
    """The objects of a stream; raise Unreadable when they are packed in a way that we do not read, or too many."""
    packed = stream.about.get(b"/Filter")
    if _CODED & stream.about.keys():
        raise Unreadable
    if packed is None:
        return b""  # as they stand in the file, where they were looked through
    if packed not in _FLATE:
        raise Unreadable
    unpacker = zlib.decompressobj()
    found = unpacker.decompress(content[stream.place :], most + 1)
    if len(found) > most or not unpacker.eof:
        raise Unreadable
    return found
