"""The words around a person's name that announce it, or that make it the name of something else."""

import re

from classifier.personal.view import View

TITLES = frozenset(
    [
        "ông",
        "bà",
        "anh",
        "chị",
        "cô",
        "chú",
        "bác",
        "em",
        "cháu",
        "cụ",
        "bé",
        "thầy",
        "cậu",
        "dì",
        "bạn",
        "mợ",
        "thím",
        "dượng",
        "bs",
        "ls",
        "ms",
        "mr",
        "mrs",
        "đc",
        "a",
        "c",
        "e",
        "shipper",
    ]
)
BARE_TITLES = frozenset(
    ["ong", "ba", "anh", "chi", "co", "chu", "bac", "em", "chau", "cu", "be", "thay", "cau", "di", "con"]
)
SPEAKERS = frozenset(["tôi", "tui", "mình", "toi", "chào", "thưa", "gửi", "chao", "gui"])

_RELATIVE = (
    r"(?:con|vo|vk|chong|ck|bo|me|ma|cha|ba|ong|chau|em|anh|chi|co|bac|chu|be|cu|toi|minh|mk|tui|e|a|c|t|tao"
    r"|con (?:trai|gai|dau|re)|em (?:trai|gai|ho|ruot))"
)
_SELF = r"(?: (?:toi|em|minh|chau|tui|e|a|c|ay|ta))?"
_OWNER = (
    r"(?: (?:toi|em|minh|chau|tui|day du|that|goi|khach hang|nguoi \w+(?: \w+){0,2}|chu the|tk|tai khoan|tren \w+"
    r"|chu(?: cu| moi)?|ho)){0,2}"
)
_AGENT = (
    r"nguoi (?:gui|viet|lam don|phan anh|dai dien|lien he|nop|ky|nhan|khai|su dung|yeu cau|de nghi|kien nghi|khieu nai"
    r"|thu huong|mua|ban|to cao|dung ten|dan|bao|giam ho)(?: la)?"
)
_KEEPER = r"chu (?:ho|xe|tai khoan|tk|the|dat|nha(?: tro)?|tro|thue bao|co so|ho kinh doanh|shop|quan)(?: cu| moi)?|ctk"
_OFFICE = (
    r"(?:pho )?(?:chu tich|giam doc|bi thu|truong (?:thon|ban|phong|xom|ap|khu pho|khoa|tram)|hieu truong|to truong)"
    r"|ke toan(?: truong)?|thu quy|can bo|dong chi|d/c|bac si|luat su|ky su|nhan vien|chuyen vien|tai xe|lai xe"
    r"|cong an vien"
    r"|chien si"
    r"|thieu ta|trung ta|dai uy|thuong uy|y ta|dieu duong|giao vien|khach hang|cong dan|cu tri|ca nhan"
)
_OTHERS = (
    r"(?:nguyen|bi) don|con (?:trai|gai|dau|re|ut|ca)?|con|vo|chong|bo|me|cha|gap|lh|lien he|lien lac|hoi|ky ten"
    r"|kinh don|dai dien(?: nhom| to| ho| ben)?|thanh vien|cho|nha"
    r"|ben [ab]|mang ten|dung ten|doi tuong|nan nhan|hoc sinh|sinh vien|phu huynh|benh nhan|ho(?: ba| ong)?"
    r"|don cua|cua|ra ten|toi|tui|minh|(?:da )?ky|(?:co|thay) giao|(?:ong|ba) (?:noi|ngoai|cu)|(?:anh|em) (?:trai"
    r"|re)|chi (?:gai|dau)|em (?:gai|ho)"
)
_NAMED = rf"(?:ho (?:va |& ?)?(?:chu dem (?:va )?)?)?ten{_OWNER}(?: la)?|h/t"
_KIN = r"(?:anh|chi|co|chu|bac|ong|ba|em|thay|cau)"
_WORKER = (
    r"(?:ke toan|truong (?:thon|xom|ap|ban|khu pho|phong)|to truong|can bo|bao ve|giao vien|giao|nhan vien|tai xe"
    r"|lai xe|thu quy|le tan|y ta|bac si"
    r"|hang xom|chu (?:nha|tro|quan|shop)|dia chinh|tu phap|cong an|canh sat|giam doc|thu ky|pho phong|ky thuat"
    r"|dieu duong|ban hang|giao hang)"
)
_KIND = (
    r"(?:con(?: trai| gai| dau| re)?|vo|chong|bo|me|cha|chau(?: noi| ngoai)?|anh trai|chi gai|em trai|em gai"
    r"|ong noi|ba noi|ong ngoai|ba ngoai|(?:anh|chi|em) (?:ho|ruot)|chau (?:noi|ngoai)|di|cau|co|bac|chu)"
)
CUES = (
    rf"(?P<worker>{_KIN} {_WORKER}(?: xa| phuong)?|{_KIND} (?:toi|em|minh|chau|tui))"
    rf"|{_RELATIVE}{_SELF}(?: {_RELATIVE})? (?:ten{_OWNER}(?: la)?|la)|{_NAMED}|{_KEEPER}|{_AGENT}"
    rf"|(?P<office>{_OFFICE})|{_OTHERS}"
)

