"""The files of a comment: keeping them with it, listing them, opening one with a trace, copying and erasing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, literal, select, update

from feedback import sealing
from feedback.db import session
from feedback.domain import attachment
from feedback.domain.attachment import KIND_NAMES, MOST_OF_A_CASE, SOURCE_NAMES, Attached, MediaType, Source
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from feedback.domain.permissions import Permission
from feedback.domain.status import Actor
from feedback.models import Attachment, Comment, Officer
from feedback.services import moving, scope

BLIND = "Cơ quan của Anh/Chị giải quyết ẩn danh: tệp gửi kèm có thể cho biết người gửi nên không được mở tại đây."
CLOSED = "Tệp này hiện không mở được. Xin báo quản trị hệ thống kiểm tra khóa niêm phong."
FULL = "Ý kiến này đã có đủ số tệp có thể nhận. Xin gửi phần bổ sung không kèm tệp."


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as lists show it: no name, for a name may say who sent it."""

    number: int
    media_type: MediaType
    kind_name: str
    source_name: str
    size: int
    received_sha256: str
    sha256: str
    created_at: datetime
    erased: bool

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, which may be shown; else a document."""
        return self.media_type is MediaType.JPEG


@dataclass(frozen=True, slots=True)
class File:
    """A file opened."""

    number: int
    media_type: MediaType
    content: bytes


# Built once: to build a statement costs more than to ask it.
_OF_CASE = (
    select(Attachment)
    .where(Attachment.comment_id == bindparam("case", type_=Attachment.comment_id.type))
    .order_by(Attachment.ordinal)
)


def of_case(*, comment_id: UUID) -> tuple[Listed, ...]:
    """The files of a comment in their order, without their bytes: one statement."""
    return tuple(_listed(row) for row in session().scalars(_OF_CASE, {"case": comment_id}))


def _listed(row: Attachment) -> Listed:
    media_type = MediaType(row.media_type)
    return Listed(
        number=row.ordinal,
        media_type=media_type,
        kind_name=KIND_NAMES[media_type],
        source_name=SOURCE_NAMES[Source(row.source)],
        size=row.size,
        received_sha256=row.received_sha256,
        sha256=row.sha256,
        created_at=row.created_at,
        erased=row.erased_at is not None,
    )


def numbers(*, references: Sequence[str]) -> Mapping[str, int]:
    """How many files each of these cases has, without those that have none: one statement."""
    counted = (
        select(Comment.reference, func.count())
        .join(Attachment, Attachment.comment_id == Comment.id)
        .where(Comment.reference.in_(references))
        .group_by(Comment.reference)
    )
    return {row[0]: row[1] for row in session().execute(counted)}


def opened(*, officer: Officer, reference: str, ordinal: int, at: datetime) -> File:
    """A file for an officer who may read the case; that it was opened is an event of the case.

    Opening changes nothing: whoever has the page of the case before them may still act on it.

    Raises:
        NotAllowed: no role reads cases, or the officer's body handles every case blind.
        NotFound: the case is beyond reach, or has no such file any more.
    """
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    if officer.body_blind:
        raise NotAllowed(BLIND)
    comment = moving.lock(reference=reference)
    scope.check(officer=officer, permission=Permission.SEE_CASES, comment=comment)
    found = content_of(comment=comment, ordinal=ordinal)
    moving.record(
        comment=comment,
        action="file_opened",
        actor=Actor.OFFICER,
        officer_id=officer.id,
        at=at,
        data={"file": ordinal},
        changes=False,
    )
    return found


def content_of(*, comment: Comment, ordinal: int) -> File:
    """A file of a comment that the caller may read.

    Raises:
        NotFound: there is none, or it is erased.
        Unavailable: this deployment does not hold the key that it was sealed under.
    """
    row = session().execute(
        select(Attachment.media_type, Attachment.content).where(
            Attachment.comment_id == comment.id, Attachment.ordinal == ordinal, Attachment.content.is_not(None)
        )
    )
    found = row.one_or_none()
    if found is None or found.content is None:
        raise NotFound
    try:
        return File(ordinal, MediaType(found.media_type), sealing.decrypt_bytes(bytes(found.content)))
    except sealing.CannotUnseal:
        raise Unavailable(CLOSED) from None


def add(*, comment: Comment, files: Sequence[Attached], at: datetime) -> list[dict[str, object]]:
    """Keep the files of a supplement with a locked case; give what its audit event says of them.

    Raise InvalidInput when the case would have more files than it may.
    """
    last = session().scalar(select(func.max(Attachment.ordinal)).where(Attachment.comment_id == comment.id)) or 0
    if files and last + len(files) > MOST_OF_A_CASE:
        raise InvalidInput({"file_1": [FULL]})
    for number, file in enumerate(files, start=last + 1):
        session().add(
            Attachment(
                comment_id=comment.id,
                ordinal=number,
                source=Source.SUPPLEMENT,
                media_type=file.media_type,
                size=len(file.content),
                received_sha256=file.received_sha256,
                sha256=file.sha256,
                content=sealing.encrypt_bytes(file.content),
                created_at=at,
            )
        )
    session().flush()
    return attachment.facts(files, last + 1)


_KEPT = ("ordinal", "media_type", "size", "received_sha256", "sha256", "content", "created_at")


def copy(*, source: Comment, made: Comment) -> list[dict[str, object]]:
    """Give a comment made out of another its files too, within the database, as they are encrypted.

    Give what its audit event says of them.
    """
    whole = select(literal(made.id), literal(str(Source.ORIGIN)), *(getattr(Attachment, name) for name in _KEPT)).where(
        Attachment.comment_id == source.id, Attachment.content.is_not(None)
    )
    session().execute(insert(Attachment).from_select(["comment_id", "source", *_KEPT], whole))
    return [attachment.fact(one.number, one.received_sha256, one.sha256) for one in of_case(comment_id=made.id)]


def erase(*, ids: Sequence[UUID], at: datetime) -> list[UUID]:
    """Erase the bytes of every file of these cases; hashes and sizes stay. Give the case of each that went."""
    going = update(Attachment).where(Attachment.comment_id.in_(ids), Attachment.content.is_not(None))
    statement = going.values(content=None, erased_at=at).returning(Attachment.comment_id)
    return list(session().scalars(statement, execution_options={"synchronize_session": False}))


def rows_for(*, count: int) -> str:
    """The statement that keeps the files of a filing, as a part of the one statement that keeps the filing."""
    rows = ", ".join(
        f"({number}, %(file_{number}_type)s, %(file_{number}_size)s::int, %(file_{number}_received)s,"
        f" %(file_{number}_kept)s, %(file_{number}_content)s::bytea)"
        for number in range(1, count + 1)
    )
    return f"""INSERT INTO attachment
        (comment_id, source, created_at, ordinal, media_type, size, received_sha256, sha256, content)
    SELECT id, 'filing', %(at)s, file.* FROM filed, (VALUES {rows}) AS file"""  # noqa: S608 -- numbers of ours


def values_for(*, files: Sequence[Attached]) -> Mapping[str, object]:
    """What `rows_for` takes."""
    found: dict[str, object] = {}
    for number, file in enumerate(files, start=1):
        name = f"file_{number}"
        found |= {
            f"{name}_type": file.media_type.value,
            f"{name}_size": len(file.content),
            f"{name}_received": file.received_sha256,
            f"{name}_kept": file.sha256,
            f"{name}_content": sealing.encrypt_bytes(file.content),
        }
    return found
