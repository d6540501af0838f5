"""The one file that a trained model is: arrays and a manifest, verified before use; holds no code to execute."""

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any, cast

import numpy as np

from classifier.judge import Judge, Screening
from classifier.rules import Rules
from classifier.scorer import Scorer, View

FORMAT = 2
NAME = "model.zip"
PACKAGE = Path(__file__).parent
DATA = ("bodies.csv", "lexicon.csv", "abbreviations.csv", "screen_lexicon.csv")
CODE = (
    "segment", "text", "bodies", "dataset", "confidence", "calibration", "model", "train", "scorer", "artefact",
    "heads", "judge", "material", "rules", "screened", "train_heads", "train_rules", "twins",
)  # fmt: skip
LIBRARIES = ("underthesea", "underthesea-core", "scikit-learn", "numpy")
MUST_EQUAL = ("underthesea", "underthesea-core")


class ArtefactError(RuntimeError):
    """The model's file is missing, damaged, or made by another version."""


@dataclass(frozen=True)
class Artefact:
    """A model ready to run: its `version`, its `scorer`, and the `rules` of automatic routing."""

    version: str
    scorer: Scorer
    rules: Rules


def data_hash() -> str:
    """sha256 of everything that training reads."""
    return _hash_files([*PACKAGE.glob("corpus/*.jsonl"), *(PACKAGE / "data" / name for name in DATA)])


def code_hash() -> str:
    """sha256 of the source that makes a model what it is."""
    return _hash_files(PACKAGE / f"{module}.py" for module in CODE)


def library_versions() -> dict[str, str]:
    """The installed versions that a model depends on."""
    return {name: version(name) for name in LIBRARIES}


def save(scorer: Scorer, rules: Rules, directory: Path) -> Path:
    """Write the model into `directory`, all or nothing; the path of the file."""
    parts = _pack(scorer)
    manifest = {
        "format": FORMAT,
        "rules": asdict(rules),
        "data": data_hash(),
        "code": code_hash(),
        "libraries": library_versions(),
        "parts": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
    }
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / NAME
    with tempfile.TemporaryDirectory(dir=directory) as workshop:
        draft = Path(workshop) / NAME
        _write(draft, {"manifest.json": _json(manifest), **parts})
        draft.replace(target)
    return target


def _write(path: Path, parts: Mapping[str, bytes]) -> None:
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        file.flush()
        os.fsync(file.fileno())


def load(directory: Path) -> Artefact:
    """The verified model of `directory`; ArtefactError when it is missing, damaged or of another version."""
    parts = _read(directory / NAME)
    manifest = _manifest(parts, directory)
    for name, expected in manifest["parts"].items():
        if hashlib.sha256(parts.get(name, b"")).hexdigest() != expected:
            raise ArtefactError(f"{directory / NAME}: {name} is damaged; train again")
    name = hashlib.sha256(parts["manifest.json"]).hexdigest()[:12]
    return Artefact(name, _unpack(parts), Rules(**manifest["rules"]))


def is_stale(directory: Path) -> bool:
    """Whether the model of `directory` is unusable or made from other data, code or libraries than today's."""
    try:
        manifest = _manifest(_read(directory / NAME), directory)
    except ArtefactError:
        return True
    today = (data_hash(), code_hash(), library_versions())
    return (manifest["data"], manifest["code"], manifest["libraries"]) != today


def _read(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except FileNotFoundError as error:
        raise ArtefactError(f"{path}: no model; run `python -m classifier train`") from error
    except (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise ArtefactError(f"{path}: damaged ({error}); train again") from error


def _manifest(parts: Mapping[str, bytes], directory: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(parts["manifest.json"])
        if manifest["format"] != FORMAT:
            raise ArtefactError(f"{directory / NAME}: format {manifest['format']}, not {FORMAT}; train again")
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(f"{directory / NAME}: no readable manifest; train again") from error
    today = library_versions()
    for name in MUST_EQUAL:
        if manifest["libraries"].get(name) != today[name]:
            raise ArtefactError(f"{directory / NAME}: made with another {name} than {today[name]}; train again")
    return cast(dict[str, Any], manifest)


def _pack(scorer: Scorer) -> dict[str, bytes]:
    settings = {
        "labels": scorer.labels,
        "temperatures": scorer.temperatures,
        "svc_share": scorer.svc_share,
        "knots": scorer.knots,
        "views": [{"unit": v.unit, "orders": v.orders, "length": v.length} for v in scorer.views],
        "screening": _judge(scorer.screening.judge)
        | {"costs": scorer.screening.costs, "sure_valid": scorer.screening.sure_valid},
        "kind": _judge(scorer.kind),
    }
    return {
        "settings.json": _json(settings),
        "terms.json": _json([list(view.index) for view in scorer.views]),
        "idf.npy": _array(scorer.idf),
        "weights.npy": _array(scorer.weights.astype(np.float16)),
        "bias.npy": _array(scorer.bias),
    }


def _judge(judge: Judge) -> dict[str, object]:
    return {"labels": judge.labels, "weights": judge.weights.tolist(), "bias": judge.bias.tolist()}


def _load_judge(kept: Mapping[str, Any]) -> Judge:
    return Judge(tuple(kept["labels"]), np.array(kept["weights"]), np.array(kept["bias"]))


def _unpack(parts: Mapping[str, bytes]) -> Scorer:
    settings = json.loads(parts["settings.json"])
    rows = count()
    views = [
        View(form["unit"], tuple(form["orders"]), form["length"], dict(zip(terms, rows, strict=False)))
        for form, terms in zip(settings["views"], json.loads(parts["terms.json"]), strict=True)
    ]
    lower, upper = settings["knots"]
    screening = settings["screening"]
    return Scorer(
        labels=tuple(settings["labels"]),
        views=tuple(views),
        idf=_load_array(parts["idf.npy"]),
        weights=_load_array(parts["weights.npy"]).astype(np.float32),
        bias=_load_array(parts["bias.npy"]),
        temperatures=tuple(settings["temperatures"]),
        svc_share=settings["svc_share"],
        knots=(tuple(lower), tuple(upper)),
        screening=Screening(_load_judge(screening), tuple(screening["costs"]), screening["sure_valid"]),
        kind=_load_judge(settings["kind"]),
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _array(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _load_array(content: bytes) -> np.ndarray:
    return cast(np.ndarray, np.load(io.BytesIO(content), allow_pickle=False))


def _hash_files(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
