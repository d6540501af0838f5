"""create_app(): configuration, extensions, blueprints, errors, commands; nothing else."""

from __future__ import annotations

import os

from flask import Flask

from feedback import config as configuration
from feedback import sealing
from feedback.config import PROJECT_ROOT, Config, ConfigError
from feedback.db import db, engine_options
from feedback.logs import configure_logging
from feedback.web.register import register as register_web


def create_app(config: Config | None = None) -> Flask:
    """Build the application from `config`, or from the environment.

    Raise ConfigError when a value is missing; on the command line the commands say so, but for the one that needs none.
    """
    try:
        chosen = config or configuration.from_environment()
    except ConfigError as error:
        if not _on_the_command_line():
            raise
        from feedback.cli_bare import application

        return application(error)
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
    register_web(app)
    if chosen.trusted_proxies:
        _trust(app, chosen.trusted_proxies)
    if _on_the_command_line():
        # The commands import migrations and catalogues, which would double the start of a web process.
        from feedback.cli import register as register_commands

        register_commands(app)
    return app


def _on_the_command_line() -> bool:
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def _trust(app: Flask, proxies: int) -> None:
    """Take the client's address and scheme from what this many proxies in front of us say, and from no more."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
