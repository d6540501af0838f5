"""An officer: an account of someone who works on comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from feedback.db import Base
from feedback.domain.permissions import Permission, Role, granted
from feedback.models.body import Body
from feedback.models.columns import Encrypted, one_of


class Officer(Base):
    """One account. Its permissions come from its roles by the table of grants, its reach from its body."""

    __tablename__ = "officer"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        {"comment": "Tài khoản của cán bộ"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Identifier")
    email: Mapped[str] = mapped_column(unique=True, comment="Official e-mail address, the name to sign in with")
    display_name: Mapped[str] = mapped_column(comment="How colleagues see this account")
    password: Mapped[str] = mapped_column(comment="argon2id hash of the password")
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), comment="The body that the officer works for")
    active: Mapped[bool] = mapped_column(server_default="true", comment="May sign in")
    demo: Mapped[bool] = mapped_column(server_default="false", comment="Demonstration account: no TOTP on loopback")
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, comment="Changes to end every session of the account")
    tf_primary_method: Mapped[str | None] = mapped_column(comment="Second factor in use, `authenticator` when set up")
    tf_totp_secret: Mapped[str | None] = mapped_column(Encrypted, comment="TOTP secret, encrypted")
    tf_last_counter: Mapped[int | None] = mapped_column(comment="Last TOTP time step accepted: a code opens only once")
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSONB, comment="Hashes of unused recovery codes")
    failed_attempts: Mapped[int] = mapped_column(server_default="0", comment="Failed sign-ins in a row")
    locked_until: Mapped[datetime | None] = mapped_column(comment="No sign-in before this time, after failed ones")
    created_at: Mapped[datetime] = mapped_column(comment="When the account was opened")

    body: Mapped[Body | None] = relationship(lazy="raise")
    # Read with the account itself: the reach of every query depends on it.
    province: Mapped[str | None] = column_property(
        select(Body.province).where(Body.id == body_id).correlate_except(Body).scalar_subquery()
    )
    # Read with the account too: whether the page of a case offers the sender's identity costs no statement more.
    body_blind: Mapped[bool | None] = column_property(
        select(Body.blind).where(Body.id == body_id).correlate_except(Body).scalar_subquery()
    )
    role_rows: Mapped[list[OfficerRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def charged_with(self) -> frozenset[Role]:
        """The roles of this account."""
        return frozenset(Role(row.role) for row in self.role_rows)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this account may do."""
        return granted(self.charged_with)


class OfficerRole(Base):
    """One role of one officer."""

    __tablename__ = "officer_role"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role_known"),
        {"comment": "Vai trò của từng tài khoản"},
    )

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, comment="The account")
    role: Mapped[str] = mapped_column(primary_key=True, comment="The role, one of the table of grants")
