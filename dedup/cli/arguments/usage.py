"""What argparse says of wrong usage -> a sentence that says what to do, with what was probably meant."""

import re
from collections.abc import Callable, Iterable, Sequence

_ALIKE = 0.6  # similarity of two names, from which on one may be meant


def sentence(message: str, options: Sequence[str]) -> str:
    """The sentence for a message of argparse. `options`: those that the command takes."""
    for pattern, render in _MESSAGES.items():
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return render(match, options)
    return re.sub(r"^argument (?:-\w, ?|-\w/)*(\S+): ", r"\1 ", message)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question that names what is most like a name; empty if nothing is."""
    from difflib import get_close_matches  # late: for wrong usage only

    plain = {other.strip("-"): other for other in names}
    alike = get_close_matches(name.strip("-").replace("_", "-"), plain, 1, _ALIKE)
    return f"; did you mean {plain[alike[0]]}?" if alike else ""


def _unknown(match: re.Match[str], options: Sequence[str]) -> str:
    words = match[1].split(" ")
    unknown = next((word for word in words if word.startswith("-")), None)
    if unknown is None:
        return f"there is one word too many: {' '.join(words)}"
    name = unknown.partition("=")[0]
    return f"there is no option {name}{did_you_mean(name, options)}"


def _choice(match: re.Match[str], _: Sequence[str]) -> str:
    what, given = _long(match[1]), match[2]
    names = re.findall(r"[\w-]+", match[3])
    meant = did_you_mean(given, names)
    if what in ("COMMAND", "ACTION"):
        return f"there is no {what.lower()} {given}{meant or '; there are ' + ', '.join(names)}"
    return f"{what} is one of {', '.join(names)}, not {given}{meant}"


def _required(match: re.Match[str], _: Sequence[str]) -> str:
    names = match[1].split(", ")
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} missing"


def _ambiguous(match: re.Match[str], _: Sequence[str]) -> str:
    return f"{match[1]} can be {match[2]}: write it in full"


def _no_value(match: re.Match[str], _: Sequence[str]) -> str:
    return f"{_long(match[1])} needs a value"


def _number(match: re.Match[str], _: Sequence[str]) -> str:
    what = "a whole number" if match[2] == "int" else "a number"
    return f"{_long(match[1])} must be {what}, not {match[3]}"


def _long(names: str) -> str:
    """The long name of an option, of those that a message gives."""
    return names.rsplit("/", maxsplit=1)[-1]


_MESSAGES: dict[str, Callable[[re.Match[str], Sequence[str]], str]] = {
    r"unrecognized arguments: (.*)": _unknown,
    r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)": _choice,
    r"the following arguments are required: (.*)": _required,
    r"ambiguous option: (\S+) could match (.*)": _ambiguous,
    r"argument (\S+): expected (?:at least )?one argument": _no_value,
    r"argument (\S+): invalid (int|float) value: (.*)": _number,
}
