"""The one question, put to the sender, whose answer would decide where an unsure comment belongs."""

import csv
from functools import cache

from classifier.bodies import Body, load_bodies
from classifier.phrases import DATA
from classifier.rules import Reason

PLACE = "Xin ông/bà cho biết sự việc xảy ra ở xã, phường, đặc khu nào, thuộc tỉnh, thành phố nào?"
EMPTY = "Xin ông/bà cho biết cụ thể: việc gì xảy ra, ở đâu, khi nào, và ông/bà mong cơ quan giải quyết điều gì?"
OF_SCREEN = {
    "hop_le": (
        "Xin ông/bà cho biết: ông/bà đề nghị cải thiện một dịch vụ, một quy định, hay muốn khiếu nại quyết định, "
        "tố cáo hành vi của một cơ quan, một người cụ thể?"
    ),
    "khieu_nai": (
        "Xin ông/bà cho biết: ông/bà khiếu nại một quyết định, một hành vi hành chính cụ thể và đề nghị xem xét lại, "
        "hay chỉ phản ánh, góp ý để cơ quan làm tốt hơn?"
    ),
    "to_cao": (
        "Xin ông/bà cho biết: ông/bà tố cáo hành vi vi phạm pháp luật của một người, một tổ chức cụ thể, "
        "hay chỉ phản ánh bất cập chung, không nhằm vào ai?"
    ),
    "ngoai_pham_vi": (
        "Xin ông/bà cho biết: trong việc này, cơ quan nhà nước, dịch vụ công hoặc hệ thống số nào cần trả lời ông/bà?"
    ),
    "rac": EMPTY,
    "xuc_pham": "Xin ông/bà cho biết cụ thể việc ông/bà đã gặp và điều ông/bà mong được giải quyết?",
    "chi_tep_dinh_kem": "Xin ông/bà tóm tắt bằng vài câu nội dung chính trong tệp đính kèm và điều ông/bà đề nghị?",
}


def question(reason: Reason, screen: str, first: str, second: str) -> str:
    """The question for a comment on the desk for `reason`; "" for one that is not there.

    `screen` is its screening class, `first` and `second` the codes of the two likeliest bodies.
    """
    match reason:
        case "":
            return ""
        case "empty":
            return EMPTY
        case "place":
            return PLACE
        case "screen":
            return OF_SCREEN[screen]
        case _:
            return between(first, second)


def between(first: str, second: str) -> str:
    """What tells two bodies apart: the written question of the pair, else one made of their names and first tasks."""
    return _written().get(frozenset((first, second))) or _made(load_bodies()[first], load_bodies()[second])


def _made(first: Body, second: Body) -> str:
    return (
        f"Xin ông/bà cho biết nội dung gần với việc của cơ quan nào hơn: {first.name} ({_task(first)}), "
        f"hay {second.name} ({_task(second)})?"
    )


def _task(body: Body) -> str:
    task = body.mandate.partition(";")[0].partition("(")[0].strip()
    return task[0].lower() + task[1:] if task[1:2].islower() else task


@cache
def _written() -> dict[frozenset[str], str]:
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as source:
        return {frozenset((row["first"], row["second"])): row["question"] for row in csv.DictReader(source)}
