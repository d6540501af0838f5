"""Near-copies of a text at any scale: MinHash signatures cut into bands, kept in memory here, in a btree elsewhere."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifier.text import fold, normalise

BANDS = 16
ROWS = 5
SHORTEST_MERGE = 20_000
MERGE_SHARE = 4

Keys = NDArray[np.int64]

_SYLLABLE = re.compile(r"[^\W_]+")
_RANDOM = np.random.default_rng(20_251)
_FACTORS = _RANDOM.integers(1, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SHIFTS = _RANDOM.integers(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64)
_MIXERS = _RANDOM.integers(1, 2**63, size=(BANDS, ROWS), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SALTS = _RANDOM.integers(0, 2**63, size=BANDS, dtype=np.uint64)
_PAIRING = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def signature(text: str) -> Keys:
    """The BANDS keys of `text`, signed 64-bit so that a `bigint` column holds them; none for a text without a word.

    A key names its band as well, so that one column serves all bands. Texts whose pairs of neighbouring syllables
    overlap by a share s (Jaccard) have at least one key in common with probability 1 - (1 - s^ROWS)^BANDS: 0.9998 at
    s = 0.87 (three syllables of 90 changed), 2e-6 at s = 0.04 (unrelated texts).
    """
    shingles = _shingles(_SYLLABLE.findall(fold(normalise(text))))
    if not len(shingles):
        return np.empty(0, dtype=np.int64)
    least = ((shingles * _FACTORS + _SHIFTS) >> _HALF).min(axis=1).reshape(BANDS, ROWS)
    mixed = (least * _MIXERS).sum(axis=1, dtype=np.uint64) + _SALTS
    keys: Keys = (mixed ^ (mixed >> _HALF)).view(np.int64)
    return keys


def _shingles(syllables: list[str]) -> NDArray[np.uint64]:
    """A number for each pair of neighbours, the first syllable being paired with nothing before it."""
    hashes = np.array([_hash(syllable) for syllable in syllables], dtype=np.uint64)
    before = np.concatenate([np.zeros(min(1, len(hashes)), dtype=np.uint64), hashes[:-1]])
    paired = (before * _PAIRING) ^ hashes
    return paired * _PAIRING ^ (paired >> _HALF)


@lru_cache(maxsize=65_536)
def _hash(syllable: str) -> int:
    written = syllable.encode("utf-8", "surrogatepass")
    return zlib.crc32(written) << 32 | zlib.crc32(written, 0x5EED)


class Copies:
    """Open comments by the bands of their signatures; texts come and go one by one.

    Most keys lie in one sorted array; newcomers wait in a dictionary until a merge pays. Not safe between threads.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._keys: Keys = np.empty(0, dtype=np.int64)
        self._slots: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)
        self._new: dict[int, list[int]] = {}
        self._waiting = 0
        self._names: list[int | None] = []
        self._slot_of: dict[int, int] = {}

    def __len__(self) -> int:
        """How many comments are held."""
        return len(self._slot_of)

    def add(self, name: int, text: str) -> None:
        """Hold `text` under `name`; the text that was there before is forgotten."""
        self.add_signature(name, signature(text))

    def add_signature(self, name: int, keys: Keys) -> None:
        """Hold a comment whose signature is known already."""
        self.remove(name)
        slot = len(self._names)
        self._names.append(name)
        self._slot_of[name] = slot
        for key in keys.tolist():
            self._new.setdefault(key, []).append(slot)
        self._waiting += len(keys)
        if self._waiting > max(SHORTEST_MERGE, len(self._keys) // MERGE_SHARE):
            self._merge()

    def remove(self, name: int) -> None:
        """Forget `name`, if it is held at all."""
        slot = self._slot_of.pop(name, None)
        if slot is not None:
            self._names[slot] = None

    def find(self, text: str, limit: int = 20) -> list[tuple[int, int]]:
        """At most `limit` comments that may be copies of `text`, with the number of bands shared, most shared first."""
        return self.find_signature(signature(text), limit)

    def find_signature(self, keys: Keys, limit: int = 20) -> list[tuple[int, int]]:
        """The same for a signature that is known already."""
        shared = Counter(self._merged(keys))
        for key in keys.tolist():
            shared.update(self._new.get(key, ()))
        known = ((name, count) for slot, count in shared.items() if (name := self._names[slot]) is not None)
        return sorted(known, key=lambda found: (-found[1], found[0]))[:limit]

    def _merged(self, keys: Keys) -> Iterable[int]:
        starts = np.searchsorted(self._keys, keys, side="left")
        ends = np.searchsorted(self._keys, keys, side="right")
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            yield from self._slots[start:end].tolist()

    def _merge(self) -> None:
        """Lay the newcomers among the sorted keys, leave out what was removed, number the rest anew."""
        fresh = np.array([key for key, slots in self._new.items() for _ in slots], dtype=np.int64)
        slots = np.array([slot for slots in self._new.values() for slot in slots], dtype=np.uint32)
        keys, slots = np.concatenate([self._keys, fresh]), np.concatenate([self._slots, slots])
        held = np.array([name is not None for name in self._names])
        numbers = np.cumsum(held, dtype=np.uint32) - np.uint32(1)
        keys, slots = keys[held[slots]], numbers[slots[held[slots]]]
        order = np.argsort(keys, kind="stable")
        self._keys, self._slots = keys[order], slots[order]
        self._names = [name for name in self._names if name is not None]
        self._slot_of = {name: slot for slot, name in enumerate(self._names) if name is not None}
        self._new, self._waiting = {}, 0
