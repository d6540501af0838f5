"""The served third-party files are exactly those of the lock, free of what is not licensed to us."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tools import vendor

LOCK: dict[str, Any] = json.loads(vendor.LOCK.read_text(encoding="utf-8"))
FILES: dict[str, str] = {entry["to"]: entry["sha256"] for package in LOCK["packages"] for entry in package["files"]}
NOTICES = {"feedback/web/static/vendor/govuk-frontend/LICENSE"}  # its tarball carries no licence text of its own
STYLES = vendor.ROOT / "feedback/web/static/vendor/govuk-frontend/govuk-frontend.min.css"


@pytest.mark.parametrize("name", FILES)
def test_a_vendored_file_has_the_bytes_of_the_lock(name: str) -> None:
    assert hashlib.sha256((vendor.ROOT / name).read_bytes()).hexdigest() == FILES[name]


def test_no_vendored_file_is_missing_from_the_lock() -> None:
    folders = [vendor.ROOT / "feedback/web/static/vendor", vendor.ROOT / "tests/e2e/vendor"]
    present = {path.relative_to(vendor.ROOT).as_posix() for folder in folders for path in _files(folder)}
    assert present == FILES.keys() | NOTICES


def test_every_package_of_the_lock_is_pinned_by_sha512_and_names_its_licence() -> None:
    assert all(package["integrity"].startswith("sha512-") and package["licence"] for package in LOCK["packages"])


def test_the_style_sheet_names_neither_the_gov_uk_font_nor_the_royal_arms() -> None:
    styles = STYLES.read_text(encoding="utf-8")
    assert not any(word in styles for word in ("GDS Transport", "crest", "@font-face", "/assets/", "sourceMappingURL"))


def test_the_lock_belongs_to_the_installed_macros() -> None:
    versions = {package["name"]: package["version"] for package in LOCK["packages"]}
    assert f'--govuk-frontend-version:"{versions["govuk-frontend"]}"' in STYLES.read_text(encoding="utf-8")


def test_a_tarball_with_other_bytes_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "thing" / "-").mkdir(parents=True)
    (tmp_path / "thing" / "-" / "thing-1.0.0.tgz").write_bytes(b"not what was promised")
    package = {"name": "thing", "version": "1.0.0", "integrity": "sha512-other", "files": []}
    with pytest.raises(SystemExit, match="the lock says"):
        vendor.fetch(package, tmp_path.as_uri())


def test_without_a_known_registry_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NPM_CONFIG_REGISTRY", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="NPM_CONFIG_REGISTRY"):
        vendor.registry()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
