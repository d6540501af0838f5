"""Letters as PDF, read back: every accent, the parts in order, many pages, hostile words, the same bytes."""

from __future__ import annotations

import hashlib
import itertools
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime

import pytest

from feedback import pdf
from feedback.domain.letter import Facts, Issuer, Letter, write
from feedback.domain.vocabulary import Kind, SenderKind
from tests.conftest import ROOT
from tests.pdf_reader import Document

FACTS = Facts(
    reference="PA-2026-000123",
    kind=Kind.REPORT,
    sender_kind=SenderKind.CITIZEN,
    title="Sóng yếu",
    received_at=datetime(2026, 3, 9, 18, 0, tzinfo=UTC),
)
AT = datetime(2026, 3, 20, 7, 15, tzinfo=UTC)
MINISTRY = Issuer("Bộ Khoa học và Công nghệ", place="Hà Nội")
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ALPHABET = "".join(
    unicodedata.normalize("NFC", letter + mark) for letter, mark in itertools.product("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY", MARKS)
)
SYLLABLES = " ".join(ALPHABET[place : place + 6] for place in range(0, len(ALPHABET), 6))


def letter(text: str, issuer: Issuer = MINISTRY, **changes: object) -> Letter:
    values: dict[str, object] = {"facts": FACTS, "code": "TL-1", "at": AT, "sent": True}
    return write(text=f"Về PA-2026-000123: {text}", issuer=issuer, **{**values, **changes})  # type: ignore[arg-type]


def read(text: str, issuer: Issuer = MINISTRY, **changes: object) -> Document:
    return Document(pdf.letter(letter(text, issuer, **changes)))


