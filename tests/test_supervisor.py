"""Processes are restarted when they die, stopped in order, and never left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedback import processes, supervisor
from feedback.processes import Command
from feedback.supervisor import Program, StoppedError, Supervisor

PATIENCE = 30.0


def _python(code: str, *arguments: object) -> Command:
    """A command that runs a piece of Python."""
    return Command([sys.executable, "-I", "-S", "-c", textwrap.dedent(code), *map(str, arguments)])


SLEEPER = _python("import time; time.sleep(600)")
DEAF = """
    import pathlib, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import signal, time;"
                              "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
    pathlib.Path(sys.argv[1]).write_text(str(child.pid))
    time.sleep(600)
"""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor whose programs end with the test."""
    made = Supervisor(tmp_path / "log")
    yield made
    made.stop(1.0)


def _wait(condition: Callable[[], bool]) -> None:
    assert processes.wait_until(condition, time.monotonic() + PATIENCE)


def _gone(pid: int) -> bool:
    """Tell whether a process has ended; one that waits to be reaped has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def _number(path: Path) -> int:
    """Return the number that a process wrote down."""
    _wait(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


def test_who_dies_is_started_again(watched: Supervisor) -> None:
    first = watched.start(Program("sleeper", SLEEPER))
    first.kill()
    assert watched.run_until(lambda: watched.children["sleeper"].restarts == 1, PATIENCE)
    second = watched.children["sleeper"].process
    assert second.pid != first.pid
    assert second.poll() is None


def test_the_pause_doubles_up_to_a_limit_and_shrinks_after_a_steady_run(tmp_path: Path) -> None:
    clock = [0.0]
    watched = Supervisor(tmp_path, now=lambda: clock[0])
    watched.start(Program("failing", _python("pass")))
    child = watched.children["failing"]
    pauses = []
    for _ in range(7):
        child.process.wait()
        watched.tick()
        assert child.due is not None
        pauses.append(child.due - clock[0])
        clock[0] = child.due
        watched.tick()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    child.process.wait()
    clock[0] += supervisor.STEADY_SECONDS
    watched.tick()
    assert child.due is not None
    assert child.due - clock[0] == supervisor.FIRST_PAUSE
    watched.stop()


def test_output_and_events_are_in_the_logs(watched: Supervisor) -> None:
    watched.start(
        Program(
            "talker", _python("print('xin chào', flush=True); import sys; print('lỗi', file=sys.stderr); sys.exit(3)")
        )
    )
    watched.run_until(lambda: watched.children["talker"].due is not None, PATIENCE)
    assert watched.log("talker").read_text().splitlines() == ["xin chào", "lỗi"]
    assert "talker: ended with code 3, starts again in 1 s" in watched.log("supervisor").read_text()


def test_what_a_dead_leader_left_is_killed_before_it_starts_again(watched: Supervisor, tmp_path: Path) -> None:
    leader = watched.start(Program("leader", _python(DEAF, tmp_path / "child")))
    orphan = _number(tmp_path / "child")
    leader.kill()
    assert watched.run_until(lambda: watched.children["leader"].due is not None, PATIENCE)
    _wait(lambda: _gone(orphan))


def test_a_child_that_ignores_sigterm_is_killed_with_its_children(watched: Supervisor, tmp_path: Path) -> None:
    deaf = watched.start(Program("deaf", _python(DEAF, tmp_path / "child")))
    grandchild = _number(tmp_path / "child")
    watched.stop(0.5)
    assert deaf.returncode == -signal.SIGKILL
    _wait(lambda: _gone(grandchild))


def test_programs_stop_rank_by_rank(watched: Supervisor, tmp_path: Path) -> None:
    order, code = (
        tmp_path / "order",
        """
        import pathlib, signal, sys, time
        def stop(*_):
            with open(sys.argv[1], "a") as file:
                file.write(sys.argv[2])
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
        time.sleep(600)
    """,
    )
    started = {
        name: watched.start(Program(name, _python(code, order, name), rank))
        for rank, name in ((2, "c"), (0, "a"), (1, "b"))
    }
    _wait(lambda: all(Path(f"{order}{name}").exists() for name in started))
    watched.stop()
    assert order.read_text() == "abc"
    assert [process.returncode for process in started.values()] == [0, 0, 0]


def test_a_step_runs_to_its_end_with_its_output(watched: Supervisor, tmp_path: Path) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(4)"
    with (tmp_path / "out").open("wb") as output, (tmp_path / "err").open("wb") as errors:
        assert watched.run(_python(code), output, errors) == 4
    assert (tmp_path / "out").read_text() == "out\n"
    assert (tmp_path / "err").read_text() == "err\n"


def test_a_request_to_stop_ends_a_running_step(watched: Supervisor, tmp_path: Path) -> None:
    code = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
    with (tmp_path / "out").open("wb") as output:
        watched.stopping = True
        with pytest.raises(StoppedError):
            watched.run(_python(code, tmp_path / "pid"), output, output)
    if (tmp_path / "pid").exists():
        assert _gone(_number(tmp_path / "pid"))


def test_each_run_has_fresh_logs_and_keeps_the_ones_before(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("of yesterday")
    supervisor.rotate(log)
    supervisor.rotate(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").read_text() == "of yesterday"


def test_a_supervisor_killed_outright_leaves_no_process_behind(tmp_path: Path) -> None:
    script = f"""
        import os, signal, sys, time
        sys.path.insert(0, {str(supervisor.__file__.rsplit("/", 2)[0])!r})
        from pathlib import Path
        from feedback import processes
        from feedback.supervisor import Program, Supervisor
        from feedback.processes import Command
        processes.GUARD_GRACE_SECONDS = 0.5
        folder = Path(sys.argv[1])
        watched = Supervisor(folder)
        watched.start(Program("deaf", Command([sys.executable, "-I", "-S", "-c", sys.argv[2], str(folder / "child")])))
        (folder / "pid").write_text(str(watched.children["deaf"].process.pid))
        while not (folder / "child").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    argv = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path), textwrap.dedent(DEAF)]
    assert subprocess.run(argv, check=False).returncode == -signal.SIGKILL
    for name in ("pid", "child"):
        pid = _number(tmp_path / name)
        _wait(lambda pid=pid: _gone(pid))  # type: ignore[misc]


def test_a_guard_that_was_killed_is_replaced(watched: Supervisor) -> None:
    watched.start(Program("one", SLEEPER))
    guard = processes._guards[os.getpid()]
    os.kill(guard._pid, signal.SIGKILL)
    _wait(lambda: not guard.alive())
    watched.start(Program("two", SLEEPER))
    assert processes._guards[os.getpid()].alive()


def test_the_guard_follows_what_comes_and_goes() -> None:
    assert processes._watch([b"+ 11 15\n", b"+ 12 2\n", b"- 11\n", b"- 99\n"]) == {12: 2}


def test_a_group_that_is_gone_cannot_be_signalled() -> None:
    ended = processes.start(_python("pass"))
    processes.stop([ended], time.monotonic() + PATIENCE)
    assert not processes.signal_group(ended.pid, 0)
