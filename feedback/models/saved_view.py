"""A saved view: filters under a name; with a body it is a routing rule, with subscribers a way to be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

MODES = ("each", "daily", "weekly", "threshold")


class SavedView(Base):
    """One view. Whoever opens it sees only the cases within their own reach."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 2 AND 80 AND name IS NFC NORMALIZED", name="name_form"),
        CheckConstraint("char_length(query) <= 8000", name="query_length"),
        CheckConstraint("(body_id IS NULL) = (priority IS NULL)", name="rule_has_place"),
        CheckConstraint("priority BETWEEN 1 AND 999", name="priority_known"),
        # What the machine obeys is open to every colleague who must understand it.
        CheckConstraint("body_id IS NULL OR shared", name="rule_is_shared"),
        UniqueConstraint("owner_id", "name"),
        Index("ix_saved_view_rule", "priority", "id", postgresql_where=text("body_id IS NOT NULL")),
        {"comment": "Chế độ xem: bộ lọc có tên; có thể là quy tắc chuyển và có người theo dõi"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    owner_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who saved it")
    name: Mapped[str] = mapped_column(comment="Its name, NFC")
    query: Mapped[str] = mapped_column(comment="The filters as the query of a link, in its one order")
    shared: Mapped[bool] = mapped_column(server_default="false", comment="Whether colleagues find it in their list")
    body_id: Mapped[int | None] = mapped_column(
        ForeignKey("body.id"), comment="For a routing rule: the body to which new comments that it finds are sent"
    )
    priority: Mapped[int | None] = mapped_column(comment="For a routing rule: its place, the lowest first")
    active: Mapped[bool] = mapped_column(server_default="true", comment="False once removed: past decisions name it")
    created_at: Mapped[datetime] = mapped_column(comment="When it was saved")
    updated_at: Mapped[datetime] = mapped_column(comment="When it last changed")


class ViewSubscription(Base):
    """One officer who is told of what one view finds."""

    __tablename__ = "view_subscription"
    __table_args__ = (
        CheckConstraint(one_of("mode", MODES), name="mode_known"),
        CheckConstraint("(mode = 'threshold') = (threshold IS NOT NULL)", name="threshold_where_asked"),
        CheckConstraint("threshold BETWEEN 1 AND 1000", name="threshold_bounded"),
        Index("ix_view_subscription_officer", "officer_id"),
        {"comment": "Cán bộ theo dõi một chế độ xem"},
    )

    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id"), primary_key=True, comment="The view")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, comment="Who is told")
    mode: Mapped[str] = mapped_column(comment="each, daily, weekly, or threshold: once it finds so many")
    threshold: Mapped[int | None] = mapped_column(comment="From how many cases on")
    told_at: Mapped[datetime] = mapped_column(comment="Cases received later are still to be told of")
    above: Mapped[bool] = mapped_column(
        server_default="false", comment="Whether the threshold was passed and told, and not yet left again"
    )
