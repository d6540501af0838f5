"""The words around a person's name that announce it, or that make it the name of something else."""

import re

TITLES = frozenset(
    "ông bà anh chị cô chú bác em cháu cụ bé thầy cậu dì bạn mợ thím dượng bs ls ms mr mrs đc a c e shipper".split()
)
BARE_TITLES = frozenset("ong ba anh chi co chu bac em chau cu be thay cau di ban con".split())
SPEAKERS = frozenset("tôi tui mình toi minh chào thưa gửi chao gui".split())

_RELATIVE = (
    r"(?:con|vo|vk|chong|ck|bo|me|ma|cha|ba|ong|chau|em|anh|chi|co|bac|chu|be|cu|toi|minh|mk|tui|e|a|c|t|tao"
    r"|con (?:trai|gai|dau|re)|em (?:trai|gai|ho|ruot))"
)
_SELF = r"(?: (?:toi|em|minh|chau|tui|e|a|c|ay|ta))?"
_OWNER = (
    r"(?: (?:toi|em|minh|chau|tui|day du|that|goi|khach hang|nguoi \w+|chu the|tk|tai khoan|tren \w+|chu(?: cu| moi)?|ho)){0,2}"
)
_AGENT = (
    r"nguoi (?:gui|viet|lam don|phan anh|dai dien|lien he|nop|ky|nhan|khai|su dung|yeu cau|de nghi|kien nghi|khieu nai"
    r"|thu huong|mua|ban|to cao|dung ten|dan|bao|giam ho)"
)
_KEEPER = r"chu (?:ho|xe|tai khoan|tk|the|dat|nha(?: tro)?|tro|thue bao|co so|ho kinh doanh|shop|quan)(?: cu| moi)?|ctk"
_OFFICE = (
    r"(?:pho )?(?:chu tich|giam doc|bi thu|truong (?:thon|ban|phong|xom|ap|khu pho|khoa|tram)|hieu truong|to truong)"
    r"(?: (?:xa|phuong|ubnd (?:xa|phuong)))?"
    r"|ke toan(?: truong)?|thu quy|can bo|dong chi|d/c|bac si|luat su|ky su|nhan vien|tai xe|lai xe|cong an vien|chien si"
    r"|thieu ta|trung ta|dai uy|thuong uy|y ta|dieu duong|giao vien|khach hang|cong dan|cu tri|ca nhan"
)
_OTHERS = (
    r"(?:nguyen|bi) don|con (?:trai|gai)?|con|vo|chong|bo|me|cha|gap|lh|lien he|lien lac|hoi|ky ten|kinh don|dai dien|thanh vien"
    r"|ben [ab]|mang ten|dung ten|doi tuong|nan nhan|hoc sinh|sinh vien|phu huynh|benh nhan|ho(?: ba| ong)?|don cua|cua|ra ten"
)
_NAMED = rf"(?:ho (?:va |& ?)?(?:chu dem (?:va )?)?)?ten{_OWNER}(?: la)?|h/t"
CUES = rf"{_RELATIVE}{_SELF}(?: {_RELATIVE})? (?:ten{_OWNER}(?: la)?|la)|{_NAMED}|{_KEEPER}|{_AGENT}|{_OFFICE}|{_OTHERS}"

