"""Files of a multipart form: how large it may be, what was chosen, and what is said beside each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage

from feedback.domain.attachment import CHOOSE_AGAIN, LARGEST, MOST, TOO_MANY_FILES, Attached, FileRefused
from feedback.domain.errors import InvalidInput
from feedback.domain.text import clean
from feedback.schemas import uploads

FIELDS = tuple(f"file_{number}" for number in range(1, MOST + 1))
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
# Bytes of a form with files: three pictures of a good camera, so that the form comes back even when each is too large.
FORM_LIMIT = 40_000_000
PART_LIMIT = 256 * 1024  # bytes of one field that is no file
MOST_PARTS = 60
_LONGEST_NAME = 60  # characters
_TAKES_FILES: Final = "__takes_files__"
View = TypeVar("View", bound=Callable[..., Any])
Judged = TypeVar("Judged")


def takes_files(view: View) -> View:
    """Mark a view whose form may be as large as its files; every other keeps the usual limit."""
    setattr(view, _TAKES_FILES, True)
    return view


def register(app: Flask) -> None:
    """Raise the limit where files are taken, before anything reads a form."""
    app.before_request(_make_room)
    app.jinja_env.globals.update(file_fields_of_form=FIELDS, accepted_files=ACCEPTED)


def _make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    # A form of another sort holds no files, and is read whole into memory.
    if getattr(view, _TAKES_FILES, False) and request.mimetype == "multipart/form-data":
        request.max_content_length = FORM_LIMIT
        request.max_form_memory_size = PART_LIMIT
        request.max_form_parts = MOST_PARTS


def any_chosen() -> bool:
    """Whether the form came with a file."""
    return any(_chosen().values())


def read() -> tuple[Attached, ...]:
    """The files of the form, as they are kept.

    Raises:
        InvalidInput: beside each field what is wrong with its file.
    """
    return _judged(lambda content: uploads.read(content=content))


def refused_at_a_glance() -> dict[str, list[str]]:
    """What is wrong with files as far as it shows without opening them: for a form that is refused anyway."""
    try:
        _judged(lambda content: uploads.glance(content=content))
    except InvalidInput as error:
        return error.fields
    return {}


def again(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The errors of a form that comes back, and beside each chosen file without one that it has to be chosen again."""
    lost = {
        field: [CHOOSE_AGAIN.format(name=_name(chosen[0]))]
        for field, chosen in _chosen().items()
        if chosen and field not in errors
    }
    return {**errors, **lost}


def _judged(judge: Callable[[bytes], Judged]) -> tuple[Judged, ...]:
    found: list[Judged] = []
    wrong: dict[str, list[str]] = {}
    for field, chosen in _chosen().items():
        try:
            if len(chosen) > 1:
                raise FileRefused(TOO_MANY_FILES)
            found.extend(judge(_content(file)) for file in chosen)
        except FileRefused as error:
            wrong[field] = [error.sentence.format(name=_name(chosen[0]))]
    if wrong:
        raise InvalidInput(wrong)
    return tuple(found)


def _chosen() -> dict[str, list[FileStorage]]:
    """What was chosen in each field; a field in which nothing was chosen comes as a file without name and content."""
    return {
        field: [file for file in request.files.getlist(field) if file.filename or file.stream.read(1)]
        for field in FIELDS
    }


def _content(file: FileStorage) -> bytes:
    """The file, or its first bytes when it is larger than any that is taken."""
    file.stream.seek(0)
    return file.stream.read(LARGEST + 1)


def _name(file: FileStorage) -> str:
    """The file's own name, for its sender alone to know it by; it is kept nowhere."""
    name = " ".join(clean(file.filename or "").split())
    shown = f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name
    return f"“{shown}”" if shown else "vừa chọn"
