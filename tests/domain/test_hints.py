"""What a machine notices in an answer by plain rules."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.domain.hints import read
from feedback.domain.quality import POINTS

QUESTION = "Sóng điện thoại ở bản quá yếu\nCả bản không gọi được điện thoại, xin lắp thêm trạm phát sóng."
GOOD = (
    "Ngày 05/3/2026, Sở đã cùng doanh nghiệp viễn thông khảo sát: bản nằm trong vùng lõm sóng. Theo kế hoạch phủ sóng "
    "vùng lõm năm 2026, trạm phát sóng mới được lắp xong trước ngày 30/6/2026. Ông/Bà không cần làm thêm thủ tục nào."
)
DAY = date(2026, 6, 30)


def points(answer: str, outcome: str | None = "explained", planned_on: date | None = None) -> list[str]:
    return [hint.point for hint in read(question=QUESTION, answer=answer, outcome=outcome, planned_on=planned_on)]


@pytest.mark.parametrize(
    ("outcome", "planned_on"), [("resolved", None), ("planned", DAY), ("explained", None), (None, None)]
)
def test_a_good_answer_gets_no_hint(outcome: str | None, planned_on: date | None) -> None:
    assert points(GOOD, outcome, planned_on) == []


def test_an_answer_to_something_else_is_noticed() -> None:
    other = (
        "Từ ngày 01/4/2026, hộ kinh doanh kê khai thuế trên cổng của ngành thuế; hạn nộp tờ khai quý là ngày cuối của "
        "tháng đầu quý sau. Ông/Bà đăng nhập bằng tài khoản định danh điện tử mức 2, chọn mục khai thuế và nộp tờ khai."
    )
    assert points(other.replace("điện tử ", "")) == ["on_topic"]


def test_a_short_answer_is_noticed() -> None:
    assert points("Trạm phát sóng sẽ được lắp.") == ["specific"]


@pytest.mark.parametrize(
    "answer",
    [
        "Xin ghi nhận và tiếp thu ý kiến của Ông/Bà về sóng điện thoại. Trân trọng cảm ơn.",
        "Cơ quan ghi nhận ý kiến về trạm phát sóng và sẽ xem xét, giải quyết theo quy định trong thời gian tới.",
    ],
)
def test_an_answer_of_stock_phrases_is_noticed(answer: str) -> None:
    said = read(question=QUESTION, answer=answer, outcome="explained", planned_on=None)
    assert any("lời chung" in hint.sentence for hint in said)


def test_stock_phrases_within_a_full_answer_are_no_matter() -> None:
    assert points(f"{GOOD} Trân trọng cảm ơn Ông/Bà.") == []


def test_personal_data_is_noticed_by_its_kinds() -> None:
    (hint,) = read(
        question=QUESTION,
        answer=f"{GOOD} Gọi 0912345678, căn cước 034099001234, thư a@vidu.vn, 0987654321.",
        outcome="explained",
        planned_on=None,
    )
    assert (hint.point, hint.sentence) == (
        "private",
        "Trong câu trả lời có thể có: số điện thoại, số căn cước, thư điện tử.",
    )


def test_resolved_without_a_day_or_a_figure_is_noticed() -> None:
    vague = "Sở đã xử lý xong việc sóng điện thoại yếu tại bản, trạm phát sóng đã hoạt động ổn định và bà con gọi được."
    assert "outcome" in points(f"{vague} {vague}", "resolved")
    assert "outcome" not in points(f"{vague} {vague}", "explained")


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 5, 30)])
def test_a_promised_day_that_the_words_do_not_say_is_noticed(day: date) -> None:
    assert points(GOOD, "planned", day) == ["next_step"]


def test_every_hint_belongs_to_a_point_of_the_gate() -> None:
    worst = "Ghi nhận. Gọi 0912345678."
    codes = {*points("Ghi nhận.", "resolved"), *points(worst, "planned", DAY)}
    assert codes <= {point.code for point in POINTS}
    assert len(codes) == 5
