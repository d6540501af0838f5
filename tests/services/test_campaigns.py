"""Like cases become one campaign: how many, which ones never, once, and what officers change in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, OnHold
from feedback.domain.permissions import Role
from feedback.domain.status import Action
from feedback.models import Campaign, Comment
from feedback.services import campaign_members, campaigns, splitting
from tests import factories
from tests.services.test_alike import like

WHY = "Viết cùng một mẫu."


def different(now: datetime, number: int) -> Comment:
    return factories.routed(
        now, title=f"Việc thứ {number}", text=f"Nội dung của việc thứ {number}, không như việc khác."
    )


def ordered(cases: Iterable[Comment]) -> list[Comment]:
    """In the order of their identifiers, which those of one moment have by chance."""
    return sorted(cases, key=lambda case: case.id)


def gathered(cases: list[Comment]) -> set[int | None]:
    return {factories.comment(case.reference).campaign_id for case in cases}


def test_three_in_a_chain_of_sure_pairs_are_one_campaign_and_two_are_none(session: Session, now: datetime) -> None:
    one, two, three, four, five = (different(now, number) for number in range(5))
    like(session, one, two, now)
    like(session, three, two, now)
    like(session, four, five, now)
    like(session, three, four, now, sure=False)
    assert campaigns.gather(now) == "1 campaigns, 3 cases"
    (number,) = gathered([one, two, three])
    assert number is not None
    assert gathered([four, five]) == {None}
    last = factories.events(one)[-1]
    assert (last.action, last.actor, last.data) == ("campaign_joined", "system", {"campaign": number})
    assert first_break(factories.chain(one)) is None
    assert factories.comment(one.reference).status == "assigned"


def test_the_same_text_fifty_times_is_one_campaign_and_gathering_again_changes_nothing(
    session: Session, now: datetime
) -> None:
    cases = [factories.routed(now + timedelta(minutes=step)) for step in range(49)]
    cases.append(factories.routed(now, title="SONG ĐIỆN THOẠI Ở BẢN QUÁ YẾU"))
    later = now + timedelta(hours=1)
    assert campaigns.gather(later) == "1 campaigns, 50 cases"
    versions = [factories.comment(case.reference).version for case in cases]
    assert campaigns.gather(later) == "0 campaigns, 0 cases"
    assert [factories.comment(case.reference).version for case in cases] == versions
    assert session.scalar(select(func.count()).select_from(Campaign)) == 1


def test_what_comes_later_joins_the_campaign_that_is_there(session: Session, now: datetime) -> None:
    cases = [factories.routed(now) for _ in range(3)]
    campaigns.gather(now)
    late, another = factories.routed(now), different(now, 1)
    like(session, another, cases[0], now)
    assert campaigns.gather(now + timedelta(minutes=5)) == "0 campaigns, 2 cases"
    assert len(gathered([*cases, late, another])) == 1


def test_no_more_join_in_one_slot_than_may_be_locked(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [factories.routed(now) for _ in range(5)]
    monkeypatch.setattr(campaigns, "MOST", 3)
    assert campaigns.gather(now) == "1 campaigns, 3 cases"
    assert campaigns.gather(now) == "0 campaigns, 2 cases"
    assert len(gathered(cases)) == 1


def test_what_is_kept_held_settled_or_not_yet_sorted_is_left_alone(session: Session, now: datetime) -> None:
    left = [factories.screened(now), factories.replied(factories.routed(now), now), factories.routed(now)]
    left[-1].held = True
    session.flush()
    first, second = factories.routed(now), factories.routed(now)
    left.append(factories.comment(factories.submit(now).reference))
    assert campaigns.gather(now) == "0 campaigns, 0 cases"
    third = factories.on_desk(now)
    factories.routed(now)
    assert campaigns.gather(now) == "1 campaigns, 5 cases"
    assert len(gathered([first, second, third])) == 1
    assert gathered(left[:3]) == {None}


def test_what_was_found_long_ago_is_not_looked_through_again(session: Session, now: datetime) -> None:
    cases = [different(now, number) for number in range(3)]
    for other in cases[1:]:
        like(session, cases[0], other, now)
    assert campaigns.gather(now + campaigns.LATELY + timedelta(minutes=1)) == "0 campaigns, 0 cases"


def test_a_campaign_that_lost_members_to_a_hold_meanwhile_is_not_made_of_two(session: Session, now: datetime) -> None:
    cases = [factories.routed(now) for _ in range(3)]
    cases[0].held = True
    session.flush()
    assert campaigns._enter([case.id for case in cases], None, now) == 0
    assert session.scalar(select(func.count()).select_from(Campaign)) == 0


def campaign_of(cases: list[Comment], now: datetime) -> int:
    campaigns.gather(now)
    (number,) = gathered(cases)
    assert number is not None
    return number


def test_a_case_taken_out_is_not_gathered_again_but_may_be_put_back(session: Session, now: datetime) -> None:
    cases = [factories.routed(now) for _ in range(4)]
    number = campaign_of(cases, now)
    intake = factories.officer(now, Role.INTAKE)
    asked = {"officer": intake, "campaign_id": number, "reference": cases[0].reference, "reason": WHY, "at": now}
    campaign_members.take_out(**asked)
    assert campaigns.gather(now) == "0 campaigns, 0 cases"
    assert factories.comment(cases[0].reference).campaign_id is None
    last = factories.events(cases[0])[-1]
    assert (last.action, last.officer_id) == ("campaign_left", intake.id)
    assert last.data == {"campaign": number, "note": factories.digest(WHY)}
    assert ("officer", "campaign_left", WHY) in factories.notes(cases[0])
    campaign_members.put_in(**asked)
    assert factories.comment(cases[0].reference).campaign_id == number
    assert first_break(factories.chain(cases[0])) is None


def test_what_may_not_be_put_in_or_taken_out_is_refused_with_its_reason(session: Session, now: datetime) -> None:
    cases = [factories.routed(now) for _ in range(3)]
    others = [
        factories.routed(now, title="Việc khác hẳn", text="Nội dung khác hẳn của việc khác hẳn.") for _ in range(3)
    ]
    campaigns.gather(now)
    number, other = cases[0].campaign_id, others[0].campaign_id
    assert number is not None
    assert other is not None
    settled, kept = factories.replied(different(now, 1), now), factories.screened(now)
    foreign, held = factories.on_desk(now), different(now, 2)
    held.held = True
    session.flush()
    intake, coordinator = factories.officer(now, Role.INTAKE), factories.officer(now, Role.COORDINATOR, "BKHCN")
    rest = {"campaign_id": number, "at": now}
    for case in (settled, kept, others[0]):
        with pytest.raises(InvalidInput) as refused:
            campaign_members.put_in(officer=intake, reference=case.reference, reason=WHY, **rest)
        assert list(refused.value.fields) == ["reference"]
    for reference in ("vu vơ", "PA-2026-999999", foreign.reference):
        with pytest.raises(InvalidInput):
            campaign_members.put_in(officer=coordinator, reference=reference, reason=WHY, **rest)
    with pytest.raises(InvalidInput):
        campaign_members.take_out(officer=intake, reference=others[0].reference, reason=WHY, **rest)
    for reason in ("", " ", "a" * 2001):
        with pytest.raises(InvalidInput) as refused:
            campaign_members.take_out(officer=intake, reference=cases[0].reference, reason=reason, **rest)
        assert list(refused.value.fields) == ["reason"]
    with pytest.raises(OnHold):
        campaign_members.put_in(officer=intake, reference=held.reference, reason=WHY, **rest)
    with pytest.raises(NotAllowed):
        campaign_members.take_out(
            officer=factories.officer(now, Role.HANDLER, "BKHCN"), reference=cases[0].reference, reason=WHY, **rest
        )


def test_an_officer_sees_the_members_within_reach_and_no_campaign_without_one(session: Session, now: datetime) -> None:
    ours = ordered(factories.routed(now) for _ in range(3))
    desk = factories.on_desk(now)
    number = campaign_of([*ours, desk], now)
    handler, intake = factories.officer(now, Role.HANDLER, "BKHCN"), factories.officer(now, Role.INTAKE)
    page = campaign_members.page(officer=handler, campaign_id=number)
    assert ([row.reference for row in page.rows], page.campaign.number) == ([case.reference for case in ours], 3)
    assert campaign_members.page(officer=intake, campaign_id=number).campaign.number == 4
    with pytest.raises(NotFound):
        campaign_members.page(officer=factories.officer(now, Role.HANDLER, "BCA"), campaign_id=number)
    with pytest.raises(NotFound):
        campaign_members.page(officer=intake, campaign_id=number + 1)
    with pytest.raises(NotAllowed):
        campaign_members.page(officer=factories.officer(now, Role.ADMINISTRATOR), campaign_id=number)


def test_a_campaign_is_named_after_its_first_member_without_personal_data(session: Session, now: datetime) -> None:
    cases = ordered(factories.routed(now, title="Gọi 0912345678 không ai nghe") for _ in range(3))
    cases[0].personal = [[4, 14, "PHONE"], [40, 45, "NAME"]]
    session.flush()
    number = campaign_of(cases, now)
    page = campaign_members.page(officer=factories.officer(now, Role.INTAKE), campaign_id=number)
    assert "0912345678" not in page.campaign.name
    assert page.campaign.name.startswith("Gọi [")
    assert page.campaign.name.endswith("] không ai nghe")


def test_members_are_paged_by_a_mark_and_read_whole_for_a_file(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = ordered(factories.routed(now) for _ in range(5))
    number, intake = campaign_of(cases, now), factories.officer(now, Role.INTAKE)
    seen: list[str] = []
    mark: str | None = "vu vơ"
    while mark:
        page = campaign_members.page(officer=intake, campaign_id=number, after=mark, limit=2)
        seen += [row.reference for row in page.rows]
        mark = page.following
    assert seen == [case.reference for case in cases]
    monkeypatch.setattr(campaign_members, "_CHUNK", 2)
    rows = campaign_members.everything(officer=intake, campaign_id=number, limit=4)
    assert [row.reference for row in rows] == seen[:4]
    rows = campaign_members.everything(officer=intake, campaign_id=number, limit=100)
    assert [row.reference for row in rows] == seen


def test_for_an_action_those_are_chosen_that_wait_for_it_and_the_lead_is_not_merged(
    session: Session, now: datetime
) -> None:
    cases = ordered(factories.routed(now) for _ in range(4))
    number, intake = campaign_of(cases, now), factories.officer(now, Role.INTAKE)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    factories.checking(factories.comment(cases[3].reference), handler, now)

    def chosen(action: Action) -> list[str]:
        return campaign_members.for_action(officer=intake, campaign_id=number, action=action)[0]

    references = [case.reference for case in cases]
    assert chosen(Action.ACCEPT) == references[:3]
    assert chosen(Action.APPROVE) == references[3:]
    assert chosen(Action.REPLY) == []
    merged, lead = campaign_members.for_action(officer=intake, campaign_id=number, action=Action.MERGE)
    assert (lead, merged) == (references[0], references[1:3])


def test_a_part_that_is_split_off_is_not_of_the_campaign(session: Session, now: datetime) -> None:
    cases = [factories.routed(now) for _ in range(3)]
    campaign_of(cases, now)
    case = factories.comment(cases[0].reference)
    part = splitting.split(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        at=now,
        title="Lắp thêm trạm phát sóng",
        part="xin lắp thêm trạm phát sóng.",
        reason="Hai việc.",
    )
    assert part.campaign_id is None
