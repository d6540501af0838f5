"""Whatever goes wrong, people get a courteous page with a number to quote, and systems a problem document."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import ImATeapot, TooManyRequests

from feedback.domain import errors as domain
from feedback.logs import JsonLines
from feedback.services import bodies
from feedback.web import errors, pages

SECRET = "Nguyễn Văn Bí Mật 0912345678"


@pytest.fixture
def raising(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Lets a test choose what the home page and the list of bodies raise."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return monkeypatch


def home_raises(raising: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> str:
        raise error

    raising.setattr(pages, "render_template", fail)
    raising.setattr(bodies, "active", fail)


REFUSALS = [
    (domain.NotFound(), 404),
    (domain.NotAllowed(), 403),
    (domain.InvalidMove(), 409),
    (domain.Stale(), 409),
    (domain.InvalidInput({"name": ["Xin ghi tên."]}), 422),
    (domain.KeyReused(), 422),
    (domain.Unavailable(), 503),
    (domain.DomainError(), 400),
    (OperationalError("SELECT", {"x": SECRET}, Exception(SECRET)), 503),
    (InterfaceError("SELECT", {"x": SECRET}, Exception(SECRET)), 503),
    (PoolTimeout(), 503),
    (TooManyRequests(retry_after=7), 429),
    (ImATeapot(), 418),
    (ValueError(SECRET), 500),
]


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=lambda value: type(value).__name__)
def test_a_person_gets_a_page_with_a_number_to_quote(
    raising: pytest.MonkeyPatch, client: FlaskClient, error: Exception, status: int
) -> None:
    home_raises(raising, error)
    response = client.get("/")
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    assert f'app-nowrap">{response.headers["X-Request-Id"]}<' in response.text
    assert SECRET not in response.text
    assert 'lang="vi"' in response.text


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=lambda value: type(value).__name__)
def test_a_system_gets_a_problem_document(
    raising: pytest.MonkeyPatch, client: FlaskClient, error: Exception, status: int
) -> None:
    home_raises(raising, error)
    response = client.get("/api/v1/bodies")
    document = response.get_json(force=True)
    assert response.status_code == document["status"] == status
    assert response.content_type == "application/problem+json"
    assert document["detail"].endswith(".")
    assert SECRET not in response.text


def test_a_busy_service_says_when_to_come_back(raising: pytest.MonkeyPatch, client: FlaskClient) -> None:
    home_raises(raising, domain.Unavailable())
    assert client.get("/").headers["Retry-After"] == errors.RETRY_AFTER
    home_raises(raising, TooManyRequests(retry_after=7))
    assert client.get("/").headers["Retry-After"] == "7"


def test_the_log_of_an_unexpected_error_says_where_and_never_what_was_written(
    raising: pytest.MonkeyPatch, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    home_raises(raising, ValueError(SECRET))
    with caplog.at_level(logging.DEBUG):
        response = client.get("/")
    told = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert response.headers["X-Request-Id"] in told
    assert "unexpected_error" in told
    assert "ValueError" in told
    assert SECRET not in told


def test_the_wrong_method_is_told_which_are_right(client: FlaskClient) -> None:
    response = client.delete("/gui-y-kien")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_an_address_that_nobody_made_is_a_courteous_page(client: FlaskClient) -> None:
    response = client.get("/khong-co")
    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.text


def test_every_status_that_has_a_page_has_its_sentence() -> None:
    assert set(errors.SENTENCES) >= errors.PAGES


@pytest.mark.parametrize("action", ["/tra-cuu", "/tra-cuu/xac-nhan", "/tra-cuu/phan-anh-lai", "/gui-y-kien/bien-nhan"])
def test_a_form_without_the_token_of_its_session_is_refused(client: FlaskClient, action: str) -> None:
    response = client.post(action, data={"reference": "PA-2026-000001", "key": "0"})
    assert response.status_code == 400
    assert "Trình duyệt cần cho phép cookie" in response.text


def test_a_redirect_of_the_router_stays_a_redirect(client: FlaskClient) -> None:
    assert client.get("//tra-cuu").status_code in {301, 308, 404}
