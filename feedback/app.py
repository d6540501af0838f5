"""create_app(): configuration, extensions, blueprints, errors, commands; nothing else."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from feedback import config as configuration
from feedback import sealing
from feedback.cli import register as register_commands
from feedback.config import PROJECT_ROOT, Config
from feedback.db import db, engine_options
from feedback.logs import configure_logging
from feedback.web.register import register as register_web

MIGRATIONS = PROJECT_ROOT / "migrations"


def create_app(config: Config | None = None) -> Flask:
    """Build the application from `config`, or from the environment; raise ConfigError when a value is missing."""
    chosen = config or configuration.from_environment()
    app = Flask("feedback", template_folder=str(PROJECT_ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        SQLALCHEMY_DATABASE_URI=chosen.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(),
        LANG_NGHE=chosen,
    )
    sealing.configure(chosen.identity_keys)
    configure_logging(chosen.log_level)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, compare_server_default=True)
    register_web(app)
    register_commands(app)
    return app
