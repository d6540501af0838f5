"""Trained models: registered, offered, refused, put into use and taken back; one is in use at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import aliased

from feedback.db import session
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.learning import STATE_NAMES, ReleaseState
from feedback.domain.permissions import Permission
from feedback.models import ModelRelease, Officer
from feedback.services import admin_log, scope

PAGE = 20
KEPT = 3


@dataclass(frozen=True, slots=True)
class Made:
    """A model as its training leaves it."""

    version: str
    path: str
    trained_at: datetime
    corpus_rows: int = 0
    label_rows: int = 0
    last_label_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list of models."""

    id: int
    version: str
    state: ReleaseState
    state_name: str
    trained_at: datetime
    corpus_rows: int
    label_rows: int
    reason: str | None
    promoted_at: datetime | None
    promoted_by: str | None
    rolled_back_at: datetime | None
    rolled_back_by: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, the latest first; `following` is the mark of the next page."""

    lines: tuple[Line, ...]
    following: int | None


def champion() -> ModelRelease | None:
    """The model that the service is to use."""
    return _in(ReleaseState.CHAMPION)


def challenger() -> ModelRelease | None:
    """The model that is ready to take the champion's place."""
    return _in(ReleaseState.CHALLENGER)


def by_version(*, version: str) -> ModelRelease | None:
    """The model of this version."""
    return session().scalar(select(ModelRelease).where(ModelRelease.version == version))


def last_compared() -> ModelRelease | None:
    """The model that was last held against the present champion, whatever came of it."""
    present = champion()
    if present is None:
        return None
    return session().scalar(
        select(ModelRelease)
        .where(ModelRelease.figures["against"]["version"].astext == present.version)
        .order_by(ModelRelease.id.desc())
        .limit(1)
    )


def previous() -> ModelRelease | None:
    """The model that a roll-back would put into use again: the last one before the champion that was not taken back."""
    return session().scalar(
        select(ModelRelease)
        .where(
            ModelRelease.state == ReleaseState.RETIRED,
            ModelRelease.promoted_at.is_not(None),
            ModelRelease.rolled_back_at.is_(None),
        )
        .order_by(ModelRelease.promoted_at.desc(), ModelRelease.id.desc())
        .limit(1)
    )


def register(*, made: Made, at: datetime) -> ModelRelease:
    """Take in a model that a deployment put in its place: it is in use from now on, and the one before is retired."""
    _lock()
    release = _new(made, ReleaseState.RETIRED)
    _crown(release, at=at, officer_id=None)
    admin_log.write(action="model_registered", at=at, data={"version": made.version})
    return release


def offer(
    *, made: Made, figures: Mapping[str, object], ready: bool, reason: str, at: datetime, promote: bool = False
) -> ModelRelease:
    """Keep a trained model beside the champion: ready to take its place, or refused with the reason.

    A challenger that waited is retired. With `promote`, one that is ready is put into use at once.
    """
    _lock()
    waiting = challenger()
    if waiting is not None:
        waiting.state = ReleaseState.RETIRED
        session().flush()
    release = _new(made, ReleaseState.CHALLENGER if ready else ReleaseState.REFUSED)
    release.figures, release.reason = dict(figures), reason
    action = "model_ready" if ready else "model_refused"
    admin_log.write(action=action, at=at, data={"version": made.version, "labels": made.label_rows})
    if ready and promote:
        _crown(release, at=at, officer_id=None)
        admin_log.write(action="model_promoted", at=at, data={"version": made.version})
    return release


def measured(*, version: str, figures: Mapping[str, object]) -> None:
    """Keep the figures of a model that had none."""
    release = by_version(version=version)
    if release is not None:
        release.figures = {**release.figures, **figures}
        session().flush()


def promote(*, officer: Officer, version: str, at: datetime) -> ModelRelease:
    """Put the challenger into use. Raise NotAllowed, or InvalidInput when this version is not the challenger."""
    scope.require(officer=officer, permission=Permission.MANAGE_MODEL)
    _lock()
    release = challenger()
    if release is None or release.version != version:
        raise InvalidInput({}, "Bản này không còn chờ đưa vào dùng. Xin xem lại danh sách mới nhất.")
    _crown(release, at=at, officer_id=officer.id)
    admin_log.write(action="model_promoted", at=at, officer_id=officer.id, data={"version": version})
    return release


