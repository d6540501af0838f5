"""The page of the model: champion and challenger side by side, drift, what would teach most, one click each way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import InvalidInput
from feedback.domain.learning import ORIGIN_NAMES, Origin, RunState
from feedback.domain.permissions import Permission
from feedback.models import ModelRelease
from feedback.services import admin_log, auditing, bodies, drift, labels, releases, teaching, training
from feedback.services.drift import Drift
from feedback.web import charts, model_card
from feedback.web.account import me
from feedback.web.exports import csv_file
from feedback.web.formats import day, moment
from feedback.web.numbers import mark
from feedback.web.permissions import permission

blueprint = Blueprint("model", __name__, url_prefix="/quan-tri/mo-hinh")

LISTED = 20
EXPORTED = 1000
LOGGED = 20
_RUN_STATES = MappingProxyType(
    {
        RunState.WAITING: "Đang chờ",
        RunState.RUNNING: "Đang huấn luyện",
        RunState.DONE: "Xong",
        RunState.FAILED: "Không thành công",
    }
)
_CAUSES = MappingProxyType({"nightly": "Hằng đêm", "button": "Theo yêu cầu"})
_ACTIONS = MappingProxyType(
    {
        "factor_reset": "Đặt lại xác thực hai lớp của một tài khoản",
        "model_registered": "Ghi nhận bản {version} được cài cùng hệ thống và đưa vào dùng",
        "model_ready": "Bản {version} đạt, chờ đưa vào dùng",
        "model_refused": "Bản {version} không đạt, được giữ lại kèm lý do",
        "model_promoted": "Đưa bản {version} vào dùng",
        "model_rolled_back": "Quay lại bản {to}, thôi dùng bản {from}",
        "training_requested": "Yêu cầu huấn luyện lại",
        "training_failed": "Lần huấn luyện không thành công ({kind})",
    }
)


@blueprint.get("")
@permission(Permission.SEE_MODEL)
def page() -> str:
    """Everything about the model."""
    champion, contender = releases.champion(), releases.last_compared()
    first, second = _figures(champion, contender)
    found = _drift(champion)
    classes = bodies.class_names()
    return render_template(
        "admin/model.html",
        champion=champion,
        contender=contender,
        back=releases.previous(),
        may_manage=Permission.MANAGE_MODEL in me().permissions,
        may_label=Permission.LABEL in me().permissions,
        lines=model_card.lines(first, second),
        class_lines=model_card.classes(first, second),
        curves=model_card.curves(first, second),
        figures=(first, second),
        stream=champion.figures.get("stream") if champion else None,
        audit=auditing.standing(),
        origins=[(ORIGIN_NAMES[Origin(code)], count) for code, count in labels.by_origin()],
        drift=found,
        drift_lines=_drift_lines(found),
        teaching=teaching.listed(limit=LISTED),
        teaching_count=teaching.count(),
        classes=classes,
        releases=releases.page(after=mark()),
        further="sau" in request.args,
        runs=training.latest(),
        run_states=_RUN_STATES,
        causes=_CAUSES,
        log=[(entry, _sentence(entry.action, entry.data)) for entry in admin_log.latest(limit=LOGGED)],
    )


@blueprint.get("/co-quan.csv")
@permission(Permission.SEE_MODEL)
def classes_file() -> Response:
    """The card by class as a file."""
    names = bodies.class_names()
    rows = (
        (line.code, names.get(line.code, line.code), line.n, _rounded(line.first), _rounded(line.second))
        for line in model_card.classes(*_figures(releases.champion(), releases.last_compared()))
    )
    header = ("Mã", "Cơ quan", "Số ý kiến kiểm tra", "Bản đang dùng đúng", "Bản mới nhất đúng")
    return csv_file("bo-phan-loai-theo-co-quan", header, rows)


@blueprint.get("/theo-tuan.csv")
@permission(Permission.SEE_MODEL)
def drift_file() -> Response:
    """Drift by week as a file."""
    found = _drift(releases.champion())
    header = (
        "Tuần từ thứ Hai",
        "Số lượt máy xét",
        "Độ tin cậy trung bình",
        "Tỷ lệ tự chuyển",
        "Mức lệch cơ cấu cơ quan",
    )
    rows = (
        (
            day(week.monday),
            week.mix.decisions,
            _rounded(week.mix.confidence),
            _rounded(week.mix.automatic),
            _rounded(week.moved),
        )
        for week in (found.weeks if found else ())
    )
    return csv_file("bo-phan-loai-theo-tuan", header, rows)


@blueprint.get("/can-gan-nhan.csv")
@permission(Permission.SEE_MODEL)
def teaching_file() -> Response:
    """What would teach most as a file: numbers and bodies, no texts."""
    names = bodies.class_names()
    rows = (
        (
            line.rank,
            line.reference,
            names.get(line.first, line.first),
            names.get(line.second, line.second),
            _rounded(line.margin),
            moment(line.received_at),
        )
        for line in teaching.listed(limit=EXPORTED)
    )
    header = ("Thứ tự", "Số ý kiến", "Máy đề xuất thứ nhất", "Máy đề xuất thứ hai", "Khoảng cách", "Nhận lúc")
    return csv_file("y-kien-can-gan-nhan", header, rows)


@blueprint.get("/cac-ban.csv")
@permission(Permission.SEE_MODEL)
def releases_file() -> Response:
    """The list of models as a file."""
    rows = (
        (
            line.version,
            line.state_name,
            moment(line.trained_at),
            line.corpus_rows,
            line.label_rows,
            line.reason or "",
            moment(line.promoted_at) if line.promoted_at else "",
            line.promoted_by or "",
            moment(line.rolled_back_at) if line.rolled_back_at else "",
            line.rolled_back_by or "",
        )
        for line in releases.page(limit=EXPORTED).lines
    )
    header = ("Bản", "Tình trạng", "Huấn luyện lúc", "Văn bản mẫu", "Nhãn của cán bộ", "Lý do")
    more = ("Đưa vào dùng lúc", "Người đưa vào dùng", "Thôi dùng lúc", "Người cho thôi dùng")
    return csv_file("cac-ban-bo-phan-loai", header + more, rows)


@blueprint.post("/huan-luyen")
@permission(Permission.MANAGE_MODEL)
def retrain() -> Response:
    """Ask for a training."""
    return _do(
        lambda at: training.request(officer=me(), at=at),
        "Đã ghi yêu cầu. Việc huấn luyện chạy riêng, không làm chậm việc chuyển ý kiến.",
    )


@blueprint.post("/dua-vao-dung")
@permission(Permission.MANAGE_MODEL)
def promote() -> Response:
    """Put the challenger into use."""
    version = request.form.get("version", "")
    return _do(
        lambda at: releases.promote(officer=me(), version=version, at=at),
        f"Đã đưa bản {version} vào dùng. Các tiến trình xử lý sẽ dùng bản này trong ít giây.",
    )


@blueprint.post("/quay-lai")
@permission(Permission.MANAGE_MODEL)
def roll_back() -> Response:
    """Take the champion back."""
    version = request.form.get("version", "")
    return _do(
        lambda at: releases.roll_back(officer=me(), version=version, at=at),
        f"Đã thôi dùng bản {version} và quay lại bản trước. Các tiến trình xử lý sẽ đổi bản trong ít giây.",
    )


def _do(act: Callable[[datetime], object], done: str) -> Response:
    """Do it and say so, or say why not."""
    try:
        with transaction():
            act(datetime.now(UTC))
    except InvalidInput as error:
        flash(error.sentence, "notice")
    else:
        flash(done)
    return redirect(url_for("model.page"), 303)


def _figures(champion: ModelRelease | None, contender: ModelRelease | None) -> tuple[Any, Any]:
    """Figures of both, of the same texts where they were compared."""
    if contender is not None:
        return contender.figures["against"], contender.figures["own"]
    return (champion.figures.get("own") if champion else None), None


def _drift(champion: ModelRelease | None) -> Drift | None:
    return drift.since(trained_at=champion.trained_at, now=datetime.now(UTC)) if champion else None


def _drift_lines(found: Drift | None) -> dict[str, charts.Columns]:
    if found is None:
        return {}
    weeks = [f"Tuần từ {day(week.monday)}" for week in found.weeks]
    return {
        "confidence": charts.columns(weeks, [[week.mix.confidence or 0.0 for week in found.weeks]]),
        "moved": charts.columns(weeks, [[week.moved or 0.0 for week in found.weeks]]),
    }


def _sentence(action: str, data: Mapping[str, object]) -> str:
    pattern = _ACTIONS.get(action, action)
    return pattern.format_map({**dict.fromkeys(("version", "from", "to", "kind"), ""), **data})


def _rounded(value: float | None) -> object:
    return "" if value is None else round(value, 4)
