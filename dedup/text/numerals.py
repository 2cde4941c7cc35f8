"""The values of numbers as they are written: "2,000" and "2.000" are the same, "-5" and "5" are not."""

import re
import unicodedata

# For character classes:
FRACTIONS = "¼-¾⅐-⅞"
RAISED = "⁺⁻⁰¹²³⁴-⁹"
_SEPARATORS = str.maketrans("٫٬．", ".,.", "'’\u00a0\u2009\u202f")
_EXPONENTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SIGNED = re.compile(rf"([^\d{FRACTIONS}]*)(.*?)[ -]?([{FRACTIONS}]?)([{RAISED}]*)", re.DOTALL)


def parts_of_number(written: str) -> tuple[str, ...]:
    """What stands before the first digit, the digits, a fraction of one character, and the exponent; each may
    be empty.
    """
    match = _SIGNED.fullmatch(written)
    return match.groups() if match else ("", written, "", "")


def normal_form(written: str) -> str:
    """A number with ASCII digits and a point before its decimals; a date or fraction as it is written.

    One comma or point groups thousands if three digits follow and no zero precedes it ("2.000" is "2,000"),
    and marks decimals otherwise. Where both occur, the last one marks decimals. Whatever stands before the
    first digit is a minus.
    """
    before, digits, fraction, exponent = parts_of_number(written)
    number = _normal_form(digits) if digits else ""
    if fraction:
        number = f"{number} {unicodedata.normalize('NFKC', fraction).replace('⁄', '/')}".lstrip()
    if exponent:
        number += "^" + exponent.translate(_EXPONENTS).removeprefix("+")
    return f"-{number}" if before else number


def _normal_form(written: str) -> str:
    """The normal form of a number without a sign, a fraction of one character or an exponent."""
    plain = "".join(str(unicodedata.decimal(c, c)) for c in written).translate(_SEPARATORS)
    parts = re.split("[.,]", plain)
    if not "".join(parts).isdigit():
        return re.sub(r"(?<=\d)-(?=\d+/)", " ", plain)
    marks = [c for c in plain if c in ".,"]
    decimals = ""
    if (len(marks) == 1 and not _are_groups(parts)) or (len(set(marks)) == 2 and marks.count(marks[-1]) == 1):
        decimals = parts.pop().rstrip("0")
    elif marks and not _are_groups(parts):
        return plain
    number = "".join(parts).lstrip("0") or "0"
    return f"{number}.{decimals}" if decimals else number


def _are_groups(parts: list[str]) -> bool:
    """Whether these are groups of thousands, or of lakhs and crores."""
    first, *inner, last = parts
    return 0 < len(first) <= 3 and first[0] != "0" and len(last) == 3 and {*map(len, inner)} <= {2, 3}