TITLE_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]+)(?:\s?[:\"])?\s*$")
CUE_BEFORE = re.compile(rf"(?<![a-z0-9])(?P<cue>{CUES})[ ]?[:,\-\"“'()=]{{0,3}}[ ]{{0,2}}$")
ASKS_FOR = re.compile(r"(?:ten|gap|lh|lien he|hoi)$")
_SPELT = {
    "cho": "cho", "hoi": "hỏi", "gap": "gặp", "ky": "ký", "toi": "tôi", "bo": "bố", "me": "mẹ", "vo": "vợ",
    "con": "con", "chong": "chồng", "cha": "cha", "ho": "họ", "nha": "nhà", "cua": "của", "ten": "tên",
}  # fmt: skip
GIVES_NAME = re.compile(
    r"(?:toi|nguoi|em|minh|chau|con|vo|chong|bo|me|tui|cha) (?:(?:toi|em|minh|chau) )?ten(?: la)?$|^ho (?:va )?ten|^h/t"
)
LABEL = re.compile(r"[a-z]\s?:\s?$")
SAYS_NAME = re.compile(
    r"(?:^|\s)(?:ten|la|that|lh|gap|hoi|lien he|con (?:ut|ca)|tai xe|lai xe|giao|noi|ngoai|trai|gai|dau|re)$"
)
FAREWELL = re.compile(r"(?:cam on|tran trong|kinh thu|kinh chao|ky ten|than ai|than men)[^\n]{0,24}[.,!:\-)\s]\s*$")
UNSURE_TITLES = frozenset(["co", "ba", "chi", "con", "di", "ban", "cau", "thay", "cu", "be", "a", "c", "e"])

ENDS = re.compile(
    r"(?:cong (?:ty|an|dan|chuc)|giam doc|chu tich|pho (?:chu|giam|truong|bi|phong)|truong (?:phong|ban|thon)"
    r"|bi thu|uy ban|hoi dong|trung tam|tong (?:giam|bi|cuc|cong)|bo truong|ban (?:quan|chi|nhan|thuong) "
    r"|van phong|dang uy|chi bo|kinh (?:gui|de|mong)|so dien thoai|dien thoai|dia chi|can cuoc|tai khoan|ngan hang"
    r"|thuong tru|dt\b|sdt\b"
    r"|cccd|cmnd|email)"
)
COMPOUND = re.compile(
    r"(?:thanh (?:tra|pho|toan|nien|vien|lap|phan|ly)|to (?:truong|pho|dan|khai)"
    r"|tong dai|truong hop|van (?:phong|ban|hoa|thu|de|nghe)|quy (?:trinh|dinh|che"
    r"|chuan|hoach|mo)|quan (?:ly|tri|doi|huyen)"
    r"|bao (?:cao|hiem|tri|mat|chi|dong|gom|gio)|doan (?:the|thanh|chung|kiem|cong|vien|dai)|thi (?:cuoi|tuyen"
    r"|truong|hanh|cu|xa)|nhan (?:dan|vien|su)|cong (?:ty|an|dan"
    r"|chuc|thuong|nghe|khai|bo|van|cu|nhan)|lien (?:he|thong|lac|ket|hiep)|khoa (?:hoc|hoc)|ke (?:toan|hoach)"
    r"|noi (?:dung|vu|bo)|canh sat|quoc (?:gia|hoi|phong|te|lo)"
    r"|trung (?:tam|uong|quoc|hoc)|chinh (?:phu|sach|quyen)|hoi (?:dong|nong|phu|cuu|dong)|thu (?:tuong|tuc|truong"
    r"|tu)|gia (?:dinh|han|tri)|phuong (?:an|tien|phap)|hoa don"
    r"|hien (?:nay|tai|gio)|dai (?:hoc|bieu|hoi|ly)|sinh (?:vien|nam)|phu (?:huynh|nu|luc)|giao (?:vien|duc|dich"
    r"|thong)|tin (?:hoc|nhan)|nghi (?:dinh|quyet)|viet (?:kieu|nam)|bac si"
    r"|thong (?:tin|tu|bao|ke)|tinh (?:uy|doan)|dien (?:luc|thoai|tu)|kinh (?:gui|te|doanh)|tu phap|tai (?:chinh"
    r"|khoan|nguyen|sao)|tam tru|thuong (?:truc|vu|mai)|nong dan|bi thu|chanh (?:an|van)|cong dong|chung (?:toi|em"
    r"|chau)|ngan (?:hang|sach)|hoi (?:sinh|vien)|dang (?:uy|vien|bo)|co (?:yeu|quan|so)"
    r"|kiem (?:tra|sat|toan)|tuyen (?:giao|sinh|duong)|du lieu|bai (?:ba|chay)|dan van|vui (?:khoe|long)"
    r"|dang (?:ky|nhap|tai|bai|kiem|ki)"
    r"|bien (?:so|ban|lai|che|dong|gioi)|hieu (?:truong|qua|luc|pho|suat)|phi (?:dang|dich|giao|nop|van|cap)"
    r"|dinh (?:danh|ky|huong|muc)|nham (?:lan|lam|chan|ten|so)|the (?:can|bao|nha|hoc|atm|ngan))"
)
_STREET_BEFORE = re.compile(
    r"(?<![a-z])(?P<word>duong|(?<!dan )pho|pho co|quan|phuong|xa|huyen|thi xa|thi tran|tp|thanh pho|tinh|truong"
    r"|thpt|thcs|tieu hoc|mam non|dai hoc|hoc vien|benh vien|cho|ga|cau|hem"
    r"|ngo|ngach|kiet|nui|song|ho|vuon|cong vien|quang truong|toa|ap|thon|xom|ban|buon|lang|khu|kcn"
    r"|khu cong nghiep|cang|san bay|den|chua|dinh|giai thuong|giai"
    r"|cong ty|cty|tap doan|sieu thi|hang|xi nghiep|htx|hop tac xa|doanh nghiep|ngan hang|den tho|tuyen|doan"
    r"|nga tu|nga ba|nga nam|vong xoay|chung cu|khu do thi"
    r"|ktx|lop|quy|thuong hieu|p\.|q\.|d\.|khu vuc|xe khach|nha xe|bao tang|khach san|nha hang|trung tam|vien"
    r"|ky niem|tuong dai|phong trao|thuong hieu|nha van|nha tho|nhac si|anh hung|cua hang|sach cua|ban nhac"
    r"|mv|phim|bai hat|\d[a-z]?(?! ?\.)|/\d+[a-z]?)[ .]*$"
)
_STREET_SPELT = {
    "ho": "hồ", "cho": "chợ", "den": "đền", "dinh": "đình", "cau": "cầu", "hang": "hãng", "doan": "đoạn",
    "ban": "bản", "lang": "làng", "truong": "trường", "quan": "quận", "duong": "đường", "chua": "chùa",
    "giai": "giải", "quy": "quỹ", "ngo": "ngõ", "vien": "viện", "tinh": "tỉnh", "xa": "xã", "phuong": "phường",
    "lop": "lớp", "pho": "phố", "nui": "núi", "song": "sông", "vuon": "vườn", "cang": "cảng", "ga": "ga",
    "buon": "buôn", "ap": "ấp", "xom": "xóm", "thon": "thôn", "huyen": "huyện", "hem": "hẻm", "kiet": "kiệt",
    "tuyen": "tuyến",
}  # fmt: skip
_NOT_PLACES_BARE = frozenset(("cho", "ban", "den", "doan", "hang"))
CONTACT_AFTER = re.compile(
    r"\s*[-:,(;\n]*\s*(?:sdt|dt|so|cccd|cmnd|tel|zalo|thuong tru|tru|ngu|dia chi|can ho|can \d|nha o|sinh"
    r"|\d\d ?t(?:uoi)?\b|sn\b|sinh nam|\d{4}\)|[+(]?[0-9o][0-9 .()\-oil]{7}|[^\s@]+@)"
)
CONTACT_BEFORE = re.compile(r"(?:[0-9]{2}|\.com|\.vn)[)\s]*[-,:(;\n]+\s*$|[0-9]{3}\s$")
AND = re.compile(r"\s*(?:,|;|va|&|-|/|voi)\s*")
CLOSING = re.compile(
    r"(?:cam on|tran trong|ky ten|ky|nguoi [a-z ]{2,20}|chao|kinh don|thay mat|dai dien[a-z ]*)[\s.,!)(a-z]{0,18}$"
)
ORDINALS = frozenset(
    [
        "hai",
        "ba",
        "tư",
        "năm",
        "sáu",
        "bảy",
        "tám",
        "chín",
        "mười",
        "út",
        "cả",
        "tu",
        "sau",
        "bay",
        "tam",
        "chin",
        "muoi",
        "ut",
    ]
)
SEEN_BACK = 40


def is_place_before(view: View, start: int) -> bool:
    """Whether the name at `start` is announced as that of a street, a school or another place."""
    place = _STREET_BEFORE.search(view.low, max(0, start - SEEN_BACK), start)
    if not place:
        return False
    if view.is_bare and place["word"] in _NOT_PLACES_BARE:
        return False
    spelt = _STREET_SPELT.get(place["word"])
    written = view.text[place.start("word") : place.end("word")].lower()
    return view.is_bare or spelt is None or written == spelt


def announced(view: View, start: int) -> re.Match[str] | None:
    """The cue right before `start`, spelt with its marks where the writer uses marks."""
    cue = CUE_BEFORE.search(view.low, max(0, start - SEEN_BACK), start)
    if cue and not view.is_bare and cue["cue"] in _SPELT:
        written = view.text[cue.start("cue") : cue.end("cue")].lower()
        return cue if written == _SPELT[cue["cue"]] else None
    return cue
