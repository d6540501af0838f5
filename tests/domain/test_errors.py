"""Refusals: each with a sentence that may be shown."""

from __future__ import annotations

import pytest

from feedback.domain import errors, vocabulary


@pytest.mark.parametrize(
    "kind", [kind for kind in errors.DomainError.__subclasses__() if kind is not errors.InvalidInput]
)
def test_a_refusal_has_a_sentence_of_its_own_unless_told_another(kind: type[errors.DomainError]) -> None:
    assert kind().sentence == kind.message != errors.DomainError.message
    assert kind("Câu khác.").sentence == "Câu khác."


def test_refused_input_names_its_fields() -> None:
    refused = errors.InvalidInput({"reason": ["Xin nêu lý do."]})
    assert refused.fields == {"reason": ["Xin nêu lý do."]}
    assert refused.sentence == errors.InvalidInput.message


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        (vocabulary.Kind, vocabulary.KIND_NAMES),
        (vocabulary.SenderKind, vocabulary.SENDER_NAMES),
        (vocabulary.Channel, vocabulary.CHANNEL_NAMES),
    ],
)
def test_every_choice_has_a_vietnamese_name(codes: type, names: dict[str, str]) -> None:
    assert set(names) == set(codes)
    assert len(set(names.values())) == len(names)


def test_there_are_sixteen_fields() -> None:
    assert len(vocabulary.FIELD_NAMES) == 16
