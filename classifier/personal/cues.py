"""The words around a number that tell what it is."""

import re
from dataclasses import dataclass

from classifier.personal.view import View

_BANKS = (
    r"vietcombank|vcb|techcombank|tcb|bidv|agribank|agri|vietinbank|vietin|viettin(?:bank)?|ctg|mb ?bank|mb"
    r"|tp ?bank|acb|sacombank|stb"
    r"|vp ?bank|shb|vib|msb|ocb|hd ?bank|scb|sea ?bank|lp ?bank|lien ?viet(?:postbank)?|eximbank|nam ?a ?bank"
    r"|bac ?a ?bank|pvcombank|ab ?bank|kien ?long ?bank|viet ?a ?bank|vietbank|ncb|saigonbank|bao ?viet ?bank|pg ?bank"
    r"|gp ?bank|vr ?bank|woori|shinhan ?(?:bank)?|hsbc|cake|timo|tnex|ubank|kho bac"
)
_KINDS = {
    "tax": r"mst|m s t|ma so thue|ms ?thue|ma thue|tax ?code|(?:ma so|mdn) (?:doanh nghiep|dn|ho kinh doanh|hkd)"
    "|msdn|so dkkd|dkkd|gpkd"
    r"|(?:giay phep|dang ky|gcn dang ky) (?:kinh doanh|doanh nghiep|dn)(?: so)?",
    "cccd": r"cccd|cmt?nd|cmt|can cuoc|chung minh(?: thu| nhan dan)?|(?:so|ma) dinh danh|ddcn|dinh danh ca nhan|so cc",
    "account": r"stk|s t k|(?:so|ma) (?:tai khoan|tk|t k)|(?:tai khoan|tk) so|tk nhan|account|acc no|so the|the atm",
    "bank": rf"{_BANKS}|ngan hang|nh",
    "money": r"tk|tai khoan|t/k|ck|chuyen khoan|chuyen tien|chuyen vao|giao dich",
    "phone": r"s ?d ?t|so dt|dt|dien thoai|so phone|dd|d/d|di dong|mobile|tel|phone|zalo|hotline|viber|whatsapp|alo|goi"
    r"|nhan tin"
    r"|so may|thue bao|sim|lien he|lien lac|lh|call|momo|tong dai|fax",
    "code": r"(?:ma|so) (?:ho so|don|van don|giao dich|gd|bhxh|bhyt|khach hang|kh|bien nhan|phan anh|tra cuu|sinh vien"
    r"|sv|hoc sinh"
    r"|hop dong|hoa don|bao danh|seri|vach|hang|tham chieu|buu chinh|loi|cong to|cong trinh|the bhyt|dinh danh hs"
    r"|bao hiem(?: xa hoi| y te)?"
    r"|to khai|chung tu|thua|to|khung|quyet dinh|giay phep|dang ky)|sbd|bhxh|bhyt|mssv|imei|serial|seri"
    r"|hop dong so|bien nhan|bien lai"
    r"|quyet dinh|cong van|nghi dinh|thong tu|km|ma gd|ma gddt|otp|mat khau|toa do|msbhxh",
}
_CUE = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()) + r")(?![a-z])"
)
_BANK_AFTER = re.compile(rf"[\s,.(\-:/]*(?:(?:tai|o|cua|nh|ngan hang|thuoc) ){{0,3}}(?:ngan hang\b|(?:{_BANKS})\b)")
_UNIT_AFTER = re.compile(
    r" ?(?:d|dong|vn ?d|usd|\$|%|tr|trieu|ty|ti|k|nghin|ngan(?! hang)|m2|m3|km|ha|kwh|kg|tan|ho|nguoi|nhan khau"
    r"|luot|trang|cai|dan)(?![a-z])|/ ?\d{1,8}(?!\d)|/[a-z]"
)
_AGENCY_LINE = re.compile(
    r"(?:duong day nong|tong dai|hotline|so nong|truc ban)[^.;\n]{0,50}\b(?:so(?! (?:may|phone|dt|em|toi|minh"
    r"|nay)\b)(?=\s[a-z])|bo|cuc|ubnd|uy ban|cong an|tinh"
    r"|huyen|phuong|xa|tp|thanh pho"
    r"|trung tam|benh vien|chi cuc|thue|bao hiem|bhxh|buu dien|dien luc|cap nuoc|mot cua|nha nuoc|chinh phu"
    r"|quoc gia|cong dich vu|vneid)\b"
    r"[^.;\n]{0,30}$"
)
_LINE = re.compile(r"(?:duong day nong|tong dai|hotline|so nong)(?: (?:so|cua|la))*\W*$")
_AGENCY_AFTER = re.compile(
    r"[\s,(\-]*(?:cua |thuoc |do )?(?:so|bo|cuc|ubnd|uy ban|cong an|trung tam|benh vien|chi cuc|thue|bao hiem|bhxh"
    r"|dien luc|cap nuoc)\b"
)
_OWNER_AFTER = re.compile(
    r"[\s,(\-]*(?:la (?:(?:so|tong dai|hotline|duong day nong|dau so) ){0,2})?(?:cua|thuoc) (?:(?:dien thoai"
    r"|phong|ban|tong dai) )?(?:so|bo|cuc|ubnd|uy ban"
    r"|cong an|trung tam|benh vien|chi cuc|thue"
    r"|bao hiem|bhxh|dien luc|cap nuoc|buu dien|phuong|xa|tinh|huyen|truong)\b(?! vien)"
)
_IDENTITY_AFTER = re.compile(r"[\s,(\-]*(?:la )?(?:so )?(?:cccd|cmt?nd|chung minh|can cuoc|dinh danh)")
_BANK_NEAR = re.compile(rf"(?<![a-z0-9])(?:{_BANKS}|ngan hang)(?![a-z])")
_BUSINESS = re.compile(r"cong ty|cty|doanh nghiep|dn|htx|hop tac xa|chi nhanh|ho kinh doanh|hkd|tnhh|ma so")
_SEEN_BACK = 64
_BREAK = re.compile(r"[.;?!]\s|\n\s*\n")
NONE = "none"