def roll_back(*, officer: Officer, version: str, at: datetime) -> ModelRelease:
    """Take the model in use, which is `version`, back and put the one before into use again.

    Raises:
        NotAllowed: no permission.
        InvalidInput: another model is in use by now, or there is none before.
    """
    scope.require(officer=officer, permission=Permission.MANAGE_MODEL)
    _lock()
    gone, back = champion(), previous()
    if gone is None or gone.version != version:
        raise InvalidInput({}, "Bản đang dùng vừa được thay đổi. Xin xem lại danh sách mới nhất.")
    if back is None:
        raise InvalidInput({}, "Không có bản nào trước đó để quay lại.")
    gone.state = ReleaseState.RETIRED
    gone.rolled_back_at, gone.rolled_back_by = at, officer.id
    session().flush()
    _crown(back, at=at, officer_id=officer.id)
    data: dict[str, object] = {"from": gone.version, "to": back.version}
    admin_log.write(action="model_rolled_back", at=at, officer_id=officer.id, data=data)
    return back


def page(*, after: int | None = None, limit: int = PAGE) -> Page:
    """One page of the list of models."""
    up, down = aliased(Officer), aliased(Officer)
    statement = (
        select(ModelRelease, up.display_name, down.display_name)
        .outerjoin(up, up.id == ModelRelease.promoted_by)
        .outerjoin(down, down.id == ModelRelease.rolled_back_by)
        .order_by(ModelRelease.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(ModelRelease.id < after)
    found = [_line(*row) for row in session().execute(statement)]
    return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def _line(release: ModelRelease, promoter: str | None, taker: str | None) -> Line:
    state = ReleaseState(release.state)
    return Line(
        id=release.id,
        version=release.version,
        state=state,
        state_name=STATE_NAMES[state],
        trained_at=release.trained_at,
        corpus_rows=release.corpus_rows,
        label_rows=release.label_rows,
        reason=release.reason,
        promoted_at=release.promoted_at,
        promoted_by=promoter,
        rolled_back_at=release.rolled_back_at,
        rolled_back_by=taker,
    )


def kept_paths() -> frozenset[str]:
    """Directories of the models to which one may go or go back: the newest, and those that were in use last."""
    newest = select(ModelRelease.path).order_by(ModelRelease.id.desc()).limit(KEPT)
    used = (
        select(ModelRelease.path)
        .where(ModelRelease.promoted_at.is_not(None), ModelRelease.rolled_back_at.is_(None))
        .order_by(ModelRelease.promoted_at.desc())
        .limit(KEPT)
    )
    return frozenset([*session().scalars(newest), *session().scalars(used)])


def learned_until() -> int:
    """The newest label that the model in use, or a later training, has learned from; 0 when none."""
    present = champion()
    if present is None:
        raise NotFound
    rows: Sequence[int | None] = (
        session().scalars(select(ModelRelease.last_label_id).where(ModelRelease.trained_at >= present.trained_at)).all()
    )
    return max((number for number in rows if number is not None), default=0)


def _in(state: ReleaseState) -> ModelRelease | None:
    return session().scalar(select(ModelRelease).where(ModelRelease.state == state))


def _new(made: Made, state: ReleaseState) -> ModelRelease:
    release = ModelRelease(
        version=made.version,
        path=made.path,
        trained_at=made.trained_at,
        corpus_rows=made.corpus_rows,
        label_rows=made.label_rows,
        last_label_id=made.last_label_id,
        state=state,
        reason="-" if state is ReleaseState.REFUSED else None,
    )
    session().add(release)
    session().flush()
    return release


def _crown(release: ModelRelease, *, at: datetime, officer_id: int | None) -> None:
    present = champion()
    if present is not None:
        present.state = ReleaseState.RETIRED
        session().flush()
    release.state = ReleaseState.CHAMPION
    release.promoted_at, release.promoted_by = at, officer_id
    session().flush()


def _lock() -> None:
    """One change at a time; readers are not held up."""
    session().execute(text("LOCK TABLE model_release IN SHARE ROW EXCLUSIVE MODE"))
