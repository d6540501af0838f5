"""Vietnamese text: cleaning, folding accents, cutting into words; the only door to underthesea."""

import csv
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import joblib
from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger
from underthesea.pipeline.text_normalize.character_normalize import normalize_characters_in_text
from underthesea.pipeline.word_tokenize import regex_tokenize

from classifier.segment import Handles, Segmenter

KNOWN_VERSIONS = {"underthesea": "9.5.0", "underthesea-core": "3.3.2"}
ABBREVIATIONS = Path(__file__).parent / "data" / "abbreviations.csv"

CACHE = 65_536
_JOINER = "\u200d"
_WORD = re.compile(r"[^\W_]+(?:[&-][^\W_]+)*")
_ADDRESS = re.compile(r"(?:https?|ftp)s?:|@|www\.")
_SIGN = r"[!-/:-@\[-^`{-~…“”‘’«»]"
_RUN = re.compile(rf"({_SIGN}){_SIGN}{{2,}}")
_NOT_WORD = re.compile(r"[\W_]+")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_LONGEST_CHUNK = 48
_ENDS = frozenset(".!?…")
_SHORTEST_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text cut up: `words` (syllables joined by "_"), `lengths` (syllables of each word), folded `syllables`.

    `asks` is 2 when the text ends with a question mark, 1 when it has one elsewhere, else 0.
    """

    words: tuple[str, ...]
    lengths: tuple[int, ...]
    syllables: tuple[str, ...]
    asks: int = 0


def nfc(text: str) -> str:
    """The text that all offsets count in: Unicode NFC of what the citizen wrote."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=CACHE)
def fold(text: str) -> str:
    """`text` without Vietnamese marks: "Đường" becomes "Duong"."""
    marked = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in marked if not unicodedata.combining(c)))


def runs(units: Sequence[str], length: int) -> list[str]:
    """Every `length` neighbouring `units`, joined by a space."""
    return list(map(" ".join, zip(*(units[skip:] for skip in range(length)), strict=False)))


def normalise(text: str) -> str:
    """`text` as the model reads it: NFC, no control characters, lower case, abbreviations written out."""
    return " ".join(" ".join(_clean(chunk).text for chunk in nfc(text).split()).split())


def segment(texts: Sequence[str]) -> list[list[str]]:
    """The words of each text after `normalise`, syllables of a word joined by "_"."""
    return [list(analyse(text).words) for text in texts]


def analyse(text: str) -> Tokens:
    """Cut `text` once, for every feature that the model reads; a sentence that is said again says nothing new."""
    tokens: list[str] = []
    folded: list[str] = []
    chunks = nfc(text).split()
    for place in _new(chunks):
        cut = _cut(chunks[place])
        tokens += cut[0]
        folded += cut[1]
    return _join(tokens, folded, segmenter().begins(tokens), _asks(text))


def spans(text: str) -> list[tuple[int, int]]:
    """For each syllable of `analyse(text)`, its [start, end) in `nfc(text)`."""
    chunks = list(re.finditer(r"\S+", nfc(text)))
    new = _new([chunk[0] for chunk in chunks])
    return [span for place in new for span in _spans(chunks[place][0], chunks[place].start())]


def warm() -> None:
    """Load the segmenter's weights, once a process, under a lock (the library's first call is not thread-safe)."""
    segmenter()


def _new(chunks: Sequence[str]) -> Iterable[int]:
    """The places of the chunks that are not in a sentence which `chunks` has held before."""
    ends = [place for place, chunk in enumerate(chunks, 1) if chunk[-1] in _ENDS]
    if len(ends) < 2:
        return range(len(chunks))
    places: list[int] = []
    seen: set[tuple[str, ...]] = set()
    start = 0
    for end in (*ends, len(chunks)):
        sentence = tuple(chunks[start:end])
        if len(sentence) < _SHORTEST_SENTENCE or sentence not in seen:
            places += range(start, end)
        seen.add(sentence)
        start = end
    return places


def _asks(text: str) -> int:
    return 0 if "?" not in text else 2 if text.rstrip().endswith("?") else 1


def _join(tokens: Sequence[str], folded: Sequence[str], begins: Sequence[bool], asks: int) -> Tokens:
    """Signs (folded to "") end no word and are in none."""
    words: list[str] = []
    lengths: list[int] = []
    is_open = False
    for token, syllable, begin in zip(tokens, folded, begins, strict=True):
        is_open = is_open and not begin
        if syllable and is_open:
            words[-1] += "_" + token
            lengths[-1] += 1
        elif syllable:
            words.append(token)
            lengths.append(1)
            is_open = True
    return Tokens(tuple(words), tuple(lengths), tuple(filter(None, folded)), asks)


