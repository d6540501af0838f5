"""What a form shows: what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FormState:
    """One form on its way back to whoever fills it in; nothing typed is lost.

    Attributes:
        values: what was typed, by field; a list where several may be chosen.
        errors: sentences by field.
        notice: a sentence about the form as a whole.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    notice: str | None = None

    def value(self, name: str) -> str:
        """What was typed in one field, as text."""
        found = self.values.get(name)
        return found if isinstance(found, str) else ""

    def chosen(self, name: str) -> list[str]:
        """What was chosen in a field of several choices."""
        found = self.values.get(name)
        return list(found) if isinstance(found, (list, tuple)) else []

    def error(self, name: str) -> str | None:
        """The first thing wrong with one field."""
        found = self.errors.get(name)
        return found[0] if found else None

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Everything wrong, as (field, sentence), in the order of the schema."""
        return [(name, sentences[0]) for name, sentences in self.errors.items() if sentences]
