"""One question, courteous and short, for every comment that waits on the desk."""

import csv
from itertools import combinations

import pytest

from classifier.bodies import load_bodies
from classifier.judge import SCREENS
from classifier.phrases import DATA
from classifier.question import EMPTY, OF_SCREEN, PLACE, between, question
from classifier.rules import Reason

# Pairs of docs/labelling.md's boundaries that people confuse most: each must have a question written for it.
CLOSE = [
    ("BCA", "NHNN"), ("BCA", "BKHCN"), ("BCA", "BVHTTDL"), ("BCA", "BTC"), ("BCA", "BYT"), ("BCA", "BNNMT"),
    ("BCA", "BTP"), ("BCA", "VPCP"), ("BKHCN", "BQP"), ("BQP", "VPTW"), ("BKHCN", "VPTW"), ("BKHCN", "VPCP"),
    ("VPCP", "UBND_TINH"), ("BCT", "BTC"), ("BCT", "NHNN"), ("BCT", "BVHTTDL"), ("BKHCN", "BNV"), ("BKHCN", "BTC"),
    ("VPTW", "BTCTW"), ("VPTW", "TINH_UY"), ("UBND_TINH", "UBND_XA"), ("UBND_TINH", "TINH_UY"), ("BTC", "UBND_TINH"),
    ("BNCTW", "DUCQDTW"), ("BNCTW", "TTCP"), ("BTCTW", "BNV"),
]  # fmt: skip


@pytest.mark.parametrize("pair", CLOSE)
def test_close_bodies_have_a_question_of_their_own_in_either_order(pair: tuple[str, str]) -> None:
    asked = between(*pair)
    assert asked == between(pair[1], pair[0])
    assert "gần với việc của cơ quan nào hơn" not in asked


def test_every_pair_of_bodies_gets_one_courteous_question() -> None:
    for pair in combinations(load_bodies(), 2):
        asked = between(*pair)
        assert asked.startswith("Xin ông/bà cho biết")
        assert asked.endswith("?")
        assert asked.count("?") == 1
        assert len(asked) <= 400


def test_a_made_question_names_both_bodies_and_their_first_task() -> None:
    asked = between("BGDDT", "NHNN")
    assert asked == (
        "Xin ông/bà cho biết nội dung gần với việc của cơ quan nào hơn: Bộ Giáo dục và Đào tạo (học bạ số, hồ sơ học "
        "sinh), hay Ngân hàng Nhà nước Việt Nam (ngân hàng số, thanh toán không dùng tiền mặt, QR, ví điện tử, "
        "Mobile Money)?"
    )


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        ("", ""),
        ("empty", EMPTY),
        ("place", PLACE),
        ("screen", OF_SCREEN["to_cao"]),
        ("unsure", between("BCA", "NHNN")),
        ("close", between("BCA", "NHNN")),
    ],
)
def test_the_question_follows_the_reason(reason: Reason, asked: str) -> None:
    assert question(reason, "to_cao", "BCA", "NHNN") == asked


def test_every_screening_class_has_a_question() -> None:
    assert set(OF_SCREEN) == set(SCREENS)
    assert all(asked.startswith("Xin ông/bà") and asked.endswith("?") for asked in OF_SCREEN.values())


def test_the_written_questions_name_known_bodies_and_no_pair_twice() -> None:
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as source:
        pairs = [frozenset((row["first"], row["second"])) for row in csv.DictReader(source)]
    assert len(set(pairs)) == len(pairs)
    assert set().union(*pairs) <= set(load_bodies())
    assert all(len(pair) == 2 for pair in pairs)
