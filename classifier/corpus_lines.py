"""The lines of the corpus and of the held-out texts as they were written, and what may stand in each field."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.bodies import load_bodies
from classifier.corpus_people import real_looking
from classifier.dataset import VALID_SCREEN, Comment

KINDS = frozenset({"hoi", "phan_anh", "kien_nghi", "sang_kien"})
SCREENS = frozenset({"khieu_nai", "to_cao", "ngoai_pham_vi", "rac", "xuc_pham", "chi_tep_dinh_kem"})
REGISTERS = frozenset(
    {
        "don", "thuong", "ngan", "noi", "dai", "khong_dau", "teen", "bao_chi", "cu_tri", "chat_van", "hoi_dap",
    }
)  # fmt: skip
PROVINCES = Path(__file__).parent / "data" / "provinces.csv"
FIELDS = ("id", "text", "body", "also", "kind", "screen", "province", "register", "author", "note")
HELD_OUT_FIELDS = ("id", "text")

_AUTHOR = re.compile(r"w\d+-\S+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where: "BCA-1.jsonl:12"; the whole corpus has no line."""

    place: str
    fault: str

    def __str__(self) -> str:
        """As the checker prints it."""
        return f"{self.place}: {self.fault}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that has all its fields, each of the right type; `is_marked` tells made-up data written to be found."""

    place: str
    comment: Comment
    kind: str
    screen: str
    register: str
    is_held_out: bool
    is_marked: bool

    @property
    def label(self) -> str:
        """The body that owes the answer, or the screening class."""
        return self.comment.body if self.screen == VALID_SCREEN else self.screen


def read(directory: Path, *, is_held_out: bool = False) -> Iterator[Line | Finding]:
    """Each line of `directory/*.jsonl`, or what keeps it from being read."""
    for path in sorted(directory.glob("*.jsonl")):
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").removesuffix("\n").split("\n"), 1
        ):
            place = f"{path.name}:{number}"
            row = _row(line, HELD_OUT_FIELDS if is_held_out else FIELDS)
            yield Finding(place, row) if isinstance(row, str) else _line(place, row, is_held_out)


def _row(line: str, fields: tuple[str, ...]) -> dict[str, object] | str:
    """The object of one line, or what is wrong with its shape."""
    try:
        row = json.loads(line)
    except ValueError:
        return "not JSON"
    if not isinstance(row, dict):
        return "not an object"
    if any(map(_is_half_a_character, json.dumps(row, ensure_ascii=False))):
        return "half a character of UTF-16"
    missing = [name for name in fields if name not in row]
    if missing:
        return f"no {', '.join(missing)}"
    also = row.get("also", [])
    wrong = [name for name in FIELDS if name != "also" and not isinstance(row.get(name, ""), str)]
    if not isinstance(also, list) or not all(isinstance(code, str) for code in also):
        wrong.append("also")
    return f"{', '.join(wrong)}: of the wrong type" if wrong else row


def _is_half_a_character(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _line(place: str, row: Mapping[str, object], is_held_out: bool) -> Line:
    word = {name: str(row.get(name, "")) for name in FIELDS}
    also = row.get("also", [])
    assert isinstance(also, list)  # noqa: S101 -- _row has looked
    comment = Comment(
        word["id"], word["text"], word["body"], tuple(also), word["province"], word["author"], word["kind"]
    )
    screen = word["screen"] or (VALID_SCREEN if is_held_out else "")
    return Line(place, comment, word["kind"], screen, word["register"], is_held_out, is_held_out and "spans" in row)


def faults(line: Line) -> Iterator[str]:
    """What is wrong with one line by itself."""
    yield from _text_faults(line.comment.text)
    yield from _label_faults(line)
    yield from _code_faults(line)
    for words in () if line.is_marked else real_looking(line.comment.text):
        yield f"personal data that looks real: {words}"


def _text_faults(text: str) -> Iterator[str]:
    if not text.strip():
        yield "the text is empty"
    if not unicodedata.is_normalized("NFC", text):
        yield "the text is not NFC"
    if any(unicodedata.category(c) == "Cc" and c != "\n" for c in text):
        yield "the text has a control character"
    if "\ufffd" in text:
        yield "the text has a character that could not be read"


def _label_faults(line: Line) -> Iterator[str]:
    body, also = line.comment.body, line.comment.also
    if line.screen == VALID_SCREEN and not body and not line.is_held_out:
        yield "no body"
    for code in sorted({body, *also} - load_bodies().keys() - {""}):
        yield f"unknown body {code}"
    if body in also or len(set(also)) < len(also) or "" in also:
        yield "also names the body itself, one twice, or none"


def _code_faults(line: Line) -> Iterator[str]:
    province = line.comment.province
    if province and province not in _provinces():
        yield f"unknown province {province}"
    if line.screen not in SCREENS | {VALID_SCREEN}:
        yield f"unknown screen {line.screen!r}"
    if not line.comment.id:
        yield "no id"
    if line.is_held_out:
        return
    if line.kind not in KINDS:
        yield f"unknown kind {line.kind!r}"
    if line.register not in REGISTERS:
        yield f"unknown register {line.register!r}"
    if not _AUTHOR.fullmatch(line.comment.author):
        yield f"author {line.comment.author!r} is not a hand and a persona, as w1-nong_dan"


@cache
def _provinces() -> frozenset[str]:
    with PROVINCES.open(encoding="utf-8", newline="") as source:
        return frozenset(row["code"] for row in csv.DictReader(source))
