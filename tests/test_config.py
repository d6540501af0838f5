"""The configuration: read once from the environment, whole or not at all."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from feedback.config import PROJECT_ROOT, Config, ConfigError, from_environment

LEAST = {
    "DATABASE_URL": "postgresql://db/feedback",
    "REDIS_URL": "redis://cache",
    "SECRET_KEY": "secret",
    "IDENTITY_KEYS": "one, two,",
}


def read(**changes: str) -> Config:
    return from_environment({**LEAST, **changes})


def test_the_least_that_is_needed_is_enough() -> None:
    config = read()
    assert (config.database_url, config.redis_url, config.secret_key) == tuple(LEAST.values())[:3]
    assert config.identity_keys == ("one", "two")
    assert (config.var_dir, config.model_dir) == (PROJECT_ROOT / "var", PROJECT_ROOT / "var" / "model")
    assert config.mail_url == f"maildir://{PROJECT_ROOT / 'var' / 'mail'}"
    assert (config.demo, config.rate_limits, config.log_level) == (False, True, "INFO")


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_value_is_named_and_nothing_starts(name: str, value: str | None) -> None:
    given = {key: kept for key, kept in LEAST.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(ConfigError, match=name):
        from_environment(given)


def test_what_is_given_wins(tmp_path: Path) -> None:
    config = read(
        VAR_DIR=str(tmp_path),
        MODEL_DIR="/models",
        MAIL_URL="smtp://post",
        MAIL_SENDER="a@b.example",
        BASE_URL="https://langnghe.example/",
        DEMO="1",
        RATE_LIMITS="0",
        LOG_LEVEL="DEBUG",
    )
    assert (config.var_dir, config.model_dir) == (tmp_path, Path("/models"))
    assert (config.mail_url, config.mail_sender, config.base_url) == (
        "smtp://post",
        "a@b.example",
        "https://langnghe.example",
    )
    assert (config.demo, config.rate_limits, config.log_level) == (True, False, "DEBUG")


def test_the_model_and_the_mail_follow_the_var_directory(tmp_path: Path) -> None:
    config = read(VAR_DIR=str(tmp_path))
    assert (config.model_dir, config.mail_url) == (tmp_path / "model", f"maildir://{tmp_path / 'mail'}")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://u@h/d?host=/run", "postgresql+psycopg://u@h/d?host=/run"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_the_database_is_spoken_to_by_our_driver(given: str, used: str) -> None:
    assert read(DATABASE_URL=given).sqlalchemy_url == used


def test_demonstration_accounts_need_an_explicit_yes() -> None:
    assert [read(DEMO=value).demo for value in ("", "0", "true", "yes", "1")] == [False] * 4 + [True]


def test_nobody_changes_it_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        read().demo = True  # type: ignore[misc]


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LEAST.items():
        monkeypatch.setenv(name, value)
    assert from_environment().secret_key == "secret"


def test_a_key_for_reports_is_of_the_form_that_gateways_use_or_nothing_starts() -> None:
    key = f"whsec_{'A' * 32}"
    assert read().sms_report_secret == ""
    assert read(SMS_REPORT_SECRET=key).sms_report_secret == key
    for wrong in ("whsec_", "whsec_QUJD", "không", "A" * 31):
        with pytest.raises(ConfigError, match="SMS_REPORT_SECRET"):
            read(SMS_REPORT_SECRET=wrong)
