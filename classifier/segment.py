"""A fast face for the library's CRF segmenter: the same weights, kept as score tables; the same words, or the library.

The CRF has two labels, begin and inside a word, so each attribute is one number: its weight for "begin" less that for
"inside". Attributes look at one to three neighbouring tokens; their sums are kept by token, pair and triple.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

CACHE = 100_000
TIE = 1e-9
BEFORE, AFTER = "\n", "\r"  # no token has white space
EDGES = {BEFORE: "BOS", AFTER: "EOS"}
WINDOWS = (("-2", "-1", "0", "1", "2"), ("-2,-1", "-1,0", "0,1", "1,2"), ("-2,0", "-1,1", "0,2"))
KINDS = ("", ".lower", ".is_in_dict", ".istitle", ".isdigit")
TRUTH = (False, True)
PROBES = (
    "Bộ Công an trả lời: tài khoản VNeID mức 2 của ông/bà chưa kích hoạt, TP. Hồ Chí Minh 12/2025.",
    "toi nop ho so qua cong dich vu cong quoc gia 3 lan, he thong bao loi 500",
    "Xã",
    "học sinh học sinh học",
)

Predict = Callable[[Sequence[str]], Sequence[str]]
Cut = Callable[[str], Sequence[str]]
Scores = tuple[float, ...]


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
        tokens = [token for chunk in chunks for token in self.cut(chunk if chunk.isalpha() else chunk + " ")]
        tokens.extend(self.cut(last if text.endswith((last, last + "\n")) else last + " "))
        return tokens

    def cut(self, chunk: str) -> tuple[str, ...]:
        """The tokens of a `chunk` without inner white space, kept for the next time."""
        found = self._pieces.get(chunk)
        if found is None:
            found = self._pieces[chunk] = tuple(self._handles.cut(chunk))
            if len(self._pieces) > CACHE:
                self._pieces.clear()
        return found

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
        one, two, three = (Table(windows, weights.attributes, dictionary) for windows in WINDOWS)
        self._one, self._two, self._three = one, two, three

    def begins(self, tokens: Sequence[str]) -> list[bool] | None:
        """For each token whether a word begins with it; None when the library must be asked (odd letters, a tie)."""
        if not tokens:
            return []
        if not all(map(_is_plain, tokens)):
            return None
        return self._best_path(self._scores(tokens))

    def _scores(self, tokens: Sequence[str]) -> list[float]:
        padded = [BEFORE, BEFORE, *tokens, AFTER, AFTER]
        pairs = list(map(" ".join, pairwise(padded)))
        triples = list(map(" ".join, zip(pairs, padded[2:], strict=False)))
        a, b, c = self._one.scores(padded), self._two.scores(pairs), self._three.scores(triples)
        return [
            m[0] + n[1] + o[2] + p[3] + q[4] + mn[0] + no[1] + op[2] + pq[3] + mno[0] + nop[1] + opq[2]
            for m, n, o, p, q, mn, no, op, pq, mno, nop, opq in zip(
                a, a[1:], a[2:], a[3:], a[4:], b, b[1:], b[2:], b[3:], c, c[1:], c[2:], strict=False
            )
        ]

    def _best_path(self, scores: list[float]) -> list[bool] | None:
        """Viterbi over the difference between the best paths that end in "begin" and in "inside"."""
        w = self._weights
        lead = scores[0]
        leads = [lead]
        for score in scores[1:]:
            to_begin, to_inside = lead + w.begin_begin, lead + w.begin_inside
            lead = score + (to_begin if to_begin > w.inside_begin else w.inside_begin)
            lead -= to_inside if to_inside > w.inside_inside else w.inside_inside
            leads.append(lead)
        return self._trace(leads)

    def _trace(self, leads: list[float]) -> list[bool] | None:
        w = self._weights
        to_begin, to_inside = w.inside_begin - w.begin_begin, w.inside_inside - w.begin_inside
        path = []
        needed = 0.0
        for lead in reversed(leads):
            surplus = lead - needed
            if -TIE < surplus < TIE:
                return None
            path.append(surplus > 0)
            needed = to_begin if surplus > 0 else to_inside
        path.reverse()
        path[0] = True
        return path


class Table:
    """Scores of one, two or three neighbouring tokens, one number a window of the CRF."""

    def __init__(self, windows: Sequence[str], attributes: Mapping[str, float], dictionary: frozenset[str]) -> None:
        """Sort out of all `attributes` those of `windows` ("-1,0" looks at the token before and this one)."""
        self._dictionary = dictionary
        self._is_single = windows == WINDOWS[0]
        self._none = (0.0,) * len(windows)
        self._by_kind: dict[str, dict[str, Scores]] = {kind: {} for kind in KINDS}
        self._exact, self._lower = self._by_kind[""], self._by_kind[".lower"]
        self._kept: dict[str, Scores] = {}
        for name, weight in attributes.items():
            window, _, rest = name[2:].partition("]")
            kind, _, value = rest.partition("=")
            if window in windows:
                scores = list(self._by_kind[kind].get(value, self._none))
                scores[windows.index(window)] += weight
                self._by_kind[kind][value] = tuple(scores)
        flags = {(k, t, d): self._sum(k, t, d) for k in TRUTH for t in TRUTH for d in TRUTH}
        self._flags: dict[tuple[bool, bool, bool], Scores] = flags
        self._edges = {mark: self._edge(word) for mark, word in EDGES.items()}

    def scores(self, keys: Sequence[str]) -> list[Scores]:
        """The scores of each of `keys` (tokens joined by a space), worked out once and kept."""
        kept, found = self._kept, []
        for key in keys:
            scores = kept.get(key)
            if scores is None:
                scores = kept[key] = self._score(key)
            found.append(scores)
        if len(kept) > CACHE:
            kept.clear()
        return found

    def _score(self, key: str) -> Scores:
        first, lower = key[0], key.lower()
        if first == BEFORE or key[-1] == AFTER:
            return self._edges[BEFORE if first == BEFORE else AFTER]
        titled = first.upper() == first and all(token[0].upper() == token[0] for token in key.split(" "))
        flags = self._flags[lower in self._dictionary, titled, self._is_single and _is_digit(key)]
        exact, same = self._exact.get(key), self._lower.get(lower)
        if exact is None and same is None:
            return flags
        return tuple(map(sum, zip(flags, exact or self._none, same or self._none, strict=True)))

    def _sum(self, known: bool, titled: bool, digit: bool) -> Scores:
        values = {".is_in_dict": str(known), ".istitle": str(titled), ".isdigit": str(digit)}
        return self._total(self._by_kind[kind].get(value, self._none) for kind, value in values.items())

    def _edge(self, word: str) -> Scores:
        return self._total(by_value.get(word, self._none) for by_value in self._by_kind.values())

    def _total(self, parts: Iterable[Scores]) -> Scores:
        return tuple(map(sum, zip(*parts, strict=True)))


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


_VIETNAMESE = frozenset("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")


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
