"""The ground that every measurement stands on: own servers, a loaded application, interleaved arms, a results file."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from feedback import cli, sealing
from feedback.app import create_app
from feedback.config import PROJECT_ROOT, Config
from feedback.db import transaction
from feedback.embedded import start_postgres, start_valkey
from feedback.seed import CLASSES, DEADLINES, PROVINCES, SPECIAL_DAYS, rows_of
from feedback.services import bodies, catalogues

RESULTS = PROJECT_ROOT / "bench" / "results"


@dataclass(frozen=True)
class Ground:
    """Servers with durable settings, and a configuration that points at them."""

    config: Config
    directory: Path

    def environment(self) -> dict[str, str]:
        """The environment that gives another process this configuration."""
        config = self.config
        return {
            **os.environ,
            "DATABASE_URL": config.database_url,
            "REDIS_URL": config.redis_url,
            "SECRET_KEY": config.secret_key,
            "IDENTITY_KEYS": ",".join(config.identity_keys),
            "MODEL_DIR": str(config.model_dir),
            "VAR_DIR": str(config.var_dir),
            "RATE_LIMITS": "1" if config.rate_limits else "0",
            "LOG_LEVEL": "ERROR",
        }

    def application(self) -> Flask:
        """The application over a migrated database with its catalogues."""
        app = create_app(self.config)
        cli.register(app)
        with app.app_context():
            upgrade()
            with transaction():
                bodies.load(classes=rows_of(CLASSES), provinces=rows_of(PROVINCES))
                catalogues.load(documented=rows_of(SPECIAL_DAYS), profiles=rows_of(DEADLINES))
        return app


@contextmanager
def ground(*, rate_limits: bool = False) -> Iterator[Ground]:
    """Start PostgreSQL and Valkey in a directory of their own; both are gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with start_postgres(directory / "postgres") as postgres, start_valkey(directory / "valkey") as valkey:
            yield Ground(_config(directory, postgres.url, valkey.url, rate_limits), directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _config(directory: Path, database_url: str, redis_url: str, rate_limits: bool) -> Config:
    return Config(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="a secret of the benchmark, long enough to sign with",
        identity_keys=(sealing.new_key(),),
        model_dir=Path(os.environ.get("MODEL_DIR") or PROJECT_ROOT / "var" / "model"),
        var_dir=directory,
        mail_url=f"maildir://{directory / 'mail'}",
        mail_sender="Lắng Nghe <khong-tra-loi@langnghe.example>",
        base_url="http://127.0.0.1",
        demo=False,
        rate_limits=rate_limits,
        trusted_proxies=0,
        log_level="ERROR",
    )


def interleaved(arms: Mapping[str, Callable[[], float]], pairs: int = 5) -> dict[str, float]:
    """Run the arms in turn, `pairs` times each; the median of what each returned."""
    seen: dict[str, list[float]] = {name: [] for name in arms}
    for turn in range(pairs):
        order: Sequence[str] = list(arms) if turn % 2 == 0 else list(reversed(arms))
        for name in order:
            seen[name].append(arms[name]())
    return {name: statistics.median(values) for name, values in seen.items()}


def spin() -> float:
    """Seconds of CPU for a fixed loop: how fast this machine is just now."""
    start = time.process_time()
    total = 0
    for number in range(2_000_000):
        total += number & 7
    return time.process_time() - start


def report(name: str, figures: Mapping[str, object]) -> None:
    """Print the figures and write them to bench/results/<name>.json with the state of the machine."""
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "spin_seconds": round(spin(), 4),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    everything = {**figures, "machine": machine}
    (RESULTS / f"{name}.json").write_text(json.dumps(everything, ensure_ascii=False, indent=2) + "\n")
    for key, value in everything.items():
        print(f"{key:>32}  {value}", flush=True)
