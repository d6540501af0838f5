"""What screening leads to, and what the sender is told of it."""

from __future__ import annotations

import pytest

from feedback.domain.screening import (
    CONFIRMING,
    SCREEN_NAMES,
    SCREENED_OUT,
    STOPPED,
    Screen,
    confidential,
    guidance,
    letter,
)
from feedback.domain.status import Action, Actor, Status, move_for

PLACE = "tỉnh Sơn La"


def test_every_label_has_a_name_of_its_own() -> None:
    assert set(SCREEN_NAMES) == set(Screen)
    assert len(set(SCREEN_NAMES.values())) == len(Screen)


def test_complaints_and_denunciations_alone_are_kept() -> None:
    assert {"khieu_nai", "to_cao"} == STOPPED
    assert [screen for screen in [*Screen, None] if confidential(screen)] == ["khieu_nai", "to_cao"]


@pytest.mark.parametrize("screen", sorted(SCREENED_OUT))
def test_confirming_is_a_move_of_an_officer_that_needs_a_letter_and_can_be_taken_back(screen: Screen) -> None:
    for source in (Status.SORTING, Status.RETURNED):
        move = move_for(source, CONFIRMING[screen], Actor.OFFICER)
        assert move.reason_required
        back = Action.SUPPLEMENT if move.target is Status.AWAITING_SUPPLEMENT else Action.REOPEN
        assert move_for(move.target, back, Actor.CITIZEN).target is Status.SORTING


@pytest.mark.parametrize("place", [PLACE, None])
@pytest.mark.parametrize("screen", sorted(SCREENED_OUT))
def test_the_sender_is_told_in_whole_sentences(screen: Screen, place: str | None) -> None:
    told = guidance(screen, place=place)
    for sentence in (*told.sentences, *told.addresses, letter(screen, place=place)):
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert not told.heading.endswith(".")
    assert len(letter(screen, place=place)) <= 5000


@pytest.mark.parametrize(
    ("screen", "law"),
    [(Screen.COMPLAINT, "Luật Khiếu nại năm 2011"), (Screen.DENUNCIATION, "Luật Tố cáo năm 2018")],
)
def test_the_law_and_the_reception_office_of_the_place_are_named(screen: Screen, law: str) -> None:
    told = guidance(screen, place=PLACE)
    assert law in told.sentences[0]
    assert law in letter(screen, place=PLACE)
    assert any("Ban Tiếp công dân tỉnh Sơn La" in address for address in told.addresses)
    assert "Ban Tiếp công dân tỉnh Sơn La" in letter(screen, place=PLACE)
    assert "nơi xảy ra sự việc" in letter(screen, place=None)


@pytest.mark.parametrize("screen", [Screen.SPAM, Screen.INSULT])
def test_nobody_is_called_a_spammer_by_a_machine(screen: Screen) -> None:
    told = guidance(screen, place=None)
    assert told.addresses == ()
    assert not any(word in " ".join((told.heading, *told.sentences)) for word in ("rác", "xúc phạm", "quảng cáo"))
