"""The model's file is whole or it is refused."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from classifier import artefact
from classifier.artefact import ArtefactError, is_stale, load, save
from classifier.rules import Rules
from classifier.text import analyse


@pytest.fixture
def copy(model_dir: Path, tmp_path: Path) -> Path:
    """A copy of the small model's directory."""
    shutil.copy(model_dir / artefact.NAME, tmp_path)
    return tmp_path


def rewrite(directory: Path, **changed: bytes | None) -> None:
    """Write the file again with parts changed, or left out for None."""
    path = directory / artefact.NAME
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (parts | changed).items():
            if content is not None:
                archive.writestr(name, content)


def manifest_of(directory: Path) -> dict[str, object]:
    """The manifest inside the file."""
    with zipfile.ZipFile(directory / artefact.NAME) as archive:
        return dict(json.loads(archive.read("manifest.json")))


def test_a_saved_model_says_the_same_when_loaded(copy: Path, tmp_path: Path) -> None:
    loaded = load(copy)
    again = load(save(loaded.scorer, loaded.rules, tmp_path / "again").parent)
    chances = [
        model.scorer.probabilities([model.scorer.read(analyse(text)) for text in ("Ứng dụng VNeID báo lỗi", "")])
        for model in (loaded, again)
    ]
    assert (chances[0] == chances[1]).all()
    assert again.version == loaded.version
    assert again.rules == loaded.rules
    assert (again.scorer.kind.weights == loaded.scorer.kind.weights).all()
    assert again.scorer.screening.costs == loaded.scorer.screening.costs


def test_the_weights_are_kept_in_half_precision(copy: Path) -> None:
    weights = load(copy).scorer.weights
    assert (weights == weights.astype(np.float16)).all()


def test_a_fresh_model_is_not_stale(copy: Path) -> None:
    assert not is_stale(copy)


def test_other_data_make_a_model_stale(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefact, "data_hash", lambda: "other")
    assert is_stale(copy)


def test_a_missing_model_is_stale_and_refused(tmp_path: Path) -> None:
    assert is_stale(tmp_path)
    with pytest.raises(ArtefactError, match="train"):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_a_broken_file_is_refused(copy: Path, content: bytes) -> None:
    (copy / artefact.NAME).write_bytes(content)
    with pytest.raises(ArtefactError, match="damaged"):
        load(copy)


def test_a_file_cut_short_is_refused(copy: Path) -> None:
    path = copy / artefact.NAME
    path.write_bytes(path.read_bytes()[:-5_000])
    with pytest.raises(ArtefactError, match="damaged"):
        load(copy)


def test_a_changed_byte_is_refused(copy: Path) -> None:
    path = copy / artefact.NAME
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="damaged"):
        load(copy)


def test_a_part_that_differs_from_the_manifest_is_refused(copy: Path) -> None:
    rewrite(copy, **{"settings.json": b"{}"})
    with pytest.raises(ArtefactError, match=r"settings\.json is damaged"):
        load(copy)


def test_a_part_that_is_missing_is_refused(copy: Path) -> None:
    rewrite(copy, **{"idf.npy": None})
    with pytest.raises(ArtefactError, match=r"idf\.npy is damaged"):
        load(copy)


def test_a_model_of_the_format_before_is_stale_and_refused_by_name(copy: Path) -> None:
    old = {key: value for key, value in manifest_of(copy).items() if key != "rules"} | {"format": 1, "threshold": 0.9}
    rewrite(copy, **{"manifest.json": json.dumps(old).encode()})
    assert is_stale(copy)
    with pytest.raises(ArtefactError, match="format 1, not 2"):
        load(copy)


@pytest.mark.parametrize("content", [None, b"{", b"[]", b"{}"])
def test_an_unreadable_manifest_is_refused(copy: Path, content: bytes | None) -> None:
    rewrite(copy, **{"manifest.json": content})
    with pytest.raises(ArtefactError, match="manifest"):
        load(copy)


def test_another_format_is_refused(copy: Path) -> None:
    rewrite(copy, **{"manifest.json": json.dumps(manifest_of(copy) | {"format": 0}).encode()})
    with pytest.raises(ArtefactError, match="format 0"):
        load(copy)


def test_another_segmenter_is_refused(copy: Path) -> None:
    libraries = {"underthesea": "1.0"}
    rewrite(copy, **{"manifest.json": json.dumps(manifest_of(copy) | {"libraries": libraries}).encode()})
    with pytest.raises(ArtefactError, match="another underthesea"):
        load(copy)


def test_the_manifest_names_data_code_and_libraries(copy: Path) -> None:
    manifest = manifest_of(copy)
    assert manifest["data"] == artefact.data_hash()
    assert manifest["code"] == artefact.code_hash()
    assert manifest["libraries"] == artefact.library_versions()


def test_a_failed_write_leaves_the_old_model(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(copy)
    before = (copy / artefact.NAME).read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(artefact.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        save(loaded.scorer, Rules(0.5), copy)
    assert (copy / artefact.NAME).read_bytes() == before
    assert [path.name for path in copy.iterdir()] == [artefact.NAME]
