"""The labelling page: one comment, five candidates, two keystrokes; by radio and button without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput, InvalidMove, NotFound, Stale
from feedback.domain.learning import CONFIDENTIAL, ORIGIN_NAMES, SCREEN_NAMES, Screen
from feedback.domain.permissions import Permission
from feedback.services import bodies, labelling
from feedback.services.labelling import Task
from feedback.web.account import me
from feedback.web.errors import status_of
from feedback.web.forms import FormState
from feedback.web.permissions import permission

blueprint = Blueprint("labelling", __name__, url_prefix="/quan-tri/gan-nhan")

OTHER = "khac"
INSTEAD = "khong:"  # before the code of what a comment is instead of a valid one
_LONGEST_REASON = 500
_STOPPED = "{reference} đã được giữ kín và chuyển sang hàng chờ sàng lọc để cán bộ tiếp nhận xác nhận."
_STILL_OPEN = "Nhãn chưa dừng việc xử lý {reference}. Xin báo ngay cán bộ tiếp nhận để xác nhận kết quả sàng lọc."
_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,12}\Z")


@blueprint.get("")
@permission(Permission.LABEL)
def page() -> Response:
    """The next comment that waits for a label."""
    after = request.args.get("sau", "")
    return _page(labelling.next_task(officer=me(), after=after), FormState({"sau": after}))


@blueprint.post("")
@permission(Permission.LABEL)
def answer() -> Response:
    """Keep the label, and open the next comment."""
    form = {name: request.form.get(name, "") for name in ("reference", "choice", "other", "reason", "sau")}
    try:
        class_code, screen = _chosen(form["choice"], form["other"])
        if len(form["reason"]) > _LONGEST_REASON:
            raise InvalidInput({"reason": ["Xin viết ngắn lại, tối đa 500 ký tự."]})
        if not _REFERENCE.match(form["reference"]):
            raise NotFound
        with transaction():
            labelling.answer(
                officer=me(),
                reference=form["reference"],
                class_code=class_code,
                screen=screen,
                reason=form["reason"],
                at=datetime.now(UTC),
            )
    except InvalidInput as error:
        task = labelling.task(officer=me(), reference=form["reference"])
        if task is not None:
            return _page(task, FormState(form, error.fields), status_of(error))
        flash("Ý kiến này không còn chờ gắn nhãn.", "notice")
    except (InvalidMove, NotFound, Stale) as error:
        flash(error.sentence, "notice")
    else:
        flash(f"Đã ghi nhãn của {form['reference']}.")
        if screen in CONFIDENTIAL:
            kept = labelling.is_kept(reference=form["reference"])
            flash((_STOPPED if kept else _STILL_OPEN).format(reference=form["reference"]), "notice")
    return redirect(url_for("labelling.page", sau=form["sau"] or None), 303)


def _chosen(choice: str, other: str) -> tuple[str | None, Screen]:
    """Class and screen of what was chosen; raise InvalidInput when nothing was, or what is none."""
    code = other if choice in {"", OTHER} else choice
    if code.startswith(INSTEAD):
        found = code.removeprefix(INSTEAD)
        if found not in {screen for screen in Screen if screen is not Screen.VALID}:
            raise InvalidInput({"choice": ["Xin chọn cơ quan giải quyết."]})
        return None, Screen(found)
    return code, Screen.VALID


def _page(task: Task | None, form: FormState, status: int = 200) -> Response:
    midnight = datetime.now(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    rendered = render_template(
        "admin/labelling.html",
        task=task,
        form=form,
        waiting=labelling.waiting(officer=me(), since=midnight),
        origin_name=ORIGIN_NAMES[task.origin] if task else "",
        class_options=sorted(bodies.class_names().items(), key=lambda pair: pair[1]),
        screens=[(f"{INSTEAD}{code}", name) for code, name in SCREEN_NAMES.items() if code is not Screen.VALID],
        other=OTHER,
    )
    return make_response(rendered, status)
