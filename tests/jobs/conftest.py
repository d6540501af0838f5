"""What the tests of the jobs share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from feedback.config import Config
from feedback.jobs import model
from tests import stub_model
from tests.jobs.post_office import post

__all__ = ["post", "trained", "untrained"]


@pytest.fixture
def trained(committed: Flask, config: Config) -> Iterator[Path]:
    """The stub model in the place where the workers look for theirs; gone, and forgotten, afterwards."""
    model.forget()
    yield stub_model.save(config.model_dir)
    shutil.rmtree(config.model_dir)
    model.forget()


@pytest.fixture
def untrained(committed: Flask, config: Config) -> Iterator[Path]:
    """The place of the model, with nothing in it."""
    shutil.rmtree(config.model_dir, ignore_errors=True)
    model.forget()
    config.model_dir.mkdir()
    yield config.model_dir
    shutil.rmtree(config.model_dir)
    model.forget()
