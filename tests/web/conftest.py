"""What the tests of the web share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from feedback.web.limits import Counter
from tests.web.official import Official
from tests.web.visitor import Visitor


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """A citizen at a browser without JavaScript."""
    return Visitor(client)


@pytest.fixture
def official(client: FlaskClient) -> Official:
    """An official at a browser without JavaScript, not signed in yet."""
    return Official(client)


@pytest.fixture
def rate_limited(app: Flask, redis: Redis) -> Iterator[Flask]:
    """The application with its rate limits on, counting from zero."""
    before = app.config["LANG_NGHE"], app.extensions["limits"]
    app.config["LANG_NGHE"] = replace(before[0], rate_limits=True)
    app.extensions["limits"] = Counter(before[0].redis_url)
    yield app
    app.config["LANG_NGHE"], app.extensions["limits"] = before