TITLE_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]+)(?:\s?[:\"])?\s*$")
CUE_BEFORE = re.compile(rf"(?<![a-z0-9])(?P<cue>{CUES})\s?[:,\-\"“'(=]{{0,3}}\s*$")
SAYS_NAME = re.compile(r"(?:^|\s)(?:ten|la|that|lh|gap|hoi|lien he|con (?:trai|gai)|tai xe|lai xe)$")

ENDS = re.compile(
    r"(?:cong (?:ty|an|dan|chuc)|giam doc|chu tich|pho |truong (?:phong|ban|thon)|bi thu|uy ban|hoi dong|trung tam|tong |bo truong|ban "
    r"|van phong|dang uy|chi bo|kinh |so dien thoai|dien thoai|dia chi|can cuoc|tai khoan|ngan hang|sinh |ngu |tru |thuong tru|dt\b|sdt\b"
    r"|cccd|cmnd|email|hien |que )"
)
COMPOUND = re.compile(
    r"(?:thanh (?:tra|pho|toan|nien|vien|lap|phan|ly)|van (?:phong|ban|hoa|thu|de|nghe)|quy (?:trinh|dinh|che|chuan|hoach|mo)|quan (?:ly|tri|doi|huyen)"
    r"|bao (?:cao|hiem|tri|mat|chi|dong|gom|gio)|doan (?:the|thanh|chung|kiem|cong|vien|dai)|thi (?:cuoi|tuyen|truong|hanh|cu|xa)|nhan (?:dan|vien|su)|cong (?:ty|an|dan"
    r"|chuc|thuong|nghe|khai|bo|van|cu|nhan)|lien (?:he|thong|lac|ket|hiep)|khoa (?:hoc|hoc)|ke (?:toan|hoach)|noi (?:dung|vu|bo)|canh sat|quoc (?:gia|hoi|phong|te|lo)"
    r"|trung (?:tam|uong|quoc|hoc)|chinh (?:phu|sach|quyen)|hoi (?:dong|nong|phu|cuu|dong)|thu (?:tuong|tuc|truong|tu)|gia (?:dinh|han|tri)|phuong (?:an|tien|phap)|hoa don"
    r"|hien (?:nay|tai|gio)|dai (?:hoc|bieu|hoi|ly)|sinh (?:vien|nam)|phu (?:huynh|nu|luc)|giao (?:vien|duc|dich|thong)|tin (?:hoc|nhan)|nghi (?:dinh|quyet)|viet (?:kieu|nam)|bac si"
    r"|thong (?:tin|tu|bao|ke)|tinh (?:uy|doan)|dien (?:luc|thoai|tu)|kinh (?:gui|te|doanh)|tu phap|tai (?:chinh|khoan|nguyen|sao)|tam tru|thuong truc|nong dan|bi thu)"
)
STREET_BEFORE = re.compile(
    r"(?<![a-z])(?:duong|pho|pho co|quan|phuong|xa|huyen|thi xa|thi tran|tp|thanh pho|tinh|truong|thpt|thcs|tieu hoc|mam non|dai hoc|hoc vien|benh vien|cho|ga|cau|hem"
    r"|ngo|ngach|kiet|nui|song|ho|vuon|cong vien|quang truong|toa|ap|thon|xom|ban|buon|lang|khu|kcn|khu cong nghiep|cang|san bay|den|chua|dinh|giai thuong|giai"
    r"|cong ty|cty|tap doan|sieu thi|hang|xi nghiep|htx|hop tac xa|doanh nghiep|ngan hang|den tho|tuyen|doan|nga tu|nga ba|nga nam|vong xoay|chung cu|khu do thi"
    r"|ktx|lop|quy|thuong hieu|p\.|q\.|d\.|\d[a-z]?|/\d+[a-z]?)[ .]*$"
)
CONTACT_AFTER = re.compile(
    r"\s*[-:,(;\n]*\s*(?:sdt|dt|so|cccd|cmnd|tel|zalo|sn\b|sinh nam|\d{4}\)|[+(]?[0-9o][0-9 .()\-oil]{7}|[^\s@]+@)"
)
CONTACT_BEFORE = re.compile(r"(?:[0-9]{2}|\.com|\.vn)[)\s]*[-,:(;\n]+\s*$|[0-9]{3}\s$")
AND = re.compile(r"\s*(?:,|;|va|&|-|/|voi)\s*")
CLOSING = re.compile(
    r"(?:cam on|tran trong|ky ten|ky|nguoi [a-z ]{2,20}|chao|kinh don|thay mat|dai dien[a-z ]*)[\s.,!)(a-z]{0,18}$"
)
ORDINALS = frozenset("hai ba tu nam sau bay tam chin muoi ut ca".split())
