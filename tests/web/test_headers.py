"""Every answer carries the headers that keep citizens safe."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.config import PROJECT_ROOT

PAGES = [
    "/",
    "/gui-y-kien",
    "/tra-cuu",
    "/huong-dan",
    "/quyen-rieng-tu",
    "/tro-nang",
    "/lien-he",
    "/khong-co-trang-nay",
]
TEMPLATES = sorted((PROJECT_ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("address", PAGES)
def test_a_citizens_page_runs_nothing_inline_tells_nobody_and_is_not_kept(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_each_answer_has_an_id_of_its_own(client: FlaskClient) -> None:
    ids = {client.get("/").headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3


def test_over_https_browsers_are_told_to_stay_there(app: Flask, client: FlaskClient) -> None:
    before = app.config["LANG_NGHE"]
    assert "Strict-Transport-Security" not in client.get("/").headers
    app.config["LANG_NGHE"] = replace(before, base_url="https://langnghe.example")
    try:
        assert "max-age=" in client.get("/").headers["Strict-Transport-Security"]
    finally:
        app.config["LANG_NGHE"] = before


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_no_template_has_inline_code_styles_or_unescaped_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style|\|\s*safe\b|Markup\(|autoescape false", source
    )


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert '<html lang="vi"' in page
    assert page.count("<h1") == 1
