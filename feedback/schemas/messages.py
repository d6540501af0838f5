"""A schema's refusals as one list of sentences for each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError


def by_field(messages: Mapping[str, Any], order: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Sentences by field, in the order given; what is wrong within a list belongs to the list."""
    flat = {str(name): _sentences(found) for name, found in messages.items()}
    ranks = {name: rank for rank, name in enumerate(order)}
    return dict(sorted(flat.items(), key=lambda item: ranks.get(item[0], len(ranks))))


def refusals(error: ValidationError, order: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Sentences by field of what a schema raised."""
    return by_field(error.normalized_messages(), order)  # type: ignore[no-untyped-call]


def _sentences(found: Any) -> list[str]:
    if isinstance(found, Mapping):
        nested = [sentence for inner in found.values() for sentence in _sentences(inner)]
        return list(dict.fromkeys(nested))
    return [str(sentence) for sentence in found] if isinstance(found, (list, tuple)) else [str(found)]
