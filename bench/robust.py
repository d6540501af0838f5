"""Whether a text gets the same answer however it is typed: each held-out text beside twins that mean the same.

The router learns four fifths of the personas; the texts of the others and the held-out ones are judged. "Same" is
against the clean text. `nice -n 10 python -m bench.robust` prints two tables and writes `results/robust.json`.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

import numpy as np

from bench.ground import report
from bench.held_out import held_out
from classifier.dataset import Comment, load_corpus, load_lexicon, load_mandates
from classifier.material import prepare, splits
from classifier.model import Recipe
from classifier.router import Prediction, Router
from classifier.text import fold
from classifier.train import train_on

SEED = 20261124
SHARE_OF_TYPOS = 0.2
SHARE_OF_SLIPS = 0.1
LONGEST = 5_000
TEENCODE = {
    "không": "hok", "được": "đc", "gì": "j", "rồi": "rùi", "biết": "bít", "vậy": "zậy", "với": "vs",
    "người": "ng", "nhiều": "nhìu", "mình": "mik", "điện thoại": "đt", "tôi": "t", "trước": "trc", "quá": "wá",
    "nhưng": "nhg", "thôi": "thoai", "bây giờ": "bh", "sao": "seo", "làm": "lm", "nào": "nèo", "cũng": "cx",
    "chưa": "ch", "bao giờ": "bjo", "tin nhắn": "tn", "vợ": "vk", "chồng": "ck", "phải": "fải",
}  # fmt: skip
FOREIGN = ("please", "check", "update", "online", "support", "deadline", "ok", "thanks", "issue", "feedback")
EMOJI = ("😀", "😡", "🙏", "👍🏽", "😭", "🔥", "❤️", "🇻🇳", "👩‍💻", "💯", "1️⃣")
COURTESIES = (
    "Kính chúc quý cơ quan mạnh khỏe.", "Tôi xin chân thành cảm ơn.", "Rất mong sớm nhận được hồi âm.",
    "Mong quý vị thông cảm nếu lời lẽ có chỗ chưa phải.", "Trân trọng kính chào.",
    "Tôi viết thư này với tất cả sự tin tưởng.", "Chúc quý vị một ngày tốt lành.",
    "Xin lỗi vì đã làm mất thì giờ của quý vị.",
)  # fmt: skip
TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"\w+")

Twist = Callable[[str, Random], str]


def other_tone_place(text: str, _: Random) -> str:
    """The tone of open oa, oe, uy on the other vowel: "hòa" becomes "hoà", "thuỷ" becomes "thủy"."""
    return _WORD.sub(lambda match: _moved(match[0]), unicodedata.normalize("NFC", text))


def _moved(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    moved = re.sub(rf"(?i)(o)([{TONES}])([ae])$|(u)([{TONES}])(y)$", _later, apart)
    if moved == apart and not apart.lower().startswith("qu"):
        moved = re.sub(rf"(?i)(?<!q)(o)([ae])([{TONES}])$|(?<!q)(u)(y)([{TONES}])$", _earlier, apart)
    return unicodedata.normalize("NFC", moved)


def _later(match: re.Match[str]) -> str:
    first, tone, second = (part for part in match.groups() if part)
    return first + second + tone


def _earlier(match: re.Match[str]) -> str:
    first, second, tone = (part for part in match.groups() if part)
    return first + tone + second


def teencode(text: str, _: Random) -> str:
    """The words of TEENCODE as the young type them."""
    for plain, short in TEENCODE.items():
        text = re.sub(rf"(?i)\b{plain}\b", short, text)
    return text


def line_breaks(text: str, _: Random) -> str:
    """Every third blank a line break of one kind or the other."""
    breaks = cycle((" ", " ", "\n", " ", " ", "\r\n"))
    return re.sub(" ", lambda _: next(breaks), text)


def padded(text: str, chance: Random) -> str:
    """LONGEST characters: the text among courtesies that speak of nothing."""
    before = after = ""
    while len(before) + len(text) + len(after) < LONGEST - 70:
        before, after = (f"{before}{chance.choice(COURTESIES)} ", f"{after} {chance.choice(COURTESIES)}")
    return (before + text + after).ljust(LONGEST, ".")[:LONGEST]


def wrapped(text: str, chance: Random) -> str:
    """A greeting before, three courtesies after, as a polite letter has them."""
    return f"Kính gửi quý cơ quan. {text} {' '.join(chance.sample(COURTESIES, 3))}"


def foreign(text: str, chance: Random) -> str:
    """A foreign word that says nothing after every fifth word."""
    words = text.split(" ")
    return " ".join(f"{word} {chance.choice(FOREIGN)}" if place % 5 == 4 else word for place, word in enumerate(words))


def emoji(text: str, chance: Random) -> str:
    """One or two of EMOJI glued to every sixth word."""
    words = text.split(" ")
    marks = [chance.choice(EMOJI) * chance.randint(1, 2) if place % 6 == 5 else "" for place in range(len(words))]
    return " ".join(map("".join, zip(words, marks, strict=True)))


def dropped_accents(text: str, chance: Random) -> str:
    """SHARE_OF_TYPOS of the words without accents."""
    return _WORD.sub(lambda match: fold(match[0]) if chance.random() < SHARE_OF_TYPOS else match[0], text)


def slips(text: str, chance: Random) -> str:
    """SHARE_OF_SLIPS of the words with two neighbouring letters swapped."""
    return _WORD.sub(lambda match: _swapped(match[0], chance), text)


def _swapped(word: str, chance: Random) -> str:
    if len(word) < 3 or chance.random() >= SHARE_OF_SLIPS:
        return word
    place = chance.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


TWISTS: dict[str, Twist] = {
    "no accents": lambda text, _: fold(text),
    "NFD": lambda text, _: unicodedata.normalize("NFD", text),
    "tone on the other vowel (hoà, hòa)": other_tone_place,
    "teencode": teencode,
    "line breaks inside": line_breaks,
    "greeting and courtesies around": wrapped,
    "padded to 5,000 characters": padded,
    "foreign words mixed in": foreign,
    "emoji": emoji,
    "upper case": lambda text, _: text.upper(),
    "20 % of the words without accents": dropped_accents,
    "10 % of the words with letters swapped": slips,
}


@dataclass(frozen=True)
class Row:
    """Shares (0–1): the same body and decision as the clean text, the twin's body accepted, automatic, and right so."""

    changed: float
    same_body: float
    same_decision: float
    accepted: float
    automatic: float
    precision: float


