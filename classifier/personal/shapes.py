"""What the digits alone can tell: phone, identity, tax code."""

import re

# Thông tư 07/2016/TT-BCA, Appendix I: provinces and cities in identity numbers.
_PROVINCES = {
    "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022", "024", "025",
    "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042", "044", "045", "046", "048",
    "049", "051", "052", "054", "056", "058", "060", "062", "064", "066", "067", "068", "070", "072", "074", "075",
    "077", "079", "080", "082", "083", "084", "086", "087", "089", "091", "092", "093", "094", "095", "096",
}  # fmt: skip
_CENTURIES = "0123"  # sex and century of birth, 1900–2099
_PHONE = re.compile(r"(?:0|84|840|0084)(?:[35789]\d{8}|2\d{9}|1[2689]\d{8})")
_LOCAL = re.compile(r"[35789]\d{8}|[2-8]\d{7}|04\d{8}")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_TAX_LENGTHS = (10, 13)


def is_phone(digits: str) -> bool:
    """Whether `digits` are a whole Vietnamese number: mobile, land line, or a mobile of before 2018."""
    return bool(_PHONE.fullmatch(digits))


def is_local_phone(digits: str) -> bool:
    """Whether `digits` may be a number that lost its 0 or its area code."""
    return bool(_LOCAL.fullmatch(digits))


def is_foreign_phone(digits: str) -> bool:
    """Whether `digits` after a plus sign can be a number of any country (ITU-T E.164: at most 15 digits)."""
    return 8 <= len(digits) <= 15 and not digits.startswith("0")


def is_identity(digits: str) -> bool:
    """Whether twelve `digits` begin with a province, and a sex and century, that exist."""
    return len(digits) == 12 and digits[:3] in _PROVINCES and digits[3] in _CENTURIES


def is_tax_length(digits: str) -> bool:
    """Whether `digits` are as many as a tax code's: 10, or 13 for a dependent unit."""
    return len(digits) in _TAX_LENGTHS


def is_tax_code(digits: str) -> bool:
    """Whether `digits` carry the check digit of a tax code."""
    if not is_tax_length(digits):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return 10 - total % 11 == int(digits[9])
