"""Pages that only tell: what this is, how it works, what happens to one's data, for whom it works."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback.services import retention
from feedback.web.permissions import public

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@public
def home() -> str:
    """What this is, in three steps."""
    return render_template("public/home.html")


@blueprint.get("/huong-dan")
@public
def guide() -> str:
    """How to write a comment that can be answered, and where else to go."""
    return render_template("public/guide.html")


@blueprint.get("/quyen-rieng-tu")
@public
def privacy() -> str:
    """What is kept about a sender, why, how long, and what they may ask."""
    return render_template("public/privacy.html", schedules=retention.schedules())


@blueprint.get("/tro-nang")
@public
def accessibility() -> str:
    """For whom the pages work, and whom to tell when they do not."""
    return render_template("public/accessibility.html")


@blueprint.get("/lien-he")
@public
def contact() -> str:
    """Whom to turn to, for what."""
    return render_template("public/contact.html")


@blueprint.get("/healthz")
@public
def alive() -> tuple[str, int, dict[str, str]]:
    """This process answers; nothing else is asked."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