@dataclass(frozen=True, slots=True)
class Cue:
    """The `kind` of the nearest cue before a number, and how many characters lie `between`."""

    kind: str
    between: int


def before(view: View, start: int) -> Cue:
    """The cue that announces the number at `start`; kind NONE when no one does."""
    window = view.low[max(0, start - _SEEN_BACK) : start]
    found = list(_CUE.finditer(window))
    if not found or _BREAK.search(window, found[-1].end()):
        return Cue(NONE, 0)
    return Cue(str(found[-1].lastgroup), len(window) - found[-1].end())


def is_bank_after(view: View, end: int) -> bool:
    """Whether the number that ends at `end` is followed by the name of a bank."""
    return bool(_BANK_AFTER.match(view.low, end))


def is_identity_after(view: View, end: int) -> bool:
    """Whether the number that ends at `end` is then called an identity number."""
    return bool(_IDENTITY_AFTER.match(view.low, end))


def is_counted_after(view: View, end: int) -> bool:
    """Whether what ends at `end` is an amount, a count or the beginning of a code."""
    return bool(_UNIT_AFTER.match(view.low, end))


def is_bank_near(view: View, start: int) -> bool:
    """Whether a bank is named shortly before the number at `start`."""
    return bool(_BANK_NEAR.search(view.low, max(0, start - _SEEN_BACK // 2), start))


def is_business_near(view: View, start: int) -> bool:
    """Whether a business is spoken of shortly before the number at `start`."""
    return bool(_BUSINESS.search(view.low, max(0, start - _SEEN_BACK), start))


def is_agency_line(view: View, start: int, end: int) -> bool:
    """Whether the number at [start, end) is the public line of an agency."""
    window = view.low[max(0, start - 2 * _SEEN_BACK) : start]
    is_owned = _OWNER_AFTER.match(view.low, end)
    is_land_line = view.low[start:end].lstrip("(+84 ").startswith(("02", "2"))
    if is_owned and is_land_line:
        return True
    return bool(_AGENCY_LINE.search(window) or (_LINE.search(window) and _AGENCY_AFTER.match(view.low, end)))
