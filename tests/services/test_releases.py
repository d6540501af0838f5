"""Trained models: one in use, one offered, refused ones kept with their reason; one click forward, one back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed, NotFound
from feedback.domain.learning import ReleaseState
from feedback.domain.permissions import Role
from feedback.models import ModelRelease, Officer
from feedback.services import admin_log, releases
from feedback.services.releases import Made
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def administrator(session: Session, now: datetime) -> Officer:
    """Who may promote and roll back."""
    return factories.officer(now, Role.ADMINISTRATOR)


def made(letter: str, at: datetime, **more: int) -> Made:
    return Made(letter * 12, f"releases/{letter * 12}", at, corpus_rows=100, **more)


def offered(letter: str, at: datetime, *, ready: bool = True, promote: bool = False) -> ModelRelease:
    return releases.offer(
        made=made(letter, at, label_rows=3), figures={"own": {}}, ready=ready, reason="Vì thế.", at=at, promote=promote
    )


def states() -> dict[str, str]:
    return {line.version[0]: line.state for line in releases.page().lines}


def actions() -> list[str]:
    return [entry.action for entry in reversed(admin_log.latest(limit=20))]


def test_a_deployed_model_is_in_use_and_the_one_before_is_retired(session: Session, now: datetime) -> None:
    assert releases.champion() is None
    releases.register(made=made("a", now), at=now)
    releases.register(made=made("b", now), at=now + HOUR)
    assert states() == {"a": "retired", "b": "champion"}
    assert actions() == ["model_registered", "model_registered"]


def test_a_better_model_waits_for_its_click(administrator: Officer, now: datetime) -> None:
    releases.register(made=made("a", now), at=now)
    offered("b", now)
    assert states() == {"a": "champion", "b": "challenger"}
    promoted = releases.promote(officer=administrator, version="b" * 12, at=now + HOUR)
    assert (promoted.promoted_at, promoted.promoted_by) == (now + HOUR, administrator.id)
    assert states() == {"a": "retired", "b": "champion"}
    assert actions() == ["model_registered", "model_ready", "model_promoted"]
    assert releases.page().lines[0].promoted_by == administrator.display_name


def test_a_model_that_is_no_better_is_kept_as_refused_with_the_reason(administrator: Officer, now: datetime) -> None:
    releases.register(made=made("a", now), at=now)
    offered("b", now, ready=False)
    line = releases.page().lines[0]
    assert (line.state, line.state_name, line.reason, line.label_rows) == (
        ReleaseState.REFUSED,
        "Không đạt",
        "Vì thế.",
        3,
    )
    with pytest.raises(InvalidInput):
        releases.promote(officer=administrator, version="b" * 12, at=now)


def test_a_new_challenger_takes_the_place_of_the_one_that_waited(session: Session, now: datetime) -> None:
    releases.register(made=made("a", now), at=now)
    offered("b", now)
    offered("c", now)
    assert states() == {"a": "champion", "b": "retired", "c": "challenger"}
    assert releases.challenger() == releases.by_version(version="c" * 12)


@pytest.mark.parametrize(("ready", "state"), [(True, "champion"), (False, "refused")])
def test_where_it_is_configured_only_a_better_model_comes_into_use_by_itself(
    session: Session, now: datetime, ready: bool, state: str
) -> None:
    releases.register(made=made("a", now), at=now)
    release = offered("b", now, ready=ready, promote=True)
    assert (release.state, release.promoted_by) == (state, None)
    assert ("model_promoted" in actions()) is ready


def test_one_click_goes_back_and_what_was_taken_back_is_not_gone_to_again(
    administrator: Officer, now: datetime
) -> None:
    releases.register(made=made("a", now), at=now)
    for hours, letter in ((1, "b"), (2, "c")):
        offered(letter, now + hours * HOUR)
        releases.promote(officer=administrator, version=letter * 12, at=now + hours * HOUR)
    assert releases.roll_back(officer=administrator, version="c" * 12, at=now + 3 * HOUR).version == "b" * 12
    gone = releases.by_version(version="c" * 12)
    assert gone is not None
    assert (gone.rolled_back_at, gone.rolled_back_by) == (now + 3 * HOUR, administrator.id)
    assert releases.roll_back(officer=administrator, version="b" * 12, at=now + 4 * HOUR).version == "a" * 12
    with pytest.raises(InvalidInput, match="Không có bản nào trước đó"):
        releases.roll_back(officer=administrator, version="a" * 12, at=now + 5 * HOUR)
    assert states() == {"a": "champion", "b": "retired", "c": "retired"}
    assert actions()[-2:] == ["model_rolled_back"] * 2


def test_a_click_on_an_old_page_changes_nothing(administrator: Officer, now: datetime) -> None:
    releases.register(made=made("a", now), at=now)
    with pytest.raises(InvalidInput, match="không còn chờ"):
        releases.promote(officer=administrator, version="b" * 12, at=now)
    with pytest.raises(InvalidInput, match="vừa được thay đổi"):
        releases.roll_back(officer=administrator, version="b" * 12, at=now)
    assert states() == {"a": "champion"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_changes_the_model(session: Session, now: datetime, role: Role) -> None:
    officer = factories.officer(now, role)
    with pytest.raises(NotAllowed):
        releases.promote(officer=officer, version="a" * 12, at=now)
    with pytest.raises(NotAllowed):
        releases.roll_back(officer=officer, version="a" * 12, at=now)


def test_figures_are_added_to_a_model_that_had_none(session: Session, now: datetime) -> None:
    release = releases.register(made=made("a", now), at=now)
    releases.measured(version="a" * 12, figures={"own": {"n": 1}})
    releases.measured(version="a" * 12, figures={"stream": {}})
    releases.measured(version="b" * 12, figures={"own": {}})
    assert release.figures == {"own": {"n": 1}, "stream": {}}


def test_the_list_is_read_page_by_page(session: Session, now: datetime) -> None:
    for letter in "abcde":
        releases.register(made=made(letter, now), at=now)
    seen, mark = [], None
    for _ in range(3):
        page = releases.page(after=mark, limit=2)
        seen.append("".join(line.version[0] for line in page.lines))
        mark = page.following
    assert seen == ["ed", "cb", "a"]
    assert mark is None


def test_the_files_of_models_that_one_may_go_back_to_are_kept(administrator: Officer, now: datetime) -> None:
    for hours, letter in enumerate("abcd"):
        releases.register(made=made(letter, now), at=now + hours * HOUR)
    for letter in "ef01":
        offered(letter, now, ready=False)
    assert {path[-1] for path in releases.kept_paths()} == set("bcdf01")


def test_what_the_model_has_learned_so_far_is_known(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        releases.learned_until()
    releases.register(made=made("a", now), at=now)
    assert releases.learned_until() == 0
