"""19: the confidence on the page is the model's calibrated one, no rule changes it, and too little means the desk."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from classifier import artefact
from classifier.artefact import ArtefactError
from classifier.router import Prediction, Router
from classifier.train import train
from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.jobs import classify, model
from feedback.models import Comment
from feedback.services import triage
from feedback.web import formats
from tests import factories
from tests.conftest import ROOT
from tests.web.official import Official

TITLE = "Ý kiến"
TEXTS = (
    "Bản không có sóng điện thoại, gọi điện không được, xin lắp trạm phát sóng.",
    "Tôi không đăng nhập được VNeID, ứng dụng báo lỗi định danh mức 2.",
    "Hồ sơ đăng ký khai sinh trực tuyến nộp ở xã báo lỗi, cán bộ bảo chờ.",
    "Khói mù mịt cả xóm, trẻ con ho suốt.",
    "Ngân hàng khóa tài khoản vì chưa cập nhật sinh trắc học.",
    "Đề nghị hướng dẫn chế độ cho cán bộ làm chuyển đổi số.",
    "Chúng tôi mong được trả lời sớm.",
    "Tôi tố cáo ông chủ tịch xã nhận tiền của dân khi làm hồ sơ.",
)


@pytest.fixture(scope="session")
def real() -> Path:
    """The directory of the service's own model: the one that is there, else trained as at a first start."""
    directory = Path(os.environ.get("MODEL_DIR") or ROOT / "var" / "model")
    try:
        artefact.load(directory)
    except ArtefactError:
        train(directory)
    return directory


@pytest.fixture
def router(committed: Flask, config: Config, real: Path) -> Iterator[Router]:
    """That model in the place where the workers look for theirs."""
    model.forget()
    shutil.copytree(real, config.model_dir, dirs_exist_ok=True)
    (config.model_dir / model.FLOOR).unlink(missing_ok=True)
    yield Router.load(config.model_dir)
    shutil.rmtree(config.model_dir)
    model.forget()


def file(now: datetime) -> list[Comment]:
    """The texts, filed and classified by the worker's own job."""
    with transaction():
        references = [factories.submit(now, title=TITLE, text=text, province="HN").reference for text in TEXTS]
    classify.drain()
    db.session.rollback()
    return [factories.comment(reference) for reference in references]


def said(router: Router) -> list[Prediction]:
    return router.predict([f"{TITLE}\n{text}" for text in TEXTS])


def intake_officer(app: Flask, now: datetime) -> Official:
    with transaction():
        officer = factories.officer(now, Role.INTAKE)
        return Official(app.test_client()).sign_in(officer)


def shares(page: str) -> list[tuple[str, str]]:
    """What machines and people read of each confidence of a page."""
    return re.findall(r'<data value="([^"]+)">([^<]+)</data>', page)


def candidates(page: str) -> str:
    found = re.search(r'<ol class="app-candidates">.*?</ol>', page, re.DOTALL)
    return found[0] if found else ""


def both(confidence: float) -> tuple[str, str]:
    """A confidence as both should read it, to three decimals."""
    rounded = f"{confidence:.3f}"
    per_mille = int(rounded.replace(".", ""))
    return rounded, f"{per_mille // 10},{per_mille % 10} %"


def test_19_the_page_of_a_case_shows_what_the_model_said_to_three_decimals(
    committed: Flask, router: Router, now: datetime
) -> None:
    reader = intake_officer(committed, now)
    for case, prediction in zip(file(now), said(router), strict=True):
        page = reader.get(f"/ban-lam-viec/{case.reference}").text
        if case.desk_reason == "screened":
            assert both(prediction.screen_confidence) in shares(page)
        else:
            expected = [both(candidate.confidence) for candidate in prediction.candidates[:3]]
            assert shares(candidates(page)) == expected, case.text


def test_19_queue_and_file_show_the_same_confidence(committed: Flask, router: Router, now: datetime) -> None:
    reader, cases, predictions = intake_officer(committed, now), file(now), said(router)
    waiting = [both(p.confidence) for case, p in zip(cases, predictions, strict=True) if case.desk_reason in UNSURE]
    kept = [both(p.screen_confidence) for case, p in zip(cases, predictions, strict=True) if case.confidential]
    assert waiting
    assert kept
    for name, expected in (("phan_loai", waiting), ("sang_loc", kept)):
        assert set(expected) <= set(shares(reader.get(f"/ban-lam-viec?hang={name}").text))
        listed = reader.get(f"/ban-lam-viec.csv?hang={name}").text
        assert [shown for _, shown in expected if f'"{shown}"' not in listed] == []


UNSURE = frozenset({"unsure", "close", "doubtful"})


def test_19_a_case_below_the_threshold_waits_on_the_desk_and_no_other_does(
    committed: Flask, router: Router, now: datetime
) -> None:
    outcomes = set()
    for case, prediction in zip(file(now), said(router), strict=True):
        automatic = case.body_id is not None
        assert automatic == (prediction.decision == "auto")
        assert not automatic or prediction.confidence >= router.threshold
        assert prediction.confidence >= router.threshold or case.status == "sorting"
        outcomes.add((automatic, prediction.confidence >= router.threshold))
    assert {(True, True), (False, False)} <= outcomes


def test_19_no_rule_changes_what_the_model_said(
    committed: Flask, router: Router, config: Config, now: datetime
) -> None:
    # A floor that officials' judgements raised, so that nothing may go by itself: the cases wait, the figures stay.
    model.router(config.model_dir)
    (config.model_dir / model.FLOOR).write_text(json.dumps({"model": router.version, "floor": 1.01}))
    reader, cases, predictions = intake_officer(committed, now), file(now), said(router)
    assert {case.status for case in cases} == {"sorting"}
    case, prediction = cases[0], predictions[0]
    shown = [both(candidate.confidence) for candidate in prediction.candidates[:3]]
    before = reader.get(f"/ban-lam-viec/{case.reference}").text
    assert shares(candidates(before)) == shown
    with transaction():
        officer = factories.officer(now, Role.INTAKE)
        triage.route(
            officer=officer,
            reference=case.reference,
            version=factories.comment(case.reference).version,
            body_code="BCA",
            reason="Thuộc công an.",
            at=now,
        )
    assert shares(candidates(reader.get(f"/ban-lam-viec/{case.reference}").text)) == shown
    decision = triage.latest_machine_decision(comment=case)
    assert decision is not None
    assert decision.confidence == prediction.confidence


@given(st.floats(0, 1))
def test_19_what_people_read_and_what_machines_read_round_to_the_same_thousandth(share: float) -> None:
    assert (formats.thousandths(share), formats.percent(share)) == both(share)
