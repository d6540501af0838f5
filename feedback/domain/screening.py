"""Screening: what may be wrong with a comment before anybody is asked to answer it, and what the sender is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.status import Action


class Screen(StrEnum):
    """What the screening says of a comment."""

    VALID = "hop_le"
    COMPLAINT = "khieu_nai"
    DENUNCIATION = "to_cao"
    OUT_OF_SCOPE = "ngoai_pham_vi"
    SPAM = "rac"
    INSULT = "xuc_pham"
    ATTACHMENT_ONLY = "chi_tep_dinh_kem"


S = Screen

SCREEN_NAMES = MappingProxyType(
    {
        S.VALID: "Hợp lệ",
        S.COMPLAINT: "Khiếu nại",
        S.DENUNCIATION: "Tố cáo",
        S.OUT_OF_SCOPE: "Ngoài phạm vi tiếp nhận",
        S.SPAM: "Thư rác, quảng cáo",
        S.INSULT: "Lời lẽ xúc phạm",
        S.ATTACHMENT_ONLY: "Chỉ có tệp đính kèm, chưa có nội dung",
    }
)

# Laws of their own govern these; the text is kept from everybody who does not sort letters.
# Sources: Decree 20/2008/NĐ-CP, article 1; Law on Complaints 2011; Law on Denunciations 2018, article 8 (the
# denouncer's name and whatever may reveal it are secret).
STOPPED = frozenset({S.COMPLAINT, S.DENUNCIATION})
SCREENED_OUT = frozenset(S) - {S.VALID}

# What confirming a screening does to the case, by the table of moves.
CONFIRMING = MappingProxyType(
    {
        S.COMPLAINT: Action.REDIRECT,
        S.DENUNCIATION: Action.REDIRECT,
        S.OUT_OF_SCOPE: Action.REDIRECT,
        S.SPAM: Action.REFUSE,
        S.INSULT: Action.REFUSE,
        S.ATTACHMENT_ONLY: Action.ASK_SUPPLEMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the sender reads while an official has yet to confirm: a heading, sentences, and where to send it."""

    heading: str
    sentences: tuple[str, ...]
    addresses: tuple[str, ...]


_KEPT = (
    "Nội dung của Ông/Bà được giữ kín, không công khai và không chuyển đến cơ quan bị nêu tên. "
    "Cán bộ tiếp nhận sẽ xem lại và xác nhận; nếu đây là phản ánh, kiến nghị thuộc phạm vi của kênh này, "
    "ý kiến sẽ được chuyển đi giải quyết và Ông/Bà không phải gửi lại."
)

_GUIDANCE = MappingProxyType(
    {
        S.COMPLAINT: Guidance(
            "Ý kiến có thể là khiếu nại",
            (
                "Khiếu nại quyết định hành chính, hành vi hành chính được giải quyết theo trình tự riêng của "
                "Luật Khiếu nại năm 2011, không giải quyết qua kênh tiếp nhận phản ánh, kiến nghị này.",
                "Thời hiệu khiếu nại là 90 ngày kể từ ngày nhận được hoặc biết được quyết định, hành vi hành chính "
                "(Điều 9). Để không lỡ thời hiệu, Ông/Bà có thể gửi đơn ngay, không cần chờ cán bộ xác nhận.",
                _KEPT,
            ),
            (
                "Khiếu nại lần đầu: người đã ra quyết định hành chính, hoặc cơ quan có người có hành vi hành chính bị "
                "khiếu nại.",
                "{place}, nơi tiếp công dân và hướng dẫn gửi đơn đúng thẩm quyền.",
            ),
        ),
        S.DENUNCIATION: Guidance(
            "Ý kiến có thể là tố cáo",
            (
                "Tố cáo hành vi vi phạm pháp luật được giải quyết theo trình tự riêng của Luật Tố cáo năm 2018, không "
                "giải quyết qua kênh tiếp nhận phản ánh, kiến nghị này. Luật bảo vệ người tố cáo và bí mật thông tin "
                "của người tố cáo.",
                "Đơn tố cáo cần ghi rõ họ tên, địa chỉ người tố cáo, hành vi vi phạm, người bị tố cáo và các thông tin "
                "khác có liên quan (Điều 23).",
                _KEPT,
            ),
            (
                "Người đứng đầu cơ quan, tổ chức trực tiếp quản lý người bị tố cáo, hoặc cơ quan thanh tra có thẩm "
                "quyền.",
                "{place}, nơi tiếp công dân và hướng dẫn gửi đơn đúng thẩm quyền.",
                "Khi có dấu hiệu tội phạm: cơ quan công an hoặc viện kiểm sát nơi gần nhất.",
            ),
        ),
        S.OUT_OF_SCOPE: Guidance(
            "Ý kiến đang được kiểm tra phạm vi",
            (
                "Kênh này tiếp nhận phản ánh, kiến nghị, sáng kiến về khoa học, công nghệ, đổi mới sáng tạo và chuyển "
                "đổi số. Cán bộ đang xem ý kiến của Ông/Bà có thuộc phạm vi này không, và sẽ trả lời hoặc hướng dẫn "
                "nơi gửi phù hợp.",
            ),
            (),
        ),
        S.ATTACHMENT_ONLY: Guidance(
            "Ý kiến chưa có nội dung để giải quyết",
            (
                "Ý kiến của Ông/Bà dường như chỉ nhắc đến tệp đính kèm. Cán bộ sẽ xem và đề nghị Ông/Bà bổ sung nội "
                "dung nếu cần.",
            ),
            (),
        ),
    }
)

