"""A web process starts with what it needs to answer, and nothing of the model or the queue."""

from __future__ import annotations

import json
import subprocess
import sys

from feedback.config import Config
from tests.conftest import ROOT, environment

PROGRAM = "import json, sys, wsgi; print(json.dumps(sorted(sys.modules)))"
NOT_AT_THE_START = (
    "numpy",
    "sklearn",
    "scipy",
    "underthesea",
    "rq",
    "classifier",
    "feedback.jobs",
    "feedback.queue",
    "flask_wtf",
    "wtforms",
    "limits",
    "flask_security",
    "flask_login",
    "passlib",
    "prometheus_client",
    "redis",
    "fpdf",
    "fontTools",
    "PIL",
)


def test_the_web_imports_neither_the_model_nor_the_queue_nor_what_only_a_form_needs(config: Config) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment(config), capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(ended.stdout))
    assert [name for name in NOT_AT_THE_START if name in loaded] == []
