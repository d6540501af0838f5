"""Static files under addresses that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from feedback.web.permissions import public

FOLDER = Path(__file__).with_name("static")
_YEAR = 31_536_000


def register(app: Flask) -> None:
    """Serve the folder, and give templates `asset(name)`."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static_file)
    app.add_url_rule("/favicon.ico", endpoint="favicon", view_func=favicon)
    app.add_template_global(asset)


@public
def static_file(filename: str) -> Response:
    """A file of the folder; one asked for by its version never changes."""
    response = send_from_directory(FOLDER, filename, max_age=_YEAR if "v" in request.args else 3600)
    if "v" in request.args:
        response.cache_control.immutable = True
    return response


@public
def favicon() -> Response:
    """The icon, where browsers look for one unasked."""
    return send_from_directory(FOLDER, "favicon.svg", max_age=_YEAR)


def asset(name: str) -> str:
    """The address of a static file, with the version of its content."""
    return url_for("static", filename=name, v=_version(name))


@lru_cache(maxsize=64)
def _version(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]
