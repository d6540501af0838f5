"""The place of a case in the list from which it was opened: what is before it, what is next, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import has_request_context, redirect, request, url_for
from werkzeug.wrappers import Response

from feedback.services import queues
from feedback.services.desk import Case
from feedback.web import listing
from feedback.web.account import me
from feedback.web.desk import blueprint, now_utc
from feedback.web.listing import Links


@dataclass(frozen=True, slots=True)
class Beside:
    """The references before and after a case, and the values of the list's link; empty when it came from none."""

    before: str | None = None
    after: str | None = None
    links: Links = field(default_factory=dict)


def beside(case: Case) -> Beside:
    """Where a case that is shown stands in the list that it was opened from."""
    return _stands(partial(queues.neighbours, comment=case))


def _left(reference: str) -> Beside:
    """The same of a case that may have left this official's reach meanwhile."""
    return _stands(partial(queues.beside, reference=reference))


def _stands(look: Callable[..., tuple[str | None, str | None]]) -> Beside:
    came = listing.come_from()
    if came is None:
        return Beside()
    before, after = look(
        officer=me(), filters=came.filters, queue=came.queue, sort=came.sort, now=now_utc(), folded=came.folded
    )
    return Beside(before, after, came.links)


def onwards(reference: str) -> Response:
    """After a case has left: the next of its list, the one before when it was the last, else the list itself."""
    stands = _left(reference)
    links: dict[str, Any] = {**stands.links}
    following = stands.after or stands.before
    if following is None:
        return redirect(url_for("desk.queue", **links), 303)
    return redirect(url_for("desk.case", reference=following, **links), 303)


@blueprint.url_defaults
def _stay_in_the_list(_endpoint: str, values: dict[str, Any]) -> None:
    """Every address of the case at hand carries the list that it was opened from."""
    here = (request.view_args or {}).get("reference") if has_request_context() else None
    if here is None or values.get("reference") != here:
        return
    for name, given in request.args.lists():
        if name in listing.CARRIED:
            values.setdefault(name, given)
