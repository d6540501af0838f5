"""The rules of the house that no linter knows, kept over every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.conftest import ROOT

CODE = [
    *sorted(path for part in ("feedback", "classifier", "migrations") for path in (ROOT / part).rglob("*.py")),
    ROOT / "wsgi.py",
]
EVERYTHING = [
    *CODE,
    *sorted(path for path in (ROOT / "tests").rglob("*.py") if "stand_in" not in path.parts),
    *sorted((ROOT / "bench").rglob("*.py")),
]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
LONGEST = 300
# Files that are longer, and why.
LONGER = {
    "migrations/versions/0001_first_tables.py": "all first tables, in the order of their keys",
    "migrations/versions/0002_learning.py": "the tables of the learning loop, in the order of their keys",
}
# The name of a field whose value is somebody's words, identity or secret.
PRIVATE = re.compile(
    r"text|title|name|email|phone|address|key|password|secret|token|reason|note|message|subject|sender|body_text"
)
# Services called with plain arguments: the clock's table gives a job its slot; a length is looked up by two words.
PLAIN = {
    "end_sessions": 1,
    "tidy_outbox": 1,
    "days_for": 2,
    "digest": 1,
    "retry_delay": 1,
    "ask_nightly": 1,
    "tell_officials": 1,
    "tell_subscribers": 1,
    "tell_of_delay": 1,
    "close_unanswered": 1,
    "gather": 1,
    "night_of": 1,
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(paths: Iterable[Path], wrong: Callable[[ast.Call], bool]) -> list[str]:
    """Where something is called that should not be."""
    return [
        f"{name_of(path)}:{node.lineno}"
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and wrong(node)
    ]


def called(call: ast.Call) -> str:
    """The last name of what is called: `commit` of `session.commit()`."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def within(*parts: str) -> list[Path]:
    """The code in these folders of the service."""
    return [path for path in CODE if name_of(path).startswith(tuple(f"feedback/{part}/" for part in parts))]


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_module_says_what_lives_in_it() -> None:
    said = {name_of(path): ast.get_docstring(parsed(path)) for path in EVERYTHING if lines_of(path)}
    assert [name for name, docstring in said.items() if not docstring] == []


def test_nobody_commits_but_the_one_transaction() -> None:
    commits = calls(CODE, lambda call: called(call) == "commit")
    assert sorted({place.partition(":")[0] for place in commits}) == ["feedback/db.py", "migrations/env.py"]
    assert len(commits) == 2


def test_below_the_web_nobody_aborts() -> None:
    web = within("web")
    assert calls([path for path in CODE if path not in web], lambda call: called(call) == "abort") == []


def test_no_time_is_naive() -> None:
    def naive(call: ast.Call) -> bool:
        if called(call) in {"utcnow", "utcfromtimestamp"}:
            return True
        reads = called(call) == "now" and ast.unparse(call.func).endswith("datetime.now")
        return reads and not (call.args or call.keywords)

    assert calls(EVERYTHING, naive) == []


def test_domain_services_and_models_are_given_the_time() -> None:
    def reads(call: ast.Call) -> bool:
        return ast.unparse(call.func) in {"datetime.now", "dt.datetime.now", "date.today", "time.time"}

    assert calls(within("domain", "services", "models"), reads) == []


def test_nothing_gets_into_a_page_unescaped() -> None:
    assert calls(CODE, lambda call: called(call) in {"Markup", "render_template_string"}) == []
    unescaped = re.compile(r"\|\s*safe\b|Markup\(|autoescape\s+false")
    assert [name_of(path) for path in TEMPLATES if unescaped.search(path.read_text(encoding="utf-8"))] == []


def test_a_page_holds_no_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:")
    assert [name_of(path) for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))] == []


def test_a_file_can_be_read_in_one_go() -> None:
    long = {name_of(path) for path in CODE if lines_of(path) > LONGEST}
    assert long == set(LONGER)


def test_a_log_gets_a_fixed_event_and_ids_and_never_words() -> None:
    logging = [path for path in CODE if "from feedback.logs import Log" in path.read_text(encoding="utf-8")]
    assert logging

    def wrong(call: ast.Call) -> bool:
        function = call.func
        if not (isinstance(function, ast.Attribute) and ast.unparse(function.value) == "log"):
            return False
        event = call.args[0].value if len(call.args) == 1 and isinstance(call.args[0], ast.Constant) else ""
        fields = [(field.arg or "name", ast.unparse(field.value)) for field in call.keywords]
        private = [name for name, value in fields if PRIVATE.fullmatch(name) or value in {"error", "str(error)"}]
        return not re.fullmatch(r"[a-z_]+", str(event)) or bool(private)

    assert calls(logging, wrong) == []


def test_the_service_writes_to_its_log_and_nowhere_else() -> None:
    parts = within("domain", "services", "models", "schemas", "jobs", "web")
    assert calls(parts, lambda call: ast.unparse(call.func) in {"print", "logging.info", "logging.error"}) == []


# Where it is written down and goes no further, and why.
ENDING_HERE = {
    "feedback/jobs/clock.py": "a timed job that fails must not end the clock, nor keep the other jobs waiting"
}


def test_an_exception_of_any_kind_is_raised_again() -> None:
    def swallows(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        caught = ast.unparse(node.type) if node.type else "Exception"
        return caught in {"Exception", "BaseException"} and not any(isinstance(n, ast.Raise) for n in ast.walk(node))

    found = [name_of(path) for path in CODE for node in ast.walk(parsed(path)) if swallows(node)]
    assert found == list(ENDING_HERE)


def test_a_service_is_called_by_names() -> None:
    plain = {
        f"{name_of(path)}: {node.name}"
        for path in within("services")
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and len(node.args.args) > PLAIN.get(node.name, 0)
    }
    assert plain == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in EVERYTHING if path.stem in {"utils", "util", "helpers", "common", "misc"}] == []


def test_importing_a_module_reads_no_environment() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in CODE
        for node in parsed(path).body
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) and "os.environ" in ast.unparse(node)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["feedback/__init__.py", "feedback/services/__init__.py", "feedback/jobs/__init__.py"])
def test_a_package_s_face_imports_nothing(name: str) -> None:
    assert [node for node in parsed(ROOT / name).body if isinstance(node, ast.Import | ast.ImportFrom)] == []
