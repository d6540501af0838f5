"""Logs: one JSON object a line, whatever is written, and nothing that looks like a person in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.logs import JsonLines, Log, configure_logging


def line(event: str, **fields: Any) -> str:
    record = logging.makeLogRecord({"name": "part", "levelname": "INFO", "msg": event, "fields": fields})
    return JsonLines().format(record)


def read(event: str, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line(event, **fields))
    return found


@pytest.fixture
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, alembic = root.handlers[:], root.level, logging.getLogger("alembic").level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(alembic)


def test_a_line_holds_the_event_its_part_and_its_fields() -> None:
    found = read("model_loaded", version="abc", number=3, share=0.5, missing=None, case=UUID(int=1))
    assert found.pop("at").endswith("+00:00")
    assert found == {
        "level": "info",
        "part": "part",
        "event": "model_loaded",
        "version": "abc",
        "number": 3,
        "share": 0.5,
        "missing": None,
        "case": str(UUID(int=1)),
    }


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.text(), VALUES)
def test_a_line_is_one_line_of_json_whatever_is_written(event: str, value: Any) -> None:
    written = line(event, value=value)
    assert "\n" not in written
    assert json.loads(written)["level"] == "info"


@pytest.mark.parametrize("value", [0.123456789, 0.12345678901, 1e-9, 0.9712345678])
def test_a_share_is_not_taken_for_a_telephone_number(value: float) -> None:
    assert read("x", value=value)["value"] == value


@pytest.mark.parametrize(
    "words",
    [
        "gọi 0912345678 nhé",
        "gọi 0912 345 678",
        "gọi 0912.345.678",
        "gọi +84912345678",
        "gọi +84 912 345 678",
        "gọi 024 3825 1234",
        "thư hoa.nguyen@langnghe.example",
        "xuống dòng\nhoa@langnghe.example",
        'ngoặc "hoa@langnghe.example"',
    ],
)
@pytest.mark.parametrize("where", ["event", "field", "nested", "object"])
def test_contact_data_is_masked_wherever_it_slipped_in(words: str, where: str) -> None:
    class Thing:
        def __str__(self) -> str:
            return words

    written = {
        "event": lambda: line(words),
        "field": lambda: line("x", error=words),
        "nested": lambda: line("x", errors=[{"error": words}]),
        "object": lambda: line("x", error=Thing()),
    }[where]()
    assert json.loads(written)
    for secret in ("0912", "912345678", "912 345", "3825", "hoa"):
        assert secret not in written
    assert "***" in written


@pytest.mark.parametrize(
    "kept", ["PA-2026-000123", "2026-03-10T02:00:00+00:00", "019cd578-f500-788c-add7-2cf3227dba3f"]
)
def test_numbers_of_cases_times_and_ids_are_kept(kept: str) -> None:
    assert read("x", value=kept)["value"] == kept


def test_of_an_exception_the_kind_and_the_places_are_kept_and_never_the_message() -> None:
    try:
        raise ValueError("Nguyễn Thị Ánh ở bản A")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (type(error), error, error.__traceback__)})
    written = JsonLines().format(record)
    found = json.loads(written)
    assert found["exception"] == "ValueError"
    assert [place.rpartition("/")[2].partition(":")[0] for place in found["places"]] == ["test_logs.py"]
    assert "Ánh" not in written


def test_each_level_is_written_under_its_name(caplog: pytest.LogCaptureFixture) -> None:
    log = Log("part")
    with caplog.at_level(logging.DEBUG, "part"):
        log.info("one", number=1)
        log.warning("two")
        log.error("three")
        try:
            raise ValueError
        except ValueError:
            log.exception("four")
    assert [(record.levelname, record.msg) for record in caplog.records] == [
        ("INFO", "one"),
        ("WARNING", "two"),
        ("ERROR", "three"),
        ("ERROR", "four"),
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [False, False, False, True]
    assert vars(caplog.records[0])["fields"] == {"number": 1}


@pytest.mark.usefixtures("_restored")
def test_configured_logging_writes_to_standard_error_from_its_level_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("WARNING")
    Log("part").info("quiet")
    Log("part").warning("loud", number=1)
    logging.getLogger("alembic").info("quiet")
    (written,) = capsys.readouterr().err.splitlines()
    assert json.loads(written)["event"] == "loud"
