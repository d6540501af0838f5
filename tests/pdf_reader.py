"""Reads a PDF back as a reader's search does: the text of each page by the fonts' own tables of letters."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import cached_property

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"^(.*?)\nstream\n(.*)\nendstream$", re.DOTALL)
_TOKEN = re.compile(
    rb"/(?P<font>F\d+) [\d.]+ Tf"
    rb"|(?P<line>Td)"
    rb"|/(?P<tag>[A-Z]\w*) <</MCID (?P<number>\d+)>> BDC"
    rb"|/(?P<artifact>Artifact) BMC"
    rb"|(?P<end>EMC)"
    rb"|\((?P<text>(?:[^()\\]|\\.)*)\)",
    re.DOTALL,
)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Piece:
    """One tagged piece of a page: its kind and its text, a line break where the page has one."""

    kind: str
    text: str


@dataclass(frozen=True)
class Document:
    """One file."""

    data: bytes

    @cached_property
    def objects(self) -> dict[int, bytes]:
        return {int(found[1]): found[2] for found in _OBJECT.finditer(self.data)}

    @cached_property
    def catalog(self) -> bytes:
        return next(body for body in self.objects.values() if re.search(rb"/Type /Catalog\b", body))

    @cached_property
    def metadata(self) -> str:
        """The XMP packet: title, language, dates."""
        return self.stream(_reference(self.catalog, b"Metadata")).decode()

    @cached_property
    def pages(self) -> list[list[Piece]]:
        """The tagged pieces of each page, in the order of reading."""
        bodies = [body for _, body in sorted(self.objects.items()) if re.search(rb"/Type /Page\b", body)]
        return [self._pieces(body) for body in bodies]

    @cached_property
    def text(self) -> str:
        """All the text in one line, artifacts left out; what a page break cut is put together again."""
        pieces = [piece.text for page in self.pages for piece in page if piece.kind != "Artifact"]
        return " ".join(" ".join(pieces).split())

    @cached_property
    def fonts(self) -> dict[str, bytes]:
        """Names and font files of what is embedded."""
        found = {}
        for body in self.objects.values():
            if re.search(rb"/Type /FontDescriptor\b", body):
                name = re.search(rb"/FontName /(\S+)", body)
                assert name is not None
                found[name[1].decode()] = self.stream(_reference(body, b"FontFile2"))
        return found

    def stream(self, number: int) -> bytes:
        found = _STREAM.match(self.objects[number])
        assert found is not None
        return zlib.decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]

    def _pieces(self, page: bytes) -> list[Piece]:
        letters = self._letters(self.objects[_reference(page, b"Resources")])
        pieces, kind, text, font = [], "", "", ""
        for token in _TOKEN.finditer(self.stream(_reference(page, b"Contents"))):
            if token["font"]:
                font = token["font"].decode()
            elif token["tag"] or token["artifact"]:
                kind, text = (token["tag"] or token["artifact"]).decode(), ""
            elif token["end"]:
                pieces.append(Piece(kind, text.strip("\n")))
                kind = ""
            elif token["line"]:
                text += "\n"
            else:
                assert kind, "text that is no piece"
                text += _decoded(token["text"], letters[font])
        return pieces

    def _letters(self, resources: bytes) -> dict[str, dict[int, str]]:
        fonts = re.findall(rb"/(F\d+) (\d+) 0 R", resources)
        return {name.decode(): self._map(_reference(self.objects[int(number)], b"ToUnicode")) for name, number in fonts}

    def _map(self, number: int) -> dict[int, str]:
        rows = re.findall(rb"<([0-9A-Fa-f]{4})> <((?:[0-9A-Fa-f]{4})+)>\n", self.stream(number))
        return {int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in rows}


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found is not None, name
    return int(found[1])


def _decoded(escaped: bytes, letters: dict[int, str]) -> str:
    raw = re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), escaped, flags=re.DOTALL)
    codes = [int.from_bytes(raw[place : place + 2], "big") for place in range(0, len(raw), 2)]
    return "".join(letters[code] for code in codes)