def main() -> None:
    """Learn, twist, judge; print the tables and write the figures."""
    learnt, unseen = _parted(load_corpus())
    with tempfile.TemporaryDirectory() as directory:
        train_on(
            prepare(learnt, [*load_mandates(), *load_lexicon()]),
            Path(directory),
            Recipe(),
            lambda line: print(line, flush=True),
        )
        router = Router.load(Path(directory))
    figures = {"unseen_personas": _judge(router, unseen), "held_out": _judge(router, held_out())}
    for name, rows in figures.items():
        print(f"\n{name}\n{_table(rows)}")
    sizes = {"learnt": len(learnt), "unseen_personas": len(unseen)}
    report("robust", {"texts": sizes} | {name: _plain(rows) for name, rows in figures.items()})


def _parted(comments: Sequence[Comment]) -> tuple[list[Comment], list[Comment]]:
    """The comments to learn from, and those of the fifth of the personas that are judged."""
    folds = splits(prepare(comments, []), Recipe())["by_group"]
    return [comments[i] for i in np.flatnonzero(folds != 0)], [comments[i] for i in np.flatnonzero(folds == 0)]


def _judge(router: Router, comments: Sequence[Comment]) -> dict[str, Row]:
    clean = router.predict([comment.text for comment in comments])
    rows = {"clean": _row(comments, [c.text for c in comments], clean, clean)}
    for name, twist in TWISTS.items():
        chance = Random(SEED)
        texts = [twist(comment.text, chance) for comment in comments]
        rows[name] = _row(comments, texts, clean, router.predict(texts))
    return rows


def _row(
    comments: Sequence[Comment], texts: Sequence[str], clean: Sequence[Prediction], twisted: Sequence[Prediction]
) -> Row:
    pairs = list(zip(clean, twisted, strict=True))
    right = np.array([p.body in c.accepted for c, p in zip(comments, twisted, strict=True)])
    auto = np.array([p.decision == "auto" for p in twisted])
    return Row(
        changed=float(np.mean([c.text != text for c, text in zip(comments, texts, strict=True)])),
        same_body=float(np.mean([one.body == other.body for one, other in pairs])),
        same_decision=float(np.mean([one.decision == other.decision for one, other in pairs])),
        accepted=float(right.mean()),
        automatic=float(auto.mean()),
        precision=float(right[auto].mean()) if auto.any() else 0.0,
    )


def _plain(rows: Mapping[str, Row]) -> dict[str, dict[str, float]]:
    return {name: {key: round(value, 4) for key, value in vars(row).items()} for name, row in rows.items()}


def _table(rows: Mapping[str, Row]) -> str:
    heads = ["twin", *vars(rows["clean"])]
    lines = [heads, ["---"] * len(heads)]
    lines += [[name, *(f"{value:.3f}" for value in vars(row).values())] for name, row in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
