"""The one frozen configuration, read from the environment once at start."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class ConfigError(ValueError):
    """A value that the service cannot start without is missing or malformed."""


_SHORTEST_KEY = 24  # bytes, as Standard Webhooks asks


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that differs between one deployment and the next."""

    database_url: str
    redis_url: str
    secret_key: str
    identity_keys: tuple[str, ...]
    model_dir: Path
    var_dir: Path
    mail_url: str
    mail_sender: str
    base_url: str
    demo: bool
    rate_limits: bool
    trusted_proxies: int
    log_level: str
    promote_models: bool = False  # whether the nightly training may put a better model into use by itself
    seal_path: Path | None = None  # the file of the audit log's seals; var_dir's own unless named
    sms_url: str = ""  # empty: text messages are kept in a directory
    sms_token: str = ""
    sms_report_secret: str = ""  # empty: no reports on text messages are taken
    bounces_path: Path | None = None  # maildir to which returned mail is delivered
    metrics_token: str = ""  # empty: the figures are for signed-in operators alone

    @property
    def seals(self) -> Path:
        """The file that the seals of the audit log go to; it should lie on another disk than the database."""
        return self.seal_path or self.var_dir / "audit" / "seals.jsonl"

    @property
    def sms_gateway(self) -> str:
        """Where text messages go: the gateway, or a directory under var_dir."""
        return self.sms_url or f"spool://{self.var_dir.resolve() / 'sms'}"

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the driver that we use named in it."""
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else self.database_url


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; raise ConfigError naming the first value that is missing."""
    env = os.environ if environ is None else environ
    var_dir = Path(env.get("VAR_DIR") or PROJECT_ROOT / "var")
    return Config(
        database_url=_required(env, "DATABASE_URL"),
        redis_url=_required(env, "REDIS_URL"),
        secret_key=_required(env, "SECRET_KEY"),
        identity_keys=tuple(part.strip() for part in _required(env, "IDENTITY_KEYS").split(",") if part.strip()),
        model_dir=Path(env.get("MODEL_DIR") or var_dir / "model"),
        var_dir=var_dir,
        mail_url=env.get("MAIL_URL") or f"maildir://{var_dir.resolve() / 'mail'}",
        mail_sender=env.get("MAIL_SENDER") or "Lắng Nghe <khong-tra-loi@langnghe.invalid>",
        base_url=(env.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        demo=env.get("DEMO") == "1",
        rate_limits=env.get("RATE_LIMITS", "1") != "0",
        trusted_proxies=_number(env, "TRUSTED_PROXIES"),
        log_level=env.get("LOG_LEVEL", "INFO"),
        promote_models=env.get("PROMOTE_MODELS") == "1",
        seal_path=Path(env["SEAL_PATH"]) if env.get("SEAL_PATH") else None,
        sms_url=env.get("SMS_URL", ""),
        sms_token=env.get("SMS_TOKEN", ""),
        sms_report_secret=_signing_key(env, "SMS_REPORT_SECRET"),
        bounces_path=Path(env["MAIL_BOUNCES"]) if env.get("MAIL_BOUNCES") else None,
        metrics_token=env.get("METRICS_TOKEN", ""),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise ConfigError(f"Thiếu cấu hình {name}: hãy đặt biến môi trường này rồi khởi động lại.")
    return value


def _signing_key(env: Mapping[str, str], name: str) -> str:
    """A key of 24 bytes at least as `whsec_` and base64; empty when there is none."""
    value = env.get(name, "").strip()
    try:
        raw = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except ValueError:
        raw = b""
    if value and len(raw) < _SHORTEST_KEY:
        raise ConfigError(f"Cấu hình {name} phải là khóa từ {_SHORTEST_KEY} byte, viết là whsec_ rồi base64.")
    return value


def _number(env: Mapping[str, str], name: str) -> int:
    try:
        return int(env.get(name) or "0")
    except ValueError as error:
        raise ConfigError(f"Cấu hình {name} phải là một số nguyên.") from error