def test_the_parts_stand_in_the_order_of_the_decree() -> None:
    pieces = [piece for piece in read("Đã lắp trạm.").pages[0] if piece.kind != "Artifact"]
    assert [(piece.kind, " ".join(piece.text.split())) for piece in pieces] == [
        ("P", "BỘ KHOA HỌC VÀ CÔNG NGHỆ"),
        ("P", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("P", "Độc lập - Tự do - Hạnh phúc"),
        ("P", "Số: PA-2026-000123/TL-1"),
        ("H1", "V/v trả lời phản ánh số PA-2026-000123"),
        ("P", "Hà Nội, ngày 20 tháng 3 năm 2026"),
        ("P", "Kính gửi: Ông/Bà (theo ý kiến số PA-2026-000123)"),
        ("P", "Về PA-2026-000123: Đã lắp trạm./."),
        ("P", "BỘ KHOA HỌC VÀ CÔNG NGHỆ"),
        ("P", "(Đã duyệt và gửi trên hệ thống Lắng Nghe lúc 14:15 ngày 20/03/2026)"),
        ("P", "Nơi nhận:"),
        ("P", "- Như trên;"),
        ("P", "- Lưu: hồ sơ ý kiến PA-2026-000123."),
        (
            "P",
            "Bản in từ hệ thống Lắng Nghe, không có chữ ký số và con dấu. Nội dung có thể đối chiếu tại trang tra cứu "
            "bằng số ý kiến và mã tra cứu trên biên nhận.",
        ),
    ]


def test_the_name_of_the_state_and_its_motto_each_fit_one_line() -> None:
    texts = [piece.text for piece in read("Xong.").pages[0]]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in texts
    assert "Độc lập - Tự do - Hạnh phúc" in texts


def test_a_body_of_the_party_heads_its_letters_with_the_party() -> None:
    text = read("Xong.", Issuer("Tỉnh ủy Sơn La", party=True, place="Sơn La")).text
    assert text.startswith("TỈNH ỦY SƠN LA * ĐẢNG CỘNG SẢN VIỆT NAM Số:")
    assert "CỘNG HÒA" not in text


def test_every_letter_of_the_vietnamese_alphabet_is_found_by_a_search() -> None:
    words = f"{SYLLABLES} đĐ – “”‘’ … ₫ ½ § °"
    assert words in read(words).text
    assert len(set(ALPHABET)) == 144


def test_what_came_decomposed_is_found_composed() -> None:
    assert "Đường truyền chậm" in read(unicodedata.normalize("NFD", "Đường truyền chậm")).text


def test_a_paragraph_that_a_page_cuts_goes_on_whole_with_the_number_of_the_page() -> None:
    paragraph = "Bộ đã kiểm tra, xác minh và yêu cầu đơn vị vận hành khắc phục ngay trong ngày. " * 9
    document = read("\n".join([paragraph] * 25))
    assert len(document.pages) >= 6
    assert document.text.count("khắc phục ngay trong ngày") == 9 * 25
    for number, page in enumerate(document.pages, start=1):
        artifacts = [piece.text for piece in page if piece.kind == "Artifact" and piece.text]
        assert artifacts == ([] if number == 1 else [str(number)])


def test_what_a_letter_ends_with_is_not_parted_from_itself() -> None:
    line = "Dòng chữ.\n"
    for lines in range(24, 40):
        last = [piece.text for piece in read(line * lines).pages[-1]]
        assert "Nơi nhận:" in last
        assert any("Bản in từ hệ thống" in text for text in last)
        assert "BỘ KHOA HỌC VÀ CÔNG NGHỆ" in last


def test_the_fonts_are_embedded_as_far_as_they_are_used() -> None:
    fonts = read("Xong.").fonts
    assert sorted(fonts) == [
        "MPDFAA+LiberationSerif",
        "MPDFAA+LiberationSerifBold",
        "MPDFAA+LiberationSerifBoldItalic",
        "MPDFAA+LiberationSerifItalic",
    ]
    whole = {path.stat().st_size for path in pdf.FONTS.glob("*.ttf")}
    assert len(whole) == 4
    assert max(map(len, fonts.values())) < min(whole) / 4


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (pdf.FONTS / "LICENSE").read_text(encoding="utf-8")


def test_a_reader_is_told_language_title_and_structure() -> None:
    document = read("Xong.")
    assert b"/Lang (vi)" in document.catalog
    assert b"/MarkInfo <</Marked true>>" in document.catalog
    assert b"/StructTreeRoot" in document.catalog
    assert b"/DisplayDocTitle true" in document.data
    title = "Thư số PA-2026-000123/TL-1: trả lời phản ánh số PA-2026-000123"
    assert f'<rdf:li xml:lang="x-default">{title}</rdf:li>' in document.metadata
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in document.metadata
    assert document.metadata.count("2026-03-20T07:15:00+00:00") == 3


def test_the_same_letter_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib; from tests.test_pdf import letter, pdf;"
        " print(hashlib.sha256(pdf.letter(letter('Đã lắp trạm.'))).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == hashlib.sha256(pdf.letter(letter("Đã lắp trạm."))).hexdigest()


def test_another_letter_gives_other_bytes() -> None:
    assert pdf.letter(letter("Một.")) != pdf.letter(letter("Hai."))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ặ" * 19_900, "ặặặặ"),
        ("Từng từ một, rất dài. " * 900, "rất dài."),
        ("https://" + "a" * 300 + "/ệ", "https://"),
        ("Vui 😀 👨\u200d👩\u200d👧 hết", "Vui □ □□□ hết"),
        ("漢字 và مرحبا và ไทย", "□□ và □□□□□ và □□□"),
        ("Ẩn\u0007\u0000\u202e\u200b\ufeff\x9f dấu", "Ẩn dấu"),
        ("cách\u00a0không\u3000ngắt", "cách không ngắt"),
        ("<b>đậm</b> **sao** __gạch__ --x-- &amp; {cơ quan} \\( \\) \\n", "<b>đậm</b> **sao** __gạch__ --x-- &amp;"),
        ("dòng\rdòng\u2028dòng\u0085dòng\x0cdòng", "dòng dòng"),
        ("\ud7ff\ue000\U0010ffff cuối", "cuối"),
        ("z" + "\u0301" * 500 + " cuối", "cuối"),
        ("x\u00ad" * 3_000 + " cuối", "cuối"),
    ],
    ids=[
        "word",
        "long",
        "address",
        "emoji",
        "scripts",
        "controls",
        "spaces",
        "marks",
        "breaks",
        "edges",
        "zalgo",
        "soft",
    ],
)
def test_no_words_make_a_letter_fail(text: str, found: str) -> None:
    assert found in read(text).text


def test_a_name_and_a_place_of_any_length_fit() -> None:
    name = "Ủy ban nhân dân " + "xã Rất Dài " * 40
    document = read("Xong.", Issuer(name, place="Nơi " * 40), named=("Ông/Bà " + "ặ" * 2_000, "12 phố " * 300))
    assert "ẶẶẶ" not in document.text
    assert "ặặặ" in document.text
    assert "XÃ RẤT DÀI XÃ RẤT DÀI" in document.text
