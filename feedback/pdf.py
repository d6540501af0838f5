"""Letters as PDF: A4 in the form of Decree 30/2020/NĐ-CP, PDF/A, tagged, with embedded fonts that have every accent."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from feedback.domain.letter import Letter

FONTS = Path(__file__).parent / "data" / "fonts" / "liberation-serif"
_STYLES = (("", "Regular"), ("B", "Bold"), ("I", "Italic"), ("BI", "BoldItalic"))
_FAMILY = "serif"
# Millimetres and points; appendix I of the decree: margins 20–25, 20–25, 30–35 and 15–20, body 13–14 points.
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 20, 30, 15
_WIDTH = 210 - _LEFT - _RIGHT
_ISSUER_WIDTH, _GAP = 70, 2
_STATE_X, _STATE_WIDTH = _LEFT + _ISSUER_WIDTH + _GAP, _WIDTH - _ISSUER_WIDTH - _GAP
_BODY, _HEAD, _SMALL, _SMALLEST = 14, 13, 12, 11
_LINE = 1.25  # of the size of the letters
_INDENT = 10
_SIGNATURE_HEIGHT = 48
_POINT = 25.4 / 72
_MISSING = "□"
_NOTE = (
    "Bản in từ hệ thống Lắng Nghe, không có chữ ký số và con dấu. Nội dung có thể đối chiếu tại trang tra cứu bằng số "
    "ý kiến và mã tra cứu trên biên nhận."
)
_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmp:CreateDate="{at}" xmp:ModifyDate="{at}" xmp:MetadataDate="{at}" xmp:CreatorTool="Lắng Nghe" pdf:Producer="fpdf2">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def letter(letter: Letter) -> bytes:
    """The letter as a file; the same letter gives the same bytes."""
    with closing(_Sheets(letter)) as sheets:
        sheets.add_page()
        _head(sheets, letter)
        _addressee(sheets, letter)
        for paragraph in letter.paragraphs:
            sheets.paragraph(paragraph)
        _end(sheets, letter)
        return bytes(sheets.output())


class _Sheets(FPDF):
    """A4 sheets whose every piece of text is tagged, across page breaks too; page numbers from the second on."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(format="A4", enforce_compliance="PDF/A-2U")
        self._tag: str | None = None
        title, author, at = printable(letter.title), printable(letter.issuer.name), letter.at
        self.set_lang("vi")
        self.set_title(title)
        self.set_author(author)
        self.set_creator("Lắng Nghe")
        self.set_producer("fpdf2")
        self.set_creation_date(at)
        self.set_xmp_metadata(_XMP.format(at=_stamp(at), title=escape(title), author=escape(author)))
        for style, name in _STYLES:
            self.add_font(_FAMILY, style, FONTS / f"LiberationSerif-{name}.ttf")
        self.c_margin = 0
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(True, _BOTTOM)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def close(self) -> None:
        """Let go of the font files."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def header(self) -> None:
        """The number of the page, from the second on; then the piece that the page break cut goes on."""
        if self.page > 1:
            self._out("/Artifact BMC")
            self.set_font(_FAMILY, "", _HEAD)
            self.set_y(_TOP / 2)
            self.cell(0, 5, str(self.page), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.set_y(_TOP)
            self._out("EMC")
        if self._tag:
            self._begin(self._tag)

    def footer(self) -> None:
        """The piece that a page break cuts ends here on this page."""
        if self._tag:
            self._out("EMC")

    @contextmanager
    def tagged(self, kind: str) -> Iterator[None]:
        """What is set within is one piece of this kind: `P`, `H1`."""
        self._tag = kind
        self._begin(kind)
        yield
        self._out("EMC")
        self._tag = None

    def _begin(self, kind: str) -> None:
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=number)
        self._out(f"/{kind} <</MCID {number}>> BDC")

    def block(
        self, text: str, *, x: float, width: float, style: str, size: float, align: str = "C", kind: str = "P"
    ) -> None:
        """Text in a column; the next begins below it."""
        self.set_font(_FAMILY, style, size)
        self.set_x(x)
        with self.tagged(kind):
            self.multi_cell(
                width, size * _POINT * _LINE, printable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def paragraph(self, text: str) -> None:
        """One paragraph of the body: first line indented, both edges even."""
        self.set_font(_FAMILY, "", _BODY)
        with (
            self.tagged("P"),
            self.text_columns(text_align="J", line_height=_LINE) as columns,
            columns.paragraph(first_line_indent=_INDENT, bottom_margin=6 * _POINT) as piece,
        ):
            piece.write(printable(text))

    def rule(self, *, centre: float, length: float) -> None:
        """A short line below what was just set."""
        self._out("/Artifact BMC")
        self.set_line_width(0.25)
        self.line(centre - length / 2, self.y + 0.7, centre + length / 2, self.y + 0.7)
        self._out("EMC")


def _head(sheets: _Sheets, letter: Letter) -> None:
    _issuer(sheets, letter)
    left = sheets.y
    sheets.set_y(_TOP)
    _state(sheets, letter)
    sheets.set_y(max(left, sheets.y) + 3)
    row = sheets.y
    sheets.block(f"Số: {letter.number}", x=_LEFT, width=_ISSUER_WIDTH, style="", size=_SMALL)
    sheets.block(f"V/v {letter.subject}", x=_LEFT, width=_ISSUER_WIDTH, style="", size=_SMALL, kind="H1")
    left = sheets.y
    sheets.set_y(row)
    sheets.block(letter.dateline, x=_STATE_X, width=_STATE_WIDTH, style="I", size=_HEAD)
    sheets.set_y(max(left, sheets.y) + 5)


def _issuer(sheets: _Sheets, letter: Letter) -> None:
    for line in letter.issuer.lines:
        sheets.block(line, x=_LEFT, width=_ISSUER_WIDTH, style="B", size=_SMALL)
    centre = _LEFT + _ISSUER_WIDTH / 2
    if letter.issuer.party:
        sheets.block("*", x=_LEFT, width=_ISSUER_WIDTH, style="B", size=_SMALL)
    else:
        sheets.rule(centre=centre, length=_ISSUER_WIDTH / 3)
    sheets.set_y(sheets.y + 2)


def _state(sheets: _Sheets, letter: Letter) -> None:
    """The name of the State and its motto, or that of the Party (Hướng dẫn 36-HD/VPTW)."""
    centre = _STATE_X + _STATE_WIDTH / 2
    if letter.issuer.party:
        name = "ĐẢNG CỘNG SẢN VIỆT NAM"
        sheets.block(name, x=_STATE_X, width=_STATE_WIDTH, style="B", size=15)
        sheets.rule(centre=centre, length=sheets.get_string_width(name))
    else:
        motto = "Độc lập - Tự do - Hạnh phúc"
        sheets.block("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", x=_STATE_X, width=_STATE_WIDTH, style="B", size=_SMALL)
        sheets.block(motto, x=_STATE_X, width=_STATE_WIDTH, style="B", size=_HEAD)
        sheets.rule(centre=centre, length=sheets.get_string_width(motto))
    sheets.set_y(sheets.y + 2)


def _addressee(sheets: _Sheets, letter: Letter) -> None:
    to = "\n".join(("Kính gửi: " + letter.addressee[0], *letter.addressee[1:]))
    sheets.block(to, x=_LEFT, width=_WIDTH, style="", size=_BODY)
    sheets.set_y(sheets.y + 5)


def _end(sheets: _Sheets, letter: Letter) -> None:
    if sheets.y + _SIGNATURE_HEIGHT > sheets.h - _BOTTOM:
        sheets.add_page()
    row = sheets.y + 4
    sheets.set_y(row)
    for line in letter.issuer.lines:
        sheets.block(line, x=_STATE_X, width=_STATE_WIDTH, style="B", size=_HEAD)
    sheets.block(letter.approval, x=_STATE_X, width=_STATE_WIDTH, style="I", size=_SMALL)
    right = sheets.y
    sheets.set_y(row)
    sheets.block("Nơi nhận:", x=_LEFT, width=_ISSUER_WIDTH, style="BI", size=_SMALL, align="L")
    for one in letter.recipients:
        sheets.block(f"- {one}", x=_LEFT, width=_ISSUER_WIDTH, style="", size=_SMALLEST, align="L")
    sheets.set_y(max(right, sheets.y) + 6)
    sheets.block(_NOTE, x=_LEFT, width=_WIDTH, style="I", size=10, align="L")


def printable(text: str) -> str:
    """The text as the fonts can set it: a square for a letter that they lack, nothing for what has no shape."""
    return "".join(_set(character) for character in unicodedata.normalize("NFC", text))


def _set(character: str) -> str:
    if character == "\n" or ord(character) in _letters():
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category[0] in "CM" or category == "Sk" else _MISSING


@cache
def _letters() -> frozenset[int]:
    """Every letter that all four fonts have, but for controls."""
    shared = frozenset.intersection(*(_letters_of(name) for _, name in _STYLES))
    return frozenset(code for code in shared if unicodedata.category(chr(code))[0] != "C")


def _letters_of(name: str) -> frozenset[int]:
    with TTFont(FONTS / f"LiberationSerif-{name}.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