def _is_spoken(token: str) -> bool:
    return any(map(str.isalnum, token))


@lru_cache(maxsize=CACHE)
def _cut(chunk: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tokens of a chunk without white space and each folded; no token of the library's crosses white space."""
    tokens = tuple(regex_tokenize.tokenize(_clean(chunk).text))
    return tokens, tuple(fold(token) if _is_spoken(token) else "" for token in tokens)


@dataclass(frozen=True, slots=True)
class _Cleaned:
    """A chunk as the model reads it, and for each character of `text` the [start, end) of its origin in the chunk."""

    text: str
    origins: tuple[tuple[int, int], ...]


def _spans(chunk: str, start: int) -> Iterator[tuple[int, int]]:
    return ((start + first, start + last) for first, last in _own_spans(chunk))


@lru_cache(maxsize=CACHE)
def _own_spans(chunk: str) -> tuple[tuple[int, int], ...]:
    """The syllables' places within a chunk."""
    cleaned = _clean(chunk)
    return tuple(
        (cleaned.origins[match.start()][0], cleaned.origins[match.end() - 1][1])
        for match in regex_tokenize.patterns.finditer(normalize_characters_in_text(cleaned.text))
        if _is_spoken(match[0])
    )


@lru_cache(maxsize=CACHE)
def _clean(chunk: str) -> _Cleaned:
    kept = [(c, (i, i + 1)) for i, character in enumerate(chunk) if _is_kept(character) for c in character.lower()]
    text = "".join(c for c, _ in kept)
    origins = tuple(origin for _, origin in kept)
    pictured = _replace(_Cleaned(text, origins), _KEYCAP, lambda match: f" {match[0][0]} ")
    if _ADDRESS.search(text) or len(text) > _LONGEST_CHUNK:
        cleaned = _replace(pictured, _NOT_WORD, lambda _: " ")
    else:
        shorter = _replace(pictured, _RUN, lambda match: match[1] * 2)
        cleaned = _replace(shorter, _WORD, lambda match: _abbreviations().get(match[0], match[0]))
    return cleaned if unicodedata.is_normalized("NFC", cleaned.text) else _recomposed(cleaned.text, len(chunk))


def _is_kept(character: str) -> bool:
    return character == _JOINER or not unicodedata.category(character).startswith("C")


def _recomposed(text: str, length: int) -> _Cleaned:
    """`text` in NFC again; its characters can only be told to come from the whole chunk of `length`."""
    composed = nfc(text)
    return _Cleaned(composed, ((0, length),) * len(composed))


def _replace(cleaned: _Cleaned, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> _Cleaned:
    """`pattern.sub(by, …)` that remembers where each character came from."""
    texts, origins, done = [], list[tuple[int, int]](), 0
    for match in pattern.finditer(cleaned.text):
        new = by(match)
        if new == match[0]:
            continue
        whole = (cleaned.origins[match.start()][0], cleaned.origins[match.end() - 1][1])
        texts += [cleaned.text[done : match.start()], new]
        origins += [*cleaned.origins[done : match.start()], *[whole] * len(new)]
        done = match.end()
    return _Cleaned("".join([*texts, cleaned.text[done:]]), (*origins, *cleaned.origins[done:]))


@cache
def _abbreviations() -> dict[str, str]:
    with ABBREVIATIONS.open(encoding="utf-8", newline="") as source:
        return {row["short"]: row["long"] for row in csv.DictReader(source)}


_lock = threading.Lock()


def segmenter() -> Segmenter:
    """The process's one segmenter, loaded at the first call under a lock (the library's own first call is not safe)."""
    with _lock:
        return _load_segmenter()


@cache
def _load_segmenter() -> Segmenter:
    weights = Path(regex_tokenize.__file__).parent / "models" / "ws_crf_vlsp2013_20230727"
    tagger = FastCRFSequenceTagger()
    tagger.load(str(weights))
    handles = Handles(
        weights=(weights / "models.bin").read_bytes(),
        dictionary=frozenset(joblib.load(weights / "dictionary.bin")),
        clean=normalize_characters_in_text,
        cut=regex_tokenize.tokenize,
        predict=lambda tokens: tagger.predict([[token] for token in tokens]),
    )
    return Segmenter(handles, is_known_version=all(version(name) == known for name, known in KNOWN_VERSIONS.items()))
