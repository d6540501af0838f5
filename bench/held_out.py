"""The held-out texts, which nothing is trained or tuned on, as labelled comments."""

import json

from classifier.corpus_check import HELD_OUT
from classifier.dataset import Comment


def held_out() -> list[Comment]:
    """Every text of unseen.jsonl with its labels."""
    rows = map(json.loads, (HELD_OUT / "unseen.jsonl").read_text(encoding="utf-8").splitlines())
    return [Comment(r["id"], r["text"], r["body"], tuple(r["also"]), r["province"], "unseen-x") for r in rows]
