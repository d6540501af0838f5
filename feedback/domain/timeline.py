"""The audit events that a citizen may read, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from feedback.domain.clock import VIETNAM

SENTENCES = MappingProxyType(
    {
        "submit": "Ông/Bà đã gửi ý kiến.",
        "refiled": "Ông/Bà đã gửi lại nội dung này{case}; ngày gửi ban đầu được giữ nguyên.",
        "acknowledge": "Hệ thống đã tiếp nhận ý kiến và cấp mã tra cứu.",
        "sort": "Ý kiến đang được kiểm tra, phân loại.",
        "screen_overruled": "Cán bộ đã xem và xác nhận ý kiến hợp lệ; ý kiến đang được chuyển đến cơ quan giải quyết.",
        "route": "Ý kiến đã được chuyển đến {body} để giải quyết.",
        "return": "{body} trả lại vì không thuộc thẩm quyền; ý kiến đang được chuyển lại.",
        "ask_supplement": "Cơ quan đề nghị Ông/Bà bổ sung thông tin.",
        "supplement": "Ông/Bà đã bổ sung thông tin.",
        "lapse": "Ý kiến được đóng vì quá hạn bổ sung thông tin; Ông/Bà có thể gửi lại bất cứ lúc nào.",
        "refuse": "Ý kiến không được tiếp nhận giải quyết; lý do và nơi có thể gửi tiếp ở trên trang này.",
        "redirect": "Nội dung không thuộc kênh này; Ông/Bà đã được hướng dẫn nơi gửi.",
        "merge": "Ý kiến được gộp với một ý kiến cùng nội dung; Ông/Bà vẫn nhận được câu trả lời.",
        "joined": "Có thêm ý kiến cùng nội dung; các ý kiến được giải quyết chung.",
        "split": "Ý kiến nêu nhiều việc nên đã được tách; phần tách ra được giải quyết riêng{case}.",
        "split_off": "Việc này được tách{case} để giải quyết riêng; ngày gửi ban đầu được giữ nguyên.",
        "coordinate": "Các cơ quan cùng phối hợp giải quyết đã được xác định.",
        "transfer": "Ý kiến đã được chuyển sang {body} để giải quyết.",
        "accept": "{body} đã nhận và đang giải quyết.",
        "extend": "Thời hạn trả lời đã được gia hạn.",
        "answer": "Cơ quan đã soạn dự thảo trả lời.",
        "check": "Câu trả lời đang được kiểm tra chất lượng.",
        "send_back": "Dự thảo trả lời chưa đạt yêu cầu và được trả lại để hoàn thiện.",
        "approve": "Câu trả lời đã được duyệt.",
        "reply": "Câu trả lời đã được gửi đến Ông/Bà.",
        "publish": "Nội dung và câu trả lời đã được công khai, thông tin cá nhân được che.",
        "withdraw": "Nội dung và câu trả lời không còn được công khai.",
        "progress": "Ý kiến quá hạn trả lời; Ông/Bà được báo tình hình.",
        "recompute": "Hạn trả lời được tính lại từ {before} thành {after} vì lịch làm việc có thay đổi.",
        "rate": "Ông/Bà đã đánh giá câu trả lời.",
        "close": "Ý kiến đã được đóng.",
        "erasure_asked": "Ông/Bà đã yêu cầu xóa nội dung ý kiến.",
        "erasure_refused": "Yêu cầu xóa nội dung chưa được chấp thuận; lý do đã được trả lời Ông/Bà.",
        "erase": "Dữ liệu của ý kiến đã được xóa theo quy định về lưu trữ.",
        "reopen": "Ông/Bà phản ánh lại vì sự việc chưa được giải quyết.",
        "reopen.officer": "Cơ quan mở lại ý kiến để tiếp tục giải quyết.",
    }
)


def sentence(action: str, data: Mapping[str, object], body_names: Mapping[str, str]) -> str | None:
    """What to tell the citizen of one event; None for an event that is not theirs to read.

    Args:
        action: the event's action.
        data: the event's facts; `body` is a body's code, `case` a reference, `before` and `after` are due dates, `by`
            says who did what others may do too.
        body_names: names of bodies by code.
    """
    pattern = SENTENCES.get(f"{action}.{data.get('by')}") or SENTENCES.get(action)
    if pattern is None or (action == "recompute" and "after" not in data):
        return None
    body = body_names.get(str(data.get("body", "")), "Cơ quan có thẩm quyền")
    case = case_named(data)
    before, after = (_day(data.get(name)) if action == "recompute" else "" for name in ("before", "after"))
    return pattern.format(body=body, case=case, before=before, after=after)


def _day(moment: object) -> str:
    """`17:00 ngày 05/03/2026` of an ISO date-time, in Viet Nam."""
    if not isinstance(moment, str):
        return ""
    return f"{datetime.fromisoformat(moment).astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def case_named(data: Mapping[str, object]) -> str:
    """The other comment that an event names, as a sentence has it: where to, or where from; empty for none."""
    if "case" in data:
        return f", số {data['case']}"
    return f" từ ý kiến số {data['origin']}" if "origin" in data else ""
