"""Vietnamese text: cleaning, folding accents, cutting into words; the only door to underthesea."""

import csv
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
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

_KEPT_FORMAT = "\u200d"
_WORD = re.compile(r"[^\W_]+(?:[&-][^\W_]+)*")
_ADDRESS = re.compile(r"(?:https?|ftp)s?:/*|\S+@\S+|www\.")
_RUN = re.compile(r"([^\w\s])[^\w\s]{2,}")
_NOT_WORD = re.compile(r"[\W_]+")
_LONGEST_CHUNK = 48


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text cut up: `words` (syllables joined by "_"), `lengths` (syllables of each word), folded `syllables`."""

    words: tuple[str, ...]
    lengths: tuple[int, ...]
    syllables: tuple[str, ...]


def nfc(text: str) -> str:
    """The text that all offsets count in: Unicode NFC of what the citizen wrote."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """`text` without Vietnamese marks: "Đường" becomes "Duong"."""
    marked = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in marked if not unicodedata.combining(c)))


def normalise(text: str) -> str:
    """`text` as the model reads it: NFC, no control characters, lower case, abbreviations written out."""
    return " ".join(filter(None, map(_clean, nfc(text).split())))


def segment(texts: Sequence[str]) -> list[list[str]]:
    """The words of each text after `normalise`, syllables of a word joined by "_"."""
    return [list(analyse(text).words) for text in texts]


def analyse(text: str) -> Tokens:
    """Cut `text` once, for every feature that the model reads."""
    tokens = [token for chunk in nfc(text).split() for token in _tokens(chunk)]
    return _join(tokens, segmenter().begins(tokens))


def spans(text: str) -> list[tuple[int, int]]:
    """For each syllable of `analyse(text)`, its [start, end) in `nfc(text)`."""
    return [span for match in re.finditer(r"\S+", nfc(text)) for span in _spans(match[0], match.start())]


def warm() -> None:
    """Load the segmenter's weights, once a process, under a lock (the library's first call is not thread-safe)."""
    segmenter()


def _join(tokens: Sequence[str], begins: Sequence[bool]) -> Tokens:
    words: list[list[str]] = []
    for token, begin in zip(tokens, begins, strict=True):
        if begin:
            words.append([token])
        else:
            words[-1].append(token)
    spoken = [kept for word in words if (kept := [token for token in word if _is_spoken(token)])]
    return Tokens(
        words=tuple("_".join(word) for word in spoken),
        lengths=tuple(len(word) for word in spoken),
        syllables=tuple(fold(token) for word in spoken for token in word),
    )


def _is_spoken(token: str) -> bool:
    return any(map(str.isalnum, token))


@lru_cache(maxsize=65_536)
def _tokens(chunk: str) -> tuple[str, ...]:
    """The tokens of a chunk without white space; no token of the library's crosses white space."""
    return tuple(regex_tokenize.tokenize(_clean(chunk)))


def _spans(chunk: str, start: int) -> Iterator[tuple[int, int]]:
    cleaned = _clean(chunk)
    if len(cleaned) == len(chunk):
        matches = regex_tokenize.patterns.finditer(unicodedata.normalize("NFC", cleaned))
        yield from ((start + m.start(), start + m.end()) for m in matches if _is_spoken(m[0]))
        return
    inner = [index for index, character in enumerate(chunk) if character.isalnum()] or [0]
    for token in _tokens(chunk):
        if _is_spoken(token):
            yield start + inner[0], start + inner[-1] + 1


@lru_cache(maxsize=65_536)
def _clean(chunk: str) -> str:
    kept = "".join(c for c in chunk if c == _KEPT_FORMAT or not unicodedata.category(c).startswith("C")).lower()
    if kept.isalpha():
        return _abbreviations().get(kept, kept)
    if _ADDRESS.search(kept) or len(kept) > _LONGEST_CHUNK:
        return _NOT_WORD.sub(" ", kept).strip()
    return _RUN.sub(r"\1\1", _WORD.sub(_written_out, kept))


def _written_out(match: re.Match[str]) -> str:
    return _abbreviations().get(match[0], match[0])


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
