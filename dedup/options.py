"""The options of a run: their defaults, their meanings and their checks."""

import re
from collections.abc import Collection
from dataclasses import dataclass, fields
from decimal import Decimal
from math import nan
from pathlib import Path
from typing import Any, TypedDict

from dedup.errors import OptionsError
from dedup.policy import DEFAULT, Policy, described

KINDS = ("block", "exact", "near", "title", "excerpt", "pattern", "site")
"""The kinds of repeats."""
CUT = ("block", "exact", "near", "title", "excerpt", "site")
"""The kinds that are cut by default."""
ACTIONS = ("drop", "tag")
"""What is done with near-duplicates: they are dropped, or kept with the fields of a tag."""
TAG_FIELDS = ("duplicate_of", "similarity")
"""The fields of a tag: the name of the keeper, and the Jaccard of the document and its keeper."""
EXTRACTORS = ("trafilatura", "html-text")
"""What takes the text out of HTML pages: trafilatura the article, html-text all of it."""
FOLLOWS = "threshold"
"""The value of `contained` that stands for that of `threshold`."""
SHARES = ("caution", "threshold", "contained", "max_loss", "recall")
"""The options that are shares."""
MACHINE = ("workers", "memory")
"""The options that do not change decisions."""


@dataclass(frozen=True)
class Options:
    """What a run does. Shares are numbers from 0 to 1, or texts such as "80%". Raises OptionsError for a
    value that makes no sense.
    """

    text_field: str = "text"
    """The field with the text of a document."""
    id_field: str = "id"
    """The field with its id."""
    repeats: bool = True
    """Whether to look for repeats inside documents."""
    duplicates: bool = True
    """Whether to look for near-duplicates."""
    cut: tuple[str, ...] = CUT
    """The kinds of repeats to cut, out of KINDS."""
    caution: float = 0.95
    """Repeats are cut as long as at least this share of the cuts is right, 0 to 1, by what was measured on
    pages that the weights of the evidence were not fitted to.
    """
    threshold: float = 0.8
    """How similar documents must be to match, above 0 to 1: with at least this Jaccard similarity, or (unless
    `contained` says otherwise) with at least this share of the shingles of one in the other.
    """
    contained: float | str | None = FOLLOWS
    """A document with at least this share of its shingles in another one matches it, from `threshold` to 1;
    "threshold": the same as `threshold`; None: only the Jaccard similarity counts. See `containment`.
    """
    max_loss: float = 1.0
    """A document is kept if its keeper lacks more than this share of its shingles, 0 to 1."""
    ngram: int = 3
    """Words in a shingle (characters in scripts without spaces)."""
    num_perm: int = 128
    """Hash values in a MinHash signature."""
    recall: float = 0.99
    """The least probability with which a pair just at `threshold` or `contained` is found, 0 to 1."""
    keep: str = DEFAULT
    """Which one of several that match is kept: longest (once cut), first, newest:FIELD or oldest:FIELD, after
    any prefer:FIELD=VALUE and a comma.
    """
    never_drop: str | Path | Collection[str] | None = None
    """Documents that are never dropped: their ids (source:position of documents without one), or the path of
    a file with an id in each line, or of a ledger, for the documents that its run kept.
    """
    action: str = "drop"
    """What is done with near-duplicates: drop; or tag: they are kept, with the fields in TAG_FIELDS."""
    max_document: int = 256 << 20
    """Bytes that a record may have after decompression; longer ones are rejects; 0: any number."""
    workers: int = 0
    """Threads; 0: as many as the process may use."""
    memory: int = 0
    """Bytes for comparisons; larger ones spill to disk; 0: half of what this process may use."""
    url_field: str = "url"
    """The field with the URL: what its host prints on many pages is cut, reports count documents by the host,
    an index finds updates by it; "": none.
    """
    site_field: str = ""
    """The field that names the site of a document, or has an address on it; "": the host of the URL does."""
    extractor: str = "trafilatura"
    """What takes the text out of HTML pages, out of EXTRACTORS."""
    strict: bool = False
    """Whether a damaged file ends the run. Else what can be read of it is read, and its rest is a reject."""
    title_field: str = "title"
    """The field with the title; "": documents have none."""
    date_field: str = "date"
    """The field with the date of publication, which reports show; "": documents have none."""
    updates: str = "pass"
    """What becomes of an article whose URL, or else id, an index has with other words: pass, it is kept as an
    update; or drop, it is dropped if it matches the earlier version.
    """

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in SHARES}
        for name, value in given.items():
            if isinstance(value, str) and value != FOLLOWS:
                is_off = name == "contained" and value == "off"
                object.__setattr__(self, name, None if is_off else parse_share(value))
        for message, is_met in _checks(self, given).items():
            if not is_met:
                raise OptionsError(message)

    @property
    def policy(self) -> Policy:
        """The parsed `keep`."""
        return Policy.parse(self.keep)

    @property
    def cuts_sites(self) -> bool:
        """Whether what a site prints on many pages is looked for."""
        return self.repeats and "site" in self.cut and bool(self.url_field or self.site_field)

    @property
    def containment(self) -> float | None:
        """The share of a document's shingles in another one from which on it matches; None: any share."""
        return self.threshold if self.contained == FOLLOWS else _number_or_none(self.contained)

    def as_values(self) -> dict[str, Any]:
        """Every option as JSON has it. Ids in `never_drop` become their number: "2 ids"; `contained` is the
        number that it stands for.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["contained"] = self.containment
        if self.never_drop is not None:
            file = (self.never_drop_file or "").encode(errors="backslashreplace").decode()
            values["never_drop"] = file or f"{len(self.never_drop):,} ids"  # type: ignore[arg-type]
        return values

    @property
    def never_drop_file(self) -> str | None:
        """The path in `never_drop`; None if it holds ids."""
        return str(self.never_drop) if isinstance(self.never_drop, str | Path) else None

    @property
    def tags(self) -> bool:
        """Whether near-duplicates are tagged and not dropped."""
        return self.action == "tag"


class OptionChanges(TypedDict, total=False):
    """Single options as keyword arguments; `Options` says what each one means."""

    text_field: str
    id_field: str
    repeats: bool
    duplicates: bool
    cut: tuple[str, ...]
    caution: float
    threshold: float
    contained: float | str | None
    max_loss: float
    ngram: int
    num_perm: int
    recall: float
    keep: str
    never_drop: str | Path | Collection[str] | None
    action: str
    max_document: int
    workers: int
    memory: int
    url_field: str
    site_field: str
    extractor: str
    strict: bool
    title_field: str
    date_field: str
    updates: str


def _number_or_none(value: float | str | None) -> float | None:
    return None if value is None else float(value)


_TEXTS = (
    *("text_field", "id_field", "title_field", "date_field", "url_field", "site_field"),
    *("keep", "updates", "action", "extractor"),
)


def _checks(options: Options, given: dict[str, Any]) -> dict[str, bool]:
    """Whether options meet each condition, by the message for those that do not. `given`: the shares as they
    were written.
    """
    odd = next((f"--{name.replace('_', '-')}" for name in _TEXTS if not _is_utf8(getattr(options, name))), "")
    unknown = ", ".join(kind for kind in options.cut if kind not in KINDS)
    threshold, contained, limit = options.threshold, options.containment, options.max_document
    follows = contained is None or contained >= threshold
    shares = {
        "threshold": ("above 0 and at most 1", 0 < threshold <= 1),
        "contained": ("threshold, off, or above 0 and at most 1", contained is None or 0 < contained <= 1),
        "max_loss": ("between 0 and 1", 0 <= options.max_loss <= 1),
        "recall": ("above 0 and below 1", 0 < options.recall < 1),
        "caution": ("between 0 and 1", 0 <= options.caution <= 1),
    }
    return {
        f"--{name.replace('_', '-')} must be {limits} (80% is 0.8), not {given[name]}": is_met
        for name, (limits, is_met) in shares.items()
    } | {
        f"--contained {given['contained']} is below --threshold {given['threshold']}, which would decide "
        "nothing then: lower --threshold, and leave --contained out (it follows)": follows,
        f"{odd} is not valid UTF-8": not odd,
        f"--cut takes {', '.join(KINDS)}, not {unknown}": not unknown,
        f"--ngram must be 1 to 64 words, not {options.ngram}": 1 <= options.ngram <= 64,
        f"--num-perm must be 16 to 4096, not {options.num_perm}": 16 <= options.num_perm <= 4096,
        f"--max-document must be at least 1K, or off (0 in Python), not {limit} bytes": limit == 0
        or limit >= 1 << 10,
        f"--updates must be pass or drop, not {options.updates}": options.updates in ("pass", "drop"),
        f"--workers must be 0 or more, not {options.workers}": options.workers >= 0,
        f"--memory must be at least 64M, not {options.memory} bytes": (
            options.memory == 0 or options.memory >= 64 << 20
        ),
        f"--extractor must be {' or '.join(EXTRACTORS)}, not {options.extractor}": options.extractor
        in EXTRACTORS,
        f"--action must be drop or tag, not {options.action}": options.action in ACTIONS,
        f"--action tag writes the fields {' and '.join(TAG_FIELDS)}, which cannot be the text or the id: "
        "rename the field, and name it with --text-field or --id-field": (
            not options.tags or not {options.text_field, options.id_field} & {*TAG_FIELDS}
        ),
        f"--keep must be {described()}, not {options.keep}": _is_policy(options.keep),
    }


def _is_utf8(text: str | None) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text or "")


def _is_policy(text: str) -> bool:
    try:
        Policy.parse(text)
    except ValueError:
        return False
    return True


def parse_share(text: str) -> float:
    """The number that a text such as 0.8 or 80% stands for; NaN for another text: it is within no limits."""
    match = re.fullmatch(r"(-?[0-9]{0,9}(?:\.[0-9]{1,20})?)( ?%)?", text.strip(), re.ASCII)
    if not match or not match[1].strip("-"):
        return nan
    return float(Decimal(match[1]) / (100 if match[2] else 1))


def parse_size(text: str, option: str = "--memory") -> int:
    """The bytes in a size such as 512M, 1.5g or 4GB, the value of `option`. Raises OptionsError."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([KMGT]?)B?", text.strip().upper())
    if not match:
        raise OptionsError(f"{option} must be a size like 512M or 4G, not {text!r}")
    return int(float(match[1]) * 1024 ** " KMGT".index(match[2] or " "))
