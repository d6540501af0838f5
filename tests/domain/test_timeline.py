"""What a citizen reads of a case's history."""

from __future__ import annotations

import pytest

from feedback.domain.status import Action
from feedback.domain.timeline import SENTENCES, sentence

# What officials arrange among themselves.
INTERNAL = {Action.ASSIGN, Action.TAG, Action.HOLD, Action.RELEASE}
NAMES = {"BKHCN": "Bộ Khoa học và Công nghệ"}


@pytest.mark.parametrize("action", [action for action in Action if action not in INTERNAL])
def test_every_move_is_told_in_a_sentence(action: Action) -> None:
    told = sentence(action, {"body": "BKHCN"}, NAMES)
    assert told is not None
    assert told.endswith(".")
    assert "{" not in told


ERASURE = {"erasure_asked", "erasure_refused", "erase"}


def test_the_body_is_named_and_an_unknown_one_is_not_guessed() -> None:
    assert sentence("accept", {"body": "BKHCN"}, NAMES) == "Bộ Khoa học và Công nghệ đã nhận và đang giải quyết."
    assert sentence("accept", {}, NAMES) == "Cơ quan có thẩm quyền đã nhận và đang giải quyết."


@pytest.mark.parametrize("action", sorted(INTERNAL))
def test_what_officials_arrange_among_themselves_is_not_told(action: Action) -> None:
    assert sentence(action, {}, NAMES) is None


def test_the_reading_of_an_identity_is_not_the_citizens_to_read() -> None:
    assert sentence("unseal", {}, NAMES) is None


def test_the_table_holds_the_filing_every_move_a_screening_overruled_a_note_of_delay_erasure_and_nothing_else() -> None:
    assert set(SENTENCES) == {"submit", "screen_overruled", "progress", *ERASURE, *Action} - INTERNAL
