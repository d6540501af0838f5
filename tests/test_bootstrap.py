"""Before the environment exists: what is installed, how, and what is said when it cannot be."""

import ast
import hashlib
import http.server
import io
import re
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedback import __main__ as launcher
from feedback import bootstrap, installers
from feedback.installers import UnavailableError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty checkout with a lock."""
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked to install, with installers that do nothing."""
    made: list[str] = []
    monkeypatch.setattr(installers, "install_with_uv", lambda _: made.append("uv"))
    monkeypatch.setattr(installers, "install_with_pip", lambda _: made.append("pip"))
    return made


def _closed(reason: str) -> Callable[[Path], None]:
    def install(root: Path) -> None:
        raise UnavailableError(reason)

    return install


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 14), (3, 14, 0)])
def test_a_python_that_does_not_fit_gets_one_sentence(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert launcher.main(["up"]) == 2
    said = capsys.readouterr().err
    assert "cần Python 3.11" in said
    assert ".".join(map(str, version)) in said
    assert said.count("\n") == 1


def test_even_an_old_python_can_read_the_launcher() -> None:
    ast.parse((ROOT / "feedback/__main__.py").read_text(), feature_version=(3, 4))


@pytest.mark.parametrize(
    "arguments", [[], ["down"], ["up", "--port", "0"], ["up", "--port", "x"], ["up", "--workers", "0"]]
)
def test_a_mistyped_command_line_is_refused_before_anything_is_installed(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "prepare", lambda _: pytest.fail("it must not install"))
    with pytest.raises(SystemExit) as ended:
        launcher.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_the_first_start_makes_an_environment_without_pip(checkout: Path, calls: list[str]) -> None:
    python = bootstrap.prepare(checkout)
    assert installers.runs([str(python), "-c", "import sys; assert sys.prefix != sys.base_prefix"])
    assert not installers.runs([str(python), "-c", "import pip"])
    assert calls == ["uv"]


def test_a_second_start_installs_nothing(checkout: Path, calls: list[str]) -> None:
    bootstrap.prepare(checkout)
    bootstrap.prepare(checkout)
    assert calls == ["uv"]


def test_a_changed_lock_is_installed_into_the_same_environment(checkout: Path, calls: list[str]) -> None:
    bootstrap.prepare(checkout)
    kept = checkout / ".venv" / "kept"
    kept.touch()
    (checkout / "requirements.lock").write_text("# something else\n")
    bootstrap.prepare(checkout)
    assert calls == ["uv", "uv"]
    assert kept.exists()


def test_a_moved_checkout_is_installed_again(checkout: Path, calls: list[str]) -> None:
    bootstrap.prepare(checkout)
    moved = checkout.rename(checkout.with_name(f"{checkout.name}-moved"))
    bootstrap.prepare(moved)
    assert calls == ["uv", "uv"]


def test_an_environment_that_was_cut_short_is_made_anew(checkout: Path, calls: list[str]) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").write_text("broken")
    python = bootstrap.prepare(checkout)
    assert installers.runs([str(python), "-c", "pass"])


def test_an_installation_that_failed_leaves_no_stamp(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installers, "install_with_uv", _closed("no network"))
    monkeypatch.setattr(installers, "install_with_pip", _closed("no pip"))
    with pytest.raises(bootstrap.SetupError, match=r"uv: no network \| pip: no pip"):
        bootstrap.prepare(checkout)
    assert not (checkout / ".venv" / "requirements.sha256").exists()


def test_pip_is_the_second_choice(
    checkout: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installers, "install_with_uv", _closed("no wheel for this machine"))
    bootstrap.prepare(checkout)
    assert calls == ["pip"]
    assert "bằng pip" in capsys.readouterr().out


def test_two_starts_at_once_install_one_after_the_other(checkout: Path, calls: list[str]) -> None:
    with bootstrap._alone(checkout):
        other = threading.Thread(target=bootstrap.prepare, args=(checkout,))
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert calls == []
    other.join()
    assert calls == ["uv"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "disk full"),
        (OSError("failed to write: No space left on device (os error 28)"), "disk full"),
        (PermissionError(13, "Permission denied"), "permission denied"),
        (OSError(30, "Read-only file system"), "permission denied"),
        (bootstrap.SetupError("một câu"), "một câu"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence_and_code_2(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare(root: Path) -> Path:
        raise error

    monkeypatch.setattr(bootstrap, "prepare", prepare)
    monkeypatch.setattr(bootstrap.signal, "signal", lambda *_: None)
    monkeypatch.setattr(bootstrap.sys.stdout, "reconfigure", lambda **_: None, raising=False)
    monkeypatch.setattr(bootstrap.sys.stderr, "reconfigure", lambda **_: None, raising=False)
    assert bootstrap.main("up", ["up"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_pip_settings_reach_uv() -> None:
    given = {
        "PIP_INDEX_URL": "https://packages.example/simple",
        "PIP_CERT": "/etc/office.pem",
        "HTTPS_PROXY": "http://proxy",
    }
    made = installers.uv_environment(given)
    assert made["UV_DEFAULT_INDEX"] == "https://packages.example/simple"
    assert made["SSL_CERT_FILE"] == "/etc/office.pem"
    assert made["HTTPS_PROXY"] == "http://proxy"


def test_uv_settings_win_over_pip_settings() -> None:
    made = installers.uv_environment({"PIP_INDEX_URL": "https://pip.example", "UV_DEFAULT_INDEX": "https://uv.example"})
    assert made["UV_DEFAULT_INDEX"] == "https://uv.example"


def test_the_index_of_pip_conf_reaches_uv() -> None:
    assert (
        installers.uv_environment({}, "https://office.example/simple")["UV_DEFAULT_INDEX"]
        == "https://office.example/simple"
    )


def test_every_pinned_wheel_has_a_digest() -> None:
    for tags, digest in installers.UV_WHEELS.values():
        assert tags
        assert re.fullmatch(r"[0-9a-f]{64}", digest)


def test_every_locked_package_has_a_hash() -> None:
    lock = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "requirements.lock").read_text())
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


# The wheel, from an index on this machine


NAME = f"uv-{installers.UV_VERSION}-py3-none-any_machine.whl"


def _wheel() -> bytes:
    """A wheel whose `uv` is a shell script."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"uv-{installers.UV_VERSION}.data/scripts/uv", '#!/bin/sh\necho "$@" > "$0.called"\n')
    return buffer.getvalue()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """A PEP 503 index on loopback, as the only way to a package; its pages can be changed."""
    pages = {"/simple/uv/": f'<a href="../../files/{NAME}#sha256=0">{NAME}</a>'.encode(), f"/files/{NAME}": _wheel()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
        monkeypatch.setattr(installers, "_pip", lambda _: [])
        monkeypatch.setattr(installers, "_uv_wheel", lambda: ("any_machine", hashlib.sha256(_wheel()).hexdigest()))
        yield pages
        server.shutdown()


@pytest.mark.parametrize("link", [f"../../files/{NAME}#sha256=0", f"/files/{NAME}?x=1", f"%75{NAME[1:]}"])
def test_uv_comes_from_the_index_that_pip_is_told_to_use(link: str, checkout: Path, index: dict[str, bytes]) -> None:
    (checkout / ".venv").mkdir()
    index["/simple/uv/"] = f'<a name="x">other</a><a href="{link}">{NAME}</a>'.encode()
    index[f"/files/{NAME}?x=1"] = index[f"/simple/uv/%75{NAME[1:]}"] = _wheel()
    installers.install_with_uv(checkout)
    called = next(checkout.glob(".venv/uv-*/uv.called")).read_text()
    assert "pip sync" in called
    assert "--require-hashes requirements.lock" in called


def test_a_wheel_with_another_content_is_refused(checkout: Path, index: dict[str, bytes]) -> None:
    (checkout / ".venv").mkdir()
    index[f"/files/{NAME}"] += b"more"
    with pytest.raises(UnavailableError, match="has sha256"):
        installers.install_with_uv(checkout)
    assert not list(checkout.glob(".venv/uv-*/uv"))


def test_an_index_without_the_wheel_closes_this_way(checkout: Path, index: dict[str, bytes]) -> None:
    (checkout / ".venv").mkdir()
    index["/simple/uv/"] = b"<html>nothing</html>"
    with pytest.raises(UnavailableError, match="not on the index"):
        installers.install_with_uv(checkout)


def test_an_index_that_is_away_closes_this_way(
    checkout: Path, index: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / ".venv").mkdir()
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(UnavailableError, match="cannot download"):
        installers.install_with_uv(checkout)


def test_a_machine_without_a_wheel_closes_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installers.platform, "machine", lambda: "sparc64")
    with pytest.raises(UnavailableError, match="sparc64"):
        installers._uv_wheel()
