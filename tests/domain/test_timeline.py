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


def test_the_table_holds_filings_every_move_what_the_service_tells_by_itself_and_nothing_else() -> None:
    by_itself = {"submit", "refiled", "joined", "split_off", "screen_overruled", "progress", "recompute"}
    assert set(SENTENCES) == {*by_itself, "reopen.officer", *ERASURE, *Action} - INTERNAL


def test_a_date_counted_anew_is_told_with_both_dates_and_other_clocks_are_not() -> None:
    data = {"before": "2026-03-31T10:00:00+00:00", "after": "2026-04-01T10:00:00+00:00"}
    assert sentence("recompute", data, {}) == (
        "Hạn trả lời được tính lại từ 17:00 ngày 31/03/2026 thành 17:00 ngày 01/04/2026 vì lịch làm việc có thay đổi."
    )
    assert sentence("recompute", {"clocks": ["accept"]}, {}) is None
