"""A comment: what a citizen or a business sent, where it stands, who owes the answer, and by when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db import Base
from feedback.domain.audit import Head
from feedback.domain.retention import Erased
from feedback.domain.screening import STOPPED, Screen
from feedback.domain.status import SETTLED, Status
from feedback.domain.vocabulary import Channel, Kind, SenderKind
from feedback.domain.words import vector
from feedback.models.columns import one_of

if TYPE_CHECKING:
    from feedback.models.body import Body

_STOPPED = ", ".join(f"'{screen}'" for screen in sorted(STOPPED))
_SETTLED = ", ".join(f"'{status}'" for status in sorted(SETTLED))


class Comment(Base):
    """One comment. Its status moves only through `services.moving`, which asks the table of moves."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("reference ~ '^PA-[0-9]{4}-[0-9]{6,}$'", name="reference_form"),
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        CheckConstraint(one_of("channel", Channel), name="channel_known"),
        CheckConstraint(one_of("sender_kind", SenderKind), name="sender_kind_known"),
        CheckConstraint(one_of("status", Status), name="status_known"),
        CheckConstraint("text IS NFC NORMALIZED AND title IS NFC NORMALIZED", name="text_is_nfc"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 20000", name="text_length"),
        CheckConstraint("char_length(title) BETWEEN 1 AND 300", name="title_length"),
        CheckConstraint(
            "status NOT IN ('assigned','in_progress','extended','answered','checking','approved','replied','rated')"
            " OR body_id IS NOT NULL",
            name="body_where_owed",
        ),
        CheckConstraint("(status = 'closed') <= (closed_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint(one_of("screen", Screen), name="screen_known"),
        CheckConstraint(one_of("erased", Erased), name="erased_known"),
        # A complaint or a denunciation is kept from the bodies that it may be about, whatever the code does.
        CheckConstraint(f"screen NOT IN ({_STOPPED}) OR confidential AND body_id IS NULL", name="stopped_is_kept"),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_has_lead"),
        CheckConstraint("merged_into_id <> id AND split_from_id <> id", name="not_its_own"),
        CheckConstraint("published_at IS NULL OR NOT confidential", name="kept_is_not_published"),
        Index("ix_comment_merged_into", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        Index("ix_comment_campaign", "campaign_id", "due_at", "id", postgresql_where=text("campaign_id IS NOT NULL")),
        Index("ix_comment_split_from", "split_from_id", postgresql_where=text("split_from_id IS NOT NULL")),
        Index(
            "ix_comment_assignee",
            "assignee_id",
            "due_at",
            "id",
            postgresql_where=text(f"assignee_id IS NOT NULL AND status NOT IN ({_SETTLED})"),
        ),
        Index("ix_comment_approved", "due_at", "id", postgresql_where=text("status = 'approved'")),
        Index("ix_comment_desk", "due_at", "id", postgresql_where=text("status IN ('returned', 'sorting')")),
        Index(
            "ix_comment_screening",
            "due_at",
            "id",
            postgresql_where=text("status = 'sorting' AND desk_reason = 'screened'"),
        ),
        Index("ix_comment_queue", "body_id", "due_at", "id", postgresql_where=text(f"status NOT IN ({_SETTLED})")),
        Index("ix_comment_checking", "due_at", "id", postgresql_where=text("status = 'checking'")),
        Index("ix_comment_received", "received_at", "id"),
        Index("ix_comment_open", "due_at", "id", postgresql_where=text(f"status NOT IN ({_SETTLED})")),
        Index(
            "ix_comment_province",
            "province",
            "due_at",
            "id",
            postgresql_where=text(f"province IS NOT NULL AND status NOT IN ({_SETTLED})"),
        ),
        Index(
            "ix_comment_newest_of_body",
            "body_id",
            "received_at",
            "id",
            postgresql_where=text("body_id IS NOT NULL"),
        ),
        Index(
            "ix_comment_newest_of_province",
            "province",
            "received_at",
            "id",
            postgresql_where=text("province IS NOT NULL"),
        ),
        Index("ix_comment_published", "published_at", "reference", postgresql_where=text("published_at IS NOT NULL")),
        Index("ix_comment_search", "search", postgresql_using="gin"),
        {"comment": "Ý kiến của người dân, doanh nghiệp: nội dung, trạng thái, cơ quan đang giải quyết, hạn trả lời"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Identifier, time-ordered (UUID version 7)")
    reference: Mapped[str] = mapped_column(
        unique=True, server_default=text("next_reference()"), comment="Public number, as PA-2026-000123"
    )
    key_hash: Mapped[str] = mapped_column(comment="argon2id hash of the receipt's secret key")
    idempotency_hash: Mapped[str] = mapped_column(
        unique=True, comment="SHA-256 of the form's token, so that the same form posted twice is one comment"
    )
    content_digest: Mapped[str] = mapped_column(comment="SHA-256 of what was filed, to tell a repeat from a clash")
    title: Mapped[str] = mapped_column(comment="Title, NFC")
    text: Mapped[str] = mapped_column(comment="What the citizen wrote, NFC")
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        deferred=True,  # searches read it in the database; nobody reads it here
        default=lambda context: vector(*map(context.get_current_parameters().get, ("title", "text"))),
        comment="Its words, each with accents and without at one place, and pairs of them: what a search reads",
    )
    kind: Mapped[str] = mapped_column(comment="hoi, phan_anh, kien_nghi or sang_kien")
    field: Mapped[str | None] = mapped_column(comment="Field that the sender chose, a code of the list of 16")
    province: Mapped[str | None] = mapped_column(
        ForeignKey("province.code"), comment="Province: the sender's choice, else what the text names"
    )
    channel: Mapped[str] = mapped_column(comment="By which way it came in")
    sender_kind: Mapped[str] = mapped_column(comment="Whether a citizen, a business, an organisation or nobody named")
    source_language: Mapped[str] = mapped_column(server_default="vi", comment="Language of the text, ISO 639-1")
    status: Mapped[str] = mapped_column(server_default="submitted", comment="State, one of the table of moves")
    desk_reason: Mapped[str | None] = mapped_column(comment="Why it waits on the triage desk, when it does")
    screen: Mapped[str | None] = mapped_column(
        comment="Screening label that holds: the machine's until an official says otherwise; empty before"
    )
    confidential: Mapped[bool] = mapped_column(
        server_default="false", comment="Whether only officials charged with such letters may read it"
    )
    personal: Mapped[list[list[object]] | None] = mapped_column(
        JSONB,
        comment="Where personal data stands: start, end, type, counted in title, line break and text; empty before",
    )
    body_id: Mapped[int | None] = mapped_column(
        ForeignKey("body.id"), comment="The public body that owes the answer now"
    )
    proposed_body_id: Mapped[int | None] = mapped_column(
        ForeignKey("body.id"),
        comment="The body that officials propose while it waits on the desk: who gave it back, or asked for more",
    )
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("officer.id"), comment="The officer charged with it within the body"
    )
    held: Mapped[bool] = mapped_column(
        server_default="false", comment="Whether it is held as it is: no official, job or rule may change it"
    )
    merged_into_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("comment.id"), comment="The comment with the same matter whose answer is its answer"
    )
    split_from_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("comment.id"), comment="The comment that it was split from"
    )
    campaign_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id"), comment="The campaign of like comments that it belongs to"
    )
    hops: Mapped[int] = mapped_column(
        server_default="0", comment="How often it was given back or handed to another body"
    )
    due_at: Mapped[datetime] = mapped_column(comment="When the answer is due; derived from the clock's ledger")
    received_at: Mapped[datetime] = mapped_column(comment="When it was filed")
    first_received_at: Mapped[datetime | None] = mapped_column(
        comment="When its sender first filed the matter, if this is not the first time"
    )
    forwarded_at: Mapped[datetime | None] = mapped_column(comment="When a body first had it; not an answer")
    replied_at: Mapped[datetime | None] = mapped_column(comment="When the approved answer was first sent")
    resolved_at: Mapped[datetime | None] = mapped_column(
        comment="When the answering body said that the matter itself is resolved"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="When the citizen confirmed that it is resolved")
    published_at: Mapped[datetime | None] = mapped_column(comment="When content and answer were published, redacted")
    closed_at: Mapped[datetime | None] = mapped_column(comment="When it was closed, refused, redirected or merged")
    updated_at: Mapped[datetime] = mapped_column(comment="When it last moved")
    erased: Mapped[str | None] = mapped_column(
        comment="What of it is gone by the rules of retention: identity or text; empty while all is there"
    )
    version: Mapped[int] = mapped_column(
        server_default="1", comment="Grows with each change: two officials cannot overwrite each other"
    )
    audit_sequence: Mapped[int] = mapped_column(server_default="0", comment="Number of events in its audit chain")
    audit_hash: Mapped[str] = mapped_column(comment="Hash of the last event of its audit chain")

    body: Mapped[Body | None] = relationship(foreign_keys=[body_id], lazy="raise")

    @property
    def head(self) -> Head:
        """The end of this case's audit chain."""
        return Head(self.audit_sequence, self.audit_hash)
