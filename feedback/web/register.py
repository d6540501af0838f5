"""What create_app calls: every web part put on the application, in the order in which a request meets them."""

from __future__ import annotations

from flask import Flask, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from feedback.config import Config
from feedback.web import (
    account,
    admin,
    answer_templates,
    answers,
    api,
    arranging,
    assets,
    attachments,
    auth,
    bulk,
    calendar,
    campaigns,
    case,
    case_log,
    charging,
    concluding,
    contacts,
    csrf,
    deciding,
    desk,
    disposal,
    disposal_files,
    errors,
    explaining,
    formats,
    headers,
    health,
    labelling,
    letters,
    limits,
    lost_device,
    model,
    operations,
    pages,
    permissions,
    picking,
    public,
    published,
    publishing,
    refusals,
    reports,
    sessions,
    survey,
    text_reports,
    tracking,
    uploads,
    views,
)

# Their views go on the desk's blueprint.
ON_THE_DESK = (
    case,
    case_log,
    deciding,
    answers,
    concluding,
    answer_templates,
    picking,
    views,
    arranging,
    letters,
    charging,
    bulk,
    campaigns,
    publishing,
    attachments,
)
# These go on the blueprint of the pages whose tables they give.
FILES = (disposal_files, refusals, lost_device)
BODY_LIMIT = 256 * 1024  # bytes; the longest form, percent-encoded, is about a quarter of it


def register(app: Flask) -> None:
    """Put blueprints, errors, headers, formats, CSRF, permissions and limits on the application."""
    _configure(app, app.config["LANG_NGHE"])
    headers.register(app)
    errors.register(app)
    sessions.register(app)
    permissions.register(app)
    uploads.register(app)
    csrf.register(app)
    limits.register(app)
    formats.register(app)
    assets.register(app)
    _lend_macros(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(tracking.blueprint)
    app.register_blueprint(survey.blueprint)
    app.register_blueprint(contacts.blueprint)
    app.register_blueprint(text_reports.blueprint)
    app.register_blueprint(published.blueprint)
    for blueprint in (
        auth.blueprint,
        account.blueprint,
        desk.blueprint,
        reports.blueprint,
        admin.blueprint,
        operations.blueprint,
        calendar.blueprint,
        explaining.blueprint,
        model.blueprint,
        labelling.blueprint,
        disposal.blueprint,
        health.blueprint,
    ):
        app.register_blueprint(blueprint)
    api.register(app)
    app.context_processor(lambda: _shown_everywhere(app))


def _lend_macros(app: Flask) -> None:
    """Let our templates import the macros of GOV.UK Frontend by the name of their package."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_env.loader = ChoiceLoader([loader for loader in (app.jinja_env.loader, macros) if loader])


def _shown_everywhere(app: Flask) -> dict[str, object]:
    """What the frame of every page needs."""
    sign_in = "security.login"
    return {
        "demo": app.config["LANG_NGHE"].demo,
        "sign_in_address": url_for(sign_in) if sign_in in app.view_functions else None,
    }


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="phien",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https://"),
    )
