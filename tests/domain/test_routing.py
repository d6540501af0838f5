"""From the classifier's verdict to a body's queue or the triage desk."""

from __future__ import annotations

import pytest

from feedback.domain.routing import DESK_REASON_NAMES, DeskReason, Routing, body_code, decide

BODIES = {"BKHCN": 1, "UBND_TINH:HN": 2, "TINH_UY:HN": 3, "UBND_XA:HN:XA_A": 4}


@pytest.mark.parametrize(
    ("class_code", "sure", "screen", "province", "body", "reason"),
    [
        ("BKHCN", True, "hop_le", "", "BKHCN", None),
        ("BKHCN", True, "hop_le", "HN", "BKHCN", None),
        ("UBND_TINH", True, "hop_le", "HN", "UBND_TINH:HN", None),
        ("TINH_UY", True, "hop_le", "HN", "TINH_UY:HN", None),
        ("BKHCN", False, "hop_le", "", None, "unsure"),
        ("UBND_TINH", True, "hop_le", "", None, "no_place"),
        ("UBND_TINH", False, "hop_le", "", None, "unsure"),
        ("UBND_TINH", True, "hop_le", "HP", None, "no_body"),
        ("BCT", True, "hop_le", "", None, "no_body"),
        ("UBND_XA", True, "hop_le", "HN", None, "no_body"),
        ("BKHCN", True, "khieu_nai", "", None, "screened"),
        ("BKHCN", False, "khieu_nai", "", None, "screened"),
    ],
)
def test_a_verdict_leads_where_the_rules_say(
    class_code: str, sure: bool, screen: str, province: str, body: str | None, reason: str | None
) -> None:
    decided = decide(class_code=class_code, sure=sure, screen=screen, province=province, bodies=BODIES)
    assert decided == Routing(body, DeskReason(reason) if reason else None)


def test_a_commune_is_never_guessed_even_when_the_class_has_a_body() -> None:
    decided = decide(class_code="UBND_XA", sure=True, screen="hop_le", province="HN", bodies={"UBND_XA": 1})
    assert decided.desk_reason is DeskReason.NO_BODY


@pytest.mark.parametrize(
    ("class_code", "province", "code"),
    [
        ("UBND_TINH", "HN", "UBND_TINH:HN"),
        ("TINH_UY", "HN", "TINH_UY:HN"),
        ("UBND_TINH", "", "UBND_TINH"),
        ("BKHCN", "HN", "BKHCN"),
        ("UBND_XA", "HN", "UBND_XA"),
    ],
)
def test_only_a_class_bound_to_a_place_has_one_body_a_province(class_code: str, province: str, code: str) -> None:
    assert body_code(class_code, province) == code


def test_every_reason_for_the_desk_is_said_in_vietnamese() -> None:
    assert set(DESK_REASON_NAMES) == set(DeskReason)
