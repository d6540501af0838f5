"""Static files may be kept by browsers exactly as long as they are right."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.web import assets


def test_a_file_asked_for_by_its_version_never_changes(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = assets.asset("app.css")
    with client.get(address) as response:
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_a_file_asked_for_without_a_version_is_asked_for_again(client: FlaskClient) -> None:
    with client.get("/static/app.css") as response:
        assert "immutable" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../register.py", "%2e%2e/register.py", "..%2fregister.py", "nothing.css"])
def test_nothing_outside_the_folder_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_the_icon_is_where_browsers_look_unasked(client: FlaskClient) -> None:
    with client.get("/favicon.ico") as response:
        assert response.headers["Content-Type"].startswith("image/svg+xml")


def test_everything_that_the_style_sheets_and_scripts_name_is_there() -> None:
    for name in ("fonts.css", "app.css", "app.js"):
        source = (assets.FOLDER / name).read_text(encoding="utf-8")
        for found in re.findall(r'url\("([^"]+)"\)|from "\./([^"]+)"', source):
            assert (assets.FOLDER / "".join(found)).is_file()
