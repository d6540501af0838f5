"""A fast face for the library's CRF segmenter: the same weights, kept as score tables; the same words, or the library.

The CRF has two labels, begin and inside a word, so each attribute is one number: its weight for "begin" less that for
"inside". Attributes look at one to three neighbouring tokens; their sums are kept by token, pair and triple.
"""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

CACHE = 100_000
TIE = 1e-9
BEFORE, AFTER = "\n", "\r"  # no token has white space
EDGES = {BEFORE: "BOS", AFTER: "EOS"}
PROBES = (
    "Bộ Công an trả lời: tài khoản VNeID mức 2 của ông/bà chưa kích hoạt, TP. Hồ Chí Minh 12/2025.",
    "toi nop ho so qua cong dich vu cong quoc gia 3 lan, he thong bao loi 500",
    "Xã",
    "học sinh học sinh học",
)

Predict = Callable[[Sequence[str]], Sequence[str]]
Cut = Callable[[str], Sequence[str]]
Scores = tuple[float, ...]
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Handles:
    """What the library lends: weights file, dictionary, clean and cut of its tokeniser, its own (slow) tagger."""

    weights: bytes
    dictionary: frozenset[str]
    clean: Callable[[str], str]
    cut: Cut
    predict: Predict


@dataclass(frozen=True)
class Weights:
    """The CRF: each attribute's weight for "begin" less that for "inside", and the four transitions, from then to."""

    attributes: Mapping[str, float]
    begin_begin: float
    begin_inside: float
    inside_begin: float
    inside_inside: float


class Segmenter:
    """Cuts texts into words exactly as the library does; safe to share between threads."""

    def __init__(self, handles: Handles, *, is_known_version: bool) -> None:
        """Build the tables when the library is the version they were proved on and they pass the probe."""
        self._handles = handles
        self._pieces: dict[str, tuple[str, ...]] = {}
        self._tables = Tables(read_weights(handles.weights), handles.dictionary) if is_known_version else None
        if self._tables and not all(self._agrees(handles.cut(probe)) for probe in PROBES):
            self._tables = None

    @property
    def is_fast(self) -> bool:
        """Whether the tables are in use."""
        return self._tables is not None

    def words(self, text: str) -> list[str]:
        """The words of `text`, equal to the library's `word_tokenize(text)`."""
        words: list[str] = []
        tokens = self.tokens(text)
        for token, begins in zip(tokens, self.begins(tokens), strict=True):
            if begins:
                words.append(token)
            else:
                words[-1] += " " + token
        return words

    def tokens(self, text: str) -> list[str]:
        """The syllables, numbers and signs of `text`, equal to the library's: none of its tokens has white space."""
        text = self._handles.clean(text)
        chunks = text.split()
        if not chunks:
            return []
        last = chunks.pop()
        tokens = [token for chunk in chunks for token in self.cut(chunk + " ")]
        tokens.extend(self.cut(last if text.endswith((last, last + "\n")) else last + " "))
        return tokens

    def cut(self, chunk: str) -> tuple[str, ...]:
        """The tokens of a `chunk` without inner white space, kept for the next time."""
        found = self._pieces.get(chunk)
        return found if found is not None else _keep(self._pieces, chunk, tuple(self._handles.cut(chunk)))

    def begins(self, tokens: Sequence[str]) -> list[bool]:
        """For each of `tokens` whether a word begins with it."""
        found = self._tables.begins(tokens) if self._tables else None
        return self._ask_library(tokens) if found is None else found

    def _ask_library(self, tokens: Sequence[str]) -> list[bool]:
        tags = self._handles.predict(tokens) if tokens else ()
        return [index == 0 or tag != "I-W" for index, tag in enumerate(tags)]

    def _agrees(self, tokens: Sequence[str]) -> bool:
        return self.begins(tokens) == self._ask_library(tokens)


class Tables:
    """The CRF's scores by token, pair and triple of neighbours, kept as texts bring them."""

    def __init__(self, weights: Weights, dictionary: frozenset[str]) -> None:
        """Take the `weights` and the `dictionary` of the CRF."""
        self._weights = weights
        self._dictionary = dictionary
        self._one: dict[str, Scores] = {}
        self._two: dict[str, Scores] = {}
        self._three: dict[str, Scores] = {}

    def begins(self, tokens: Sequence[str]) -> list[bool] | None:
        """For each token whether a word begins with it; None when the library must be asked (odd letters, a tie)."""
        if not tokens:
            return []
        if not all(token in self._one or _is_plain(token) for token in tokens):
            return None
        return self._best_path(self._scores(tokens))

    def _scores(self, tokens: Sequence[str]) -> list[float]:
        padded = [BEFORE, BEFORE, *tokens, AFTER, AFTER]
        pairs = list(map(" ".join, pairwise(padded)))
        triples = list(map(" ".join, zip(pairs, padded[2:], strict=False)))
        one, two, three = self._one, self._two, self._three
        a = [one.get(token) or self._score(one, token, ONE) for token in padded]
        b = [two.get(pair) or self._score(two, pair, TWO) for pair in pairs]
        c = [three.get(triple) or self._score(three, triple, THREE) for triple in triples]
        return [
            m[0] + n[1] + o[2] + p[3] + q[4] + mn[0] + no[1] + op[2] + pq[3] + mno[0] + nop[1] + opq[2]
            for m, n, o, p, q, mn, no, op, pq, mno, nop, opq in zip(
                a, a[1:], a[2:], a[3:], a[4:], b, b[1:], b[2:], b[3:], c, c[1:], c[2:], strict=False
            )
        ]

    def _score(self, kept: dict[str, Scores], key: str, windows: Sequence[Sequence[str]]) -> Scores:
        """The key's score in each window; each window is its attribute names, in the order of `_values`."""
        values = _values(key, self._dictionary)
        of = self._weights.attributes
        sums = [sum(of.get(f"{n}={v}", 0.0) for n, v in zip(names, values, strict=False) if n) for names in windows]
        return _keep(kept, key, tuple(sums))

    def _best_path(self, scores: list[float]) -> list[bool] | None:
        """Viterbi over the difference between the best paths that end in "begin" and in "inside"."""
        w = self._weights
        lead = scores[0]
        leads = [lead]
        for score in scores[1:]:
            lead = (
                score
                + max(lead + w.begin_begin, w.inside_begin)
                - max(lead + w.begin_inside, w.inside_inside)
            )
            leads.append(lead)
        return self._trace(leads)

    def _trace(self, leads: list[float]) -> list[bool] | None:
        w = self._weights
        to_begin, to_inside = w.inside_begin - w.begin_begin, w.inside_inside - w.begin_inside
        path = []
        needed = 0.0
        for lead in reversed(leads):
            if abs(lead - needed) < TIE:
                return None
            begins = lead > needed
            path.append(begins)
            needed = to_begin if begins else to_inside
        path.reverse()
        path[0] = True
        return path


