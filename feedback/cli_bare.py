"""The commands of an application without a configuration: the one that needs none, and what the others miss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup

from feedback import cli_clock
from feedback.config import ConfigError


class _Bare(AppGroup):
    """A group that has some commands, and says of every other what is missing."""

    def __init__(self, name: str, commands: Mapping[str, click.Command], missing: str, says: str = "") -> None:
        super().__init__(name, commands=dict(commands), help=says)
        self.missing = missing

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command; raise ClickException with what is missing when it needs a configuration."""
        found = super().get_command(ctx, cmd_name)
        if found is None:
            raise click.ClickException(self.missing)
        return found


def application(error: ConfigError) -> Flask:
    """An application for `flask clock explain` alone, which answers no request."""
    app = Flask("feedback", static_folder=None)
    clock = _Bare("clock", {"explain": cli_clock.explain}, str(error), "Đồng hồ thời hạn.")
    app.cli = _Bare("feedback", {"clock": clock}, str(error))

    @app.before_request
    def refuse() -> NoReturn:
        raise error

    return app
