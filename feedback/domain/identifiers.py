"""Identifiers made before the row is written, so that one statement can write a case whole."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID


def time_ordered_id(at: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random = int.from_bytes(os.urandom(10), "big")
    high = (milliseconds << 16) | (0x7 << 12) | ((random >> 62) & 0xFFF)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return UUID(int=(high << 64) | low)
