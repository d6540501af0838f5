"""No endpoint is open by accident."""

from __future__ import annotations

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.web import permissions
from feedback.web.permissions import PUBLIC, SIGNED_IN, permission_of

KNOWN = {PUBLIC, SIGNED_IN, *Permission}


def test_every_endpoint_says_a_permission_or_public(app: Flask) -> None:
    silent = {rule.endpoint for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) not in KNOWN}
    assert silent == set()


def test_the_public_endpoints_are_those_of_citizens(app: Flask) -> None:
    blueprints = {
        rule.endpoint.rpartition(".")[0]
        for rule in app.url_map.iter_rules()
        if permission_of(app, rule.endpoint) == PUBLIC
    }
    assert blueprints <= {
        "",
        "pages",
        "public",
        "published",
        "tracking",
        "survey",
        "contacts",
        "api",
        "api-docs",
        "security",
        "health",
        "text_reports",  # signed by the gateway
    }


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """A small application with the same guard and one page of each sort."""
    small = Flask("small")
    small.config["LANG_NGHE"] = app.config["LANG_NGHE"]

    @small.get("/open")
    @permissions.public
    def open_page() -> str:
        return "open"

    @small.get("/silent")
    def silent() -> str:
        return "silent"

    @small.route("/account", methods=["GET", "POST"])
    @permissions.permission(SIGNED_IN)
    def account() -> str:
        return "account"

    @small.get("/triage")
    @permissions.permission(Permission.TRIAGE)
    def triage() -> str:
        return "triage"

    permissions.register(small)
    small.register_error_handler(permissions.NotAllowed, lambda _: ("refused", 403))
    return small


class Somebody:
    """An officer with the permissions of one role."""

    def __init__(self, role: Role) -> None:
        self.permissions = GRANTS[role]


def statuses(guarded: Flask, role: Role | None) -> dict[str, int]:
    if role is not None:
        guarded.before_request_funcs.setdefault(None, []).insert(0, lambda: setattr(g, "officer", Somebody(role)))
    client: FlaskClient = guarded.test_client()
    return {path: client.get(path).status_code for path in ("/open", "/silent", "/account", "/triage")}


def test_a_stranger_sees_public_pages_only(guarded: Flask) -> None:
    assert statuses(guarded, None) == {"/open": 200, "/silent": 403, "/account": 403, "/triage": 403}


def test_an_officer_sees_what_the_role_grants(guarded: Flask) -> None:
    assert statuses(guarded, Role.INTAKE) == {"/open": 200, "/silent": 403, "/account": 200, "/triage": 200}


def test_an_officer_of_another_role_is_refused(guarded: Flask) -> None:
    assert statuses(guarded, Role.ANALYST) == {"/open": 200, "/silent": 403, "/account": 200, "/triage": 403}


def test_a_stranger_who_follows_a_link_is_led_to_the_sign_in_and_back(guarded: Flask) -> None:
    guarded.add_url_rule("/dang-nhap", endpoint="security.login", view_func=permissions.public(lambda: "sign in"))
    client = guarded.test_client()
    response = client.get("/account?trang=2")
    assert (response.status_code, response.location) == (302, "/dang-nhap?next=/account?trang%3D2")
    assert client.post("/account").status_code == 403
