"""A day that is not what its weekday says: a holiday, or a Saturday that is worked, and the document that says so."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class CalendarDay(Base):
    """One special day of the working calendar."""

    __tablename__ = "calendar_override"
    __table_args__ = ({"comment": "Ngày nghỉ lễ, ngày nghỉ bù, ngày làm bù, kèm văn bản quy định"},)

    date: Mapped[dt.date] = mapped_column(primary_key=True, comment="The day, in Viet Nam")
    is_working: Mapped[bool] = mapped_column(comment="Whether it counts as a working day")
    name: Mapped[str] = mapped_column(comment="What the day is, in Vietnamese")
    document: Mapped[str] = mapped_column(comment="Law or document that says so")
