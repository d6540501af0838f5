"""What a citizen sees and may do with a reference and its key."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, InvalidMove, NotFound
from feedback.domain.permissions import Role
from feedback.services import answering, identity, lookup
from feedback.services.intake import Receipt
from tests import factories

REASON = "Sóng vẫn chưa có, trạm chưa lắp."


@pytest.fixture
def receipt(session: Session, now: datetime) -> Receipt:
    """The receipt of a comment that was routed."""
    made = factories.submit(now)
    factories.classify(now)
    return made


def reply(receipt: Receipt, now: datetime) -> None:
    factories.replied(factories.comment(receipt.reference), now)


def test_the_case_is_shown_to_whoever_holds_its_receipt(receipt: Receipt) -> None:
    case = lookup.open_case(reference=receipt.reference.lower(), key=f" {receipt.key[:4]}-{receipt.key[4:]} ")
    assert (case.reference, case.title) == (receipt.reference, "Sóng điện thoại ở bản quá yếu")
    assert (case.status, case.status_name) == ("assigned", "Đã chuyển cơ quan xử lý")
    assert case.body_name == "Bộ Khoa học và Công nghệ"
    assert case.due_at == receipt.due_at
    assert case.answers == ()


def test_the_timeline_tells_each_step_in_order(receipt: Receipt, now: datetime) -> None:
    told = lookup.open_case(reference=receipt.reference, key=receipt.key).timeline
    assert [entry.sentence for entry in told] == [
        "Ông/Bà đã gửi ý kiến.",
        "Hệ thống đã tiếp nhận ý kiến và cấp mã tra cứu.",
        "Ý kiến đang được kiểm tra, phân loại.",
        "Ý kiến đã được chuyển đến Bộ Khoa học và Công nghệ để giải quyết.",
    ]
    assert {entry.at for entry in told} == {now}


def test_a_reading_of_the_identity_is_not_in_the_timeline(receipt: Receipt, now: datetime) -> None:
    before = lookup.open_case(reference=receipt.reference, key=receipt.key).timeline
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    version = factories.comment(receipt.reference).version
    identity.unseal(officer=handler, reference=receipt.reference, version=version, reason="Cần gọi lại để hỏi.", at=now)
    assert lookup.open_case(reference=receipt.reference, key=receipt.key).timeline == before


@pytest.mark.parametrize(
    ("number", "secret"),
    [
        pytest.param(None, "000000000000", id="wrong key"),
        pytest.param("PA-2026-999999", None, id="unknown number"),
        pytest.param("PA-2026-999999", "000000000000", id="unknown number, nobody's key"),
        pytest.param(None, "ngắn", id="malformed key"),
        pytest.param("số của tôi", None, id="malformed number"),
        pytest.param("", "", id="nothing"),
        pytest.param("\x00", "\x00", id="NUL"),
    ],
)
def test_whatever_does_not_match_is_refused_in_the_same_words(
    receipt: Receipt, now: datetime, number: str | None, secret: str | None
) -> None:
    reference = receipt.reference if number is None else number
    key = receipt.key if secret is None else secret
    refusals = set()
    for act in (
        lambda: lookup.open_case(reference=reference, key=key),
        lambda: lookup.confirm(reference=reference, key=key, at=now),
        lambda: lookup.reopen(reference=reference, key=key, reason=REASON, at=now),
    ):
        with pytest.raises(NotFound) as refused:
            act()
        refusals.add(refused.value.sentence)
    assert refusals == {"Không tìm thấy ý kiến với số và mã tra cứu này. Xin kiểm tra lại từng ký tự trên biên nhận."}


def test_an_unknown_number_costs_the_same_hashing_as_a_known_one(
    receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []
    real = lookup.KEY_HASHER

    class Counting:
        def verify(self, stored: str, key: str) -> bool:
            done.append(("verify", stored.rsplit("$", 2)[0]))
            return real.verify(stored, key)

        def hash(self, key: str) -> str:
            done.append(("hash", ""))
            return real.hash(key)

    monkeypatch.setattr(lookup, "KEY_HASHER", Counting())
    lookup._nobodys_hash()  # made once a process
    work = []
    for reference, key in [(receipt.reference, "000000000000"), ("PA-2026-999999", receipt.key), ("x", "y")]:
        done.clear()
        with pytest.raises(NotFound):
            lookup.open_case(reference=reference, key=key)
        work.append(tuple(done))
    assert len(set(work)) == 1
    assert [step for step, _ in work[0]] == ["verify"]


def test_an_unrouted_case_names_no_body(session: Session, now: datetime) -> None:
    made = factories.submit(now)
    case = lookup.open_case(reference=made.reference, key=made.key)
    assert (case.body_name, case.may_confirm, case.may_reopen) == (None, False, False)


def test_an_answer_is_shown_once_it_was_sent_and_not_before(receipt: Receipt, now: datetime) -> None:
    comment = factories.comment(receipt.reference)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    answering.accept(officer=handler, reference=receipt.reference, version=comment.version, at=now)
    answering.submit(
        officer=handler,
        reference=receipt.reference,
        version=comment.version,
        text="Trạm sẽ được lắp trong quý II.",
        outcome="explained",
        at=now,
    )
    assert lookup.open_case(reference=receipt.reference, key=receipt.key).answers == ()
    checker = factories.officer(now, Role.CHECKER, "BKHCN")
    factories.approved(comment, checker, now)
    (answer,) = lookup.open_case(reference=receipt.reference, key=receipt.key).answers
    assert (answer.text, answer.body_name, answer.sent_at) == (
        "Trạm sẽ được lắp trong quý II.",
        "Bộ Khoa học và Công nghệ",
        now,
    )


def test_a_confirmed_case_is_rated_and_closed(receipt: Receipt, now: datetime) -> None:
    reply(receipt, now)
    assert lookup.open_case(reference=receipt.reference, key=receipt.key).may_confirm
    later = now + timedelta(days=1)
    lookup.confirm(reference=receipt.reference, key=receipt.key, at=later)
    comment = factories.comment(receipt.reference)
    assert (comment.status, comment.closed_at) == ("closed", later)
    case = lookup.open_case(reference=receipt.reference, key=receipt.key)
    assert (case.may_confirm, case.may_reopen) == (False, True)
    assert [entry.sentence for entry in case.timeline][-2:] == [
        "Ông/Bà đã đánh giá câu trả lời.",
        "Ý kiến đã được đóng.",
    ]


def test_a_case_is_not_confirmed_before_it_is_answered_nor_twice(receipt: Receipt, now: datetime) -> None:
    with pytest.raises(InvalidMove):
        lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)
    reply(receipt, now)
    lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)
    with pytest.raises(InvalidMove):
        lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)


def test_a_case_reopened_goes_back_to_its_body_with_the_reason(receipt: Receipt, now: datetime) -> None:
    reply(receipt, now)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason=f"  {REASON}\x00", at=now)
    comment = factories.comment(receipt.reference)
    assert comment.status == "reopened"
    assert factories.notes(comment) == [("citizen", "reopen", REASON)]
    assert factories.events(comment)[-1].data["note"] == factories.digest(REASON)


def test_a_closed_case_reopened_goes_to_the_triage_desk_and_is_no_longer_closed(
    receipt: Receipt, now: datetime
) -> None:
    reply(receipt, now)
    lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason=REASON, at=now)
    comment = factories.comment(receipt.reference)
    assert (comment.status, comment.closed_at) == ("sorting", None)


@pytest.mark.parametrize("reason", ["", "ngắn", " " * 40, "a" * 2001, "\u200b" * 40])
def test_reopening_needs_a_reason_that_says_something(receipt: Receipt, now: datetime, reason: str) -> None:
    reply(receipt, now)
    with pytest.raises(InvalidInput) as refused:
        lookup.reopen(reference=receipt.reference, key=receipt.key, reason=reason, at=now)
    assert "reason" in refused.value.fields
    assert factories.comment(receipt.reference).status == "replied"


def test_a_case_not_yet_answered_is_not_reopened(receipt: Receipt, now: datetime) -> None:
    with pytest.raises(InvalidMove):
        lookup.reopen(reference=receipt.reference, key=receipt.key, reason=REASON, at=now)