# For what may offend whoever reads it wrongly, no more is said than is certain.
_BEING_READ = Guidance(
    "Ý kiến đang được cán bộ xem trực tiếp",
    ("Ý kiến cần cán bộ xem trước khi chuyển đi giải quyết. Ông/Bà sẽ được thông báo kết quả.",),
    (),
)

_LETTERS = MappingProxyType(
    {
        S.COMPLAINT: (
            "Ý kiến của Ông/Bà có nội dung khiếu nại, được giải quyết theo Luật Khiếu nại năm 2011. Đề nghị Ông/Bà gửi "
            "đơn đến người đã ra quyết định hành chính hoặc cơ quan có người có hành vi hành chính bị khiếu nại; nếu "
            "chưa rõ nơi gửi, xin liên hệ {place} để được hướng dẫn. Thời hiệu khiếu nại là 90 ngày kể từ ngày nhận "
            "được hoặc biết được quyết định, hành vi đó."
        ),
        S.DENUNCIATION: (
            "Ý kiến của Ông/Bà có nội dung tố cáo, được giải quyết theo Luật Tố cáo năm 2018. Đề nghị Ông/Bà gửi đơn "
            "đến người đứng đầu cơ quan trực tiếp quản lý người bị tố cáo hoặc cơ quan thanh tra có thẩm quyền; nếu "
            "chưa rõ nơi gửi, xin liên hệ {place} để được hướng dẫn. Khi có dấu hiệu tội phạm, xin báo cơ quan công "
            "an hoặc viện kiểm sát. Nội dung Ông/Bà gửi tại đây được giữ kín."
        ),
        S.OUT_OF_SCOPE: (
            "Nội dung Ông/Bà gửi không thuộc phạm vi tiếp nhận của kênh này (khoa học, công nghệ, đổi mới sáng tạo và "
            "chuyển đổi số). Đề nghị Ông/Bà gửi đến cơ quan có thẩm quyền tại địa phương, hoặc mục Phản ánh, kiến nghị "
            "trên Cổng Dịch vụ công quốc gia."
        ),
        S.SPAM: (
            "Nội dung Ông/Bà gửi chưa nêu phản ánh, kiến nghị cụ thể nên chưa thể tiếp nhận. Nếu có nhầm lẫn, xin "
            "Ông/Bà phản ánh lại tại trang tra cứu và nêu rõ sự việc cần giải quyết."
        ),
        S.INSULT: (
            "Ý kiến có lời lẽ chưa phù hợp với quy định về nội dung phản ánh, kiến nghị nên chưa thể tiếp nhận. Kính "
            "mong Ông/Bà phản ánh lại tại trang tra cứu, nêu sự việc cần giải quyết; chúng tôi sẽ chuyển ngay đến cơ "
            "quan có trách nhiệm."
        ),
        S.ATTACHMENT_ONLY: (
            "Ý kiến của Ông/Bà mới nhắc đến tệp đính kèm, chưa nêu nội dung. Kính đề nghị Ông/Bà bổ sung tại trang tra "
            "cứu: sự việc gì, xảy ra ở đâu, khi nào, và Ông/Bà mong được giải quyết như thế nào."
        ),
    }
)


def confidential(screen: str | None) -> bool:
    """Whether the text of a comment with this screening is kept from all but those who sort letters."""
    return screen in STOPPED


def guidance(screen: Screen, *, place: str | None) -> Guidance:
    """What the sender of a screened-out comment is told until an official confirms.

    Args:
        screen: the label.
        place: name of the province with its kind, as "tỉnh Sơn La"; None when unknown.
    """
    told = _GUIDANCE.get(screen, _BEING_READ)
    office = _reception(place)
    return Guidance(told.heading, told.sentences, tuple(address.format(place=office) for address in told.addresses))


def letter(screen: Screen, *, place: str | None) -> str:
    """The explanation that an official may send as it stands or change."""
    return _LETTERS[screen].format(place=_reception(place))


def _reception(place: str | None) -> str:
    return f"Ban Tiếp công dân {place}" if place else "Ban Tiếp công dân của tỉnh, thành phố nơi xảy ra sự việc"
