"""`python -m classifier train | predict | screen | evaluate`: the router from the command line."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TextIO

from classifier import public_sets
from classifier.artefact import ArtefactError, is_stale
from classifier.evaluate import Judged, report
from classifier.router import Prediction, Router

ROOT = Path(__file__).parent.parent
BATCH = 64
Say = Callable[[list[str]], Sequence[dict[str, object]]]


class CasesError(ValueError):
    """The labelled cases cannot be read."""


def model_directory() -> Path:
    """Where the model lives: MODEL_DIR, else var/model under the project."""
    return Path(os.environ.get("MODEL_DIR") or ROOT / "var" / "model")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did its work, 2 when the model cannot be used."""
    options = _parser().parse_args(arguments)
    _speak_utf8(sys.stdin, sys.stdout, sys.stderr)
    try:
        return int(options.run(options))
    except (ArtefactError, CasesError, public_sets.PublicSetError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    commands = parser.add_subparsers(required=True)
    train = commands.add_parser("train", help="train and write the model")
    train.add_argument("--if-stale", action="store_true", help="only when data, code or libraries changed")
    train.set_defaults(run=_train)
    predict = commands.add_parser("predict", help="JSON lines in, JSON lines out")
    predict.set_defaults(run=_predict)
    screen = commands.add_parser("screen", help="the screening class of each text in JSON lines")
    screen.set_defaults(run=_screen)
    evaluate = commands.add_parser("evaluate", help="figures for labelled JSON lines")
    evaluate.add_argument("file", type=Path)
    evaluate.set_defaults(run=_evaluate)
    commands.add_parser("duplicates", help="same matter or not, for pairs in JSON lines").set_defaults(run=_duplicates)
    commands.add_parser("redact", help="personal data found in JSON lines").set_defaults(run=_redact)
    corpus = commands.add_parser("corpus", help="check: what the corpus must not hold, and what it consists of")
    corpus.add_argument("what", choices=["check"])
    corpus.set_defaults(run=_corpus)
    public = commands.add_parser("bench-public", help="train and test the recipe on labelled sets of others")
    public.add_argument("directory", type=Path, metavar="DIR", help="train.jsonl and test.jsonl, or rows with a split")
    public.set_defaults(run=_bench_public)
    for command in (train, predict, screen, evaluate):
        command.add_argument("--out", type=Path, default=model_directory(), metavar="DIR", help="the model's directory")
    return parser


def _speak_utf8(*streams: TextIO) -> None:
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def _train(options: argparse.Namespace) -> int:
    from classifier.train import train  # only here: predicting needs no scikit-learn

    if options.if_stale and not is_stale(options.out):
        print(f"{options.out}: up to date")
        return 0
    train(options.out, say=lambda line: print(line, flush=True))
    return 0


def _predict(options: argparse.Namespace) -> int:
    router = Router.load(options.out)
    return _answer(lambda texts: [prediction.to_dict() for prediction in router.predict(texts)])


def _screen(options: argparse.Namespace) -> int:
    router = Router.load(options.out)
    return _answer(lambda texts: [asdict(found) for found in router.screen(texts)])


def _answer(say: Say) -> int:
    while lines := list(islice(sys.stdin, BATCH)):
        for answer in answers(say, lines):
            print(json.dumps(answer, ensure_ascii=True))
        sys.stdout.flush()
    return 0


def answers(say: Say, lines: Iterable[str]) -> Iterator[dict[str, object]]:
    """One answer a line, in order: what `say` has of its text, or what is wrong with the line."""
    questions = [_question(line) for line in lines]
    found = iter(say([text for _, text, error in questions if not error]))
    for identifier, _, error in questions:
        yield {"id": identifier, "error": error} if error else {"id": identifier, **next(found)}


def _question(line: str) -> tuple[object, str, str]:
    identifier, texts, error = _texts(line, "text")
    return identifier, texts[0] if texts else "", error


def _texts(line: str, *names: str) -> tuple[object, list[str], str]:
    """The id of a line and its texts of these names, or what is wrong with it (then no text)."""
    try:
        row = json.loads(line)
    except ValueError:
        return None, [], "not JSON"
    if not isinstance(row, dict):
        return None, [], "not an object"
    if "id" not in row:
        return None, [], "no id"
    for name in names:
        if name not in row:
            return row["id"], [], f"no {name}"
        if not isinstance(row[name], str):
            return row["id"], [], f"{name} is not a string"
    return row["id"], [row[name] for name in names], ""


def _duplicates(_: argparse.Namespace) -> int:
    from classifier.duplicates import Judge

    judge = Judge.load()
    for line in sys.stdin:
        identifier, texts, error = _texts(line, "text_a", "text_b")
        answer = {"error": error} if error else asdict(judge.same(*texts))
        print(json.dumps({"id": identifier, **answer}, ensure_ascii=True))
    return 0


def _redact(_: argparse.Namespace) -> int:
    from classifier.redact import describe

    for line in sys.stdin:
        identifier, text, error = _question(line)
        answer = {"error": error} if error else describe(text)
        print(json.dumps({"id": identifier, **answer}, ensure_ascii=True))
    return 0


def _corpus(_: argparse.Namespace) -> int:
    from classifier.corpus_check import run

    return run()


def _bench_public(options: argparse.Namespace) -> int:
    from classifier.bench_public import run

    for found in public_sets.load(options.directory):
        print(json.dumps(run(found).to_dict()), flush=True)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    router = Router.load(options.out)
    cases = _cases(options.file)
    predictions = router.predict([text for text, _, _ in cases])
    judged = [
        _judged(body, accepted, prediction) for (_, body, accepted), prediction in zip(cases, predictions, strict=True)
    ]
    print(json.dumps(report(judged).to_dict(), indent=1))
    return 0


def _cases(file: Path) -> list[tuple[str, str, frozenset[str]]]:
    """Text, body and accepted bodies of each line; CasesError when there is none or one cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CasesError(f"{file}: {error.strerror}") from error
    cases = [_case(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise CasesError(f"{file}: nothing to evaluate")
    return cases


def _case(file: Path, number: int, line: str) -> tuple[str, str, frozenset[str]]:
    try:
        row = json.loads(line)
        text, body, also = row["text"], row["body"], row.get("also") or []
    except (ValueError, TypeError, KeyError) as error:
        raise CasesError(f"{file}, line {number}: {error!r}") from error
    if not isinstance(text, str):
        raise CasesError(f"{file}, line {number}: text is not a string")
    return text, body, frozenset([body, *also])


def _judged(body: str, accepted: frozenset[str], prediction: Prediction) -> Judged:
    ranked = tuple(candidate.body for candidate in prediction.candidates)
    return Judged(body, accepted, ranked, prediction.confidence, prediction.decision == "auto")


if __name__ == "__main__":
    raise SystemExit(main())