def _attributes(window: str, suffixes: str) -> tuple[str, ...]:
    """Names of a window's attributes, in the order of `_values`; "" where the CRF has none."""
    return tuple(f"T[{window}]{s}" if s.strip(".") in suffixes.split() or not s else "" for s in _SUFFIXES)


_SUFFIXES = ("", ".lower", ".is_in_dict", ".istitle", ".isdigit")
ONE = (
    _attributes("-2", "lower is_in_dict istitle"),
    _attributes("-1", "lower is_in_dict istitle isdigit"),
    _attributes("0", "lower is_in_dict istitle isdigit"),
    _attributes("1", "lower is_in_dict istitle isdigit"),
    _attributes("2", "lower is_in_dict istitle"),
)
TWO = (
    _attributes("-2,-1", "lower is_in_dict"),
    _attributes("-1,0", "lower is_in_dict"),
    _attributes("0,1", "lower is_in_dict istitle"),
    _attributes("1,2", "lower is_in_dict"),
)
THREE = (
    _attributes("-2,0", "is_in_dict"),
    _attributes("-1,1", "is_in_dict"),
    _attributes("0,2", "is_in_dict istitle"),
)


def _values(key: str, dictionary: frozenset[str]) -> tuple[str, ...]:
    """What the CRF says of one to three tokens: as they are, in lower case, known, titled, digits; or the edge."""
    edge = EDGES.get(key[0]) or EDGES.get(key[-1])
    if edge:
        return (edge,) * len(_SUFFIXES)
    lower = key.lower()
    titled = all(token[0].upper() == token[0] for token in key.split(" "))
    return key, lower, str(lower in dictionary), str(titled), str(_is_digit(key))


def _is_digit(token: str) -> bool:
    """What the library takes for digits: all that fits a signed 32-bit integer."""
    digits = token[1:] if token[0] in "+-" else token
    if not (digits.isascii() and digits.isdigit()):
        return False
    size = digits.lstrip("0")
    return len(size) <= 10 and int(size or 0) < 2**31 + (token[0] == "-")


@lru_cache(maxsize=CACHE)
def _is_plain(token: str) -> bool:
    """Whether Python and the library surely agree on the case of every character."""
    return all(map(_is_plain_character, token))


@lru_cache(maxsize=8_192)
def _is_plain_character(character: str) -> bool:
    if character in EDGES or "\ud800" <= character <= "\udfff":
        return False
    if character.isascii() or ("À" <= character <= "ỹ" and character.lower() in _VIETNAMESE):
        return True
    return character.lower() == character == character.upper()


_VIETNAMESE = frozenset(
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
)


def _keep(kept: dict[str, Kept], key: str, value: Kept) -> Kept:
    if len(kept) >= CACHE:
        kept.clear()
    kept[key] = value
    return value


def read_weights(content: bytes) -> Weights:
    """The weights of a two-label model file of CRFsuite. Format: Okazaki 2007, crf1d_model.c."""
    _, _, _, _, _, _, _, features, labels, attributes, _, _ = struct.unpack_from("<4sI4s9I", content)
    begin = dict(_names(content, labels))["B-W"]
    names = {number: name for name, number in _names(content, attributes)}
    state = [0.0] * len(names)
    moves = {}
    (count,) = struct.unpack_from("<I", content, features + 8)
    body = content[features + 12 : features + 12 + 20 * count]
    for kind, source, target, weight in struct.iter_unpack("<IIId", body):
        if kind == 0:
            state[source] += weight if target == begin else -weight
        else:
            moves[source == begin, target == begin] = weight
    return Weights(
        attributes={names[number]: weight for number, weight in enumerate(state)},
        begin_begin=moves[True, True],
        begin_inside=moves[True, False],
        inside_begin=moves[False, True],
        inside_inside=moves[False, False],
    )


def _names(content: bytes, start: int) -> Iterator[tuple[str, int]]:
    """Names and numbers of a constant quark database (CQDB) that begins at `start`."""
    size, _, _, _, _ = struct.unpack_from("<5I", content, start + 4)
    header, table = 24, 256 * 8
    buckets = struct.iter_unpack("<II", content[start + header : start + header + table])
    first_bucket = min((offset for offset, slots in buckets if slots), default=size)
    position = header + table
    while position < first_bucket:
        number, length = struct.unpack_from("<II", content, start + position)
        name = content[start + position + 8 : start + position + 8 + length - 1]
        yield name.decode(), number
        position += 8 + length
