"""Every knob: its default, its meaning, its check."""

import re
from dataclasses import dataclass

from dedup.errors import OptionsError

KINDS = ("block", "exact", "near", "title", "excerpt", "pattern")
CUT = ("block", "exact", "near", "title")
POLICIES = ("longest", "first", "newest", "oldest")
MACHINE = ("workers", "memory")  # what of the machine is used: of no weight for what is decided


@dataclass(frozen=True)
class Options:
    """What a run does. Frozen, without behaviour; raises OptionsError for a value that makes no sense.

    text_field, id_field: names of a document's fields
    url_field: the field whose host a report counts documents by; empty: none
    repeats, duplicates: whether to look for repeats inside documents, for near-duplicates among them
    cut: the kinds of repeats to cut
    caution: how sure an accident must be before it is cut, 0 to 1
    threshold: the exact Jaccard from which on two documents match
    contained: the share of a document's shingles from which on a document that has them covers it; 1: all of
    them; None: what is covered is not looked for
    max_loss: the share of its shingles that may be lost with a dropped document; what would lose more is kept
    ngram: words in a shingle (characters in scripts without spaces)
    num_perm: numbers in a MinHash row
    recall: the least probability with which a pair at the threshold, or at `contained`, becomes a candidate
    keep: which of several that match is kept: longest (after cutting), first, newest:FIELD, oldest:FIELD
    max_document: bytes that a record of a file or stream may have, unpacked; longer ones are rejects; 0: any
    workers: threads that read and sign; 0: as many as this process may use
    memory: bytes that comparing documents may take before it goes on on disk; 0: half of what the machine has
    """

    text_field: str = "text"
    id_field: str = "id"
    repeats: bool = True
    duplicates: bool = True
    cut: tuple[str, ...] = CUT
    caution: float = 0.7
    threshold: float = 0.8
    contained: float | None = 0.8
    max_loss: float = 1.0
    ngram: int = 3
    num_perm: int = 128
    recall: float = 0.99
    keep: str = "longest"
    max_document: int = 256 << 20
    workers: int = 0
    memory: int = 0
    url_field: str = "url"

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.cut if kind not in KINDS]
        policy, _, order_field = self.keep.partition(":")
        checks = {
            f"--cut knows {', '.join(KINDS)}, not {', '.join(unknown)}": not unknown,
            f"--threshold must lie above 0 and at most at 1, not at {self.threshold}": 0
            < self.threshold
            <= 1,
            f"--contained must be off, or lie above 0 and at most at 1, not at {self.contained}": (
                self.contained is None or 0 < self.contained <= 1
            ),
            f"--max-loss must lie between 0 and 1, not at {self.max_loss}": 0 <= self.max_loss <= 1,
            f"--recall must lie above 0 and below 1, not at {self.recall}": 0 < self.recall < 1,
            f"--caution must lie between 0 and 1, not at {self.caution}": 0 <= self.caution <= 1,
            f"--ngram must be 1 to 64 words, not {self.ngram}": 1 <= self.ngram <= 64,
            f"--num-perm must be 16 to 4096, not {self.num_perm}": 16 <= self.num_perm <= 4096,
            f"--max-document must be 1K or more, or off, not {self.max_document} bytes": self.max_document
            == 0
            or self.max_document >= 1 << 10,
            f"--workers must be 0 or more, not {self.workers}": self.workers >= 0,
            f"--memory must be at least 64M, not {self.memory} bytes": self.memory == 0
            or self.memory >= 64 << 20,
            f"--keep must be longest, first, newest:FIELD or oldest:FIELD, not {self.keep}": policy
            in POLICIES
            and bool(order_field) == (policy in ("newest", "oldest")),
        }
        for message, holds in checks.items():
            if not holds:
                raise OptionsError(message)

    @property
    def order_field(self) -> str | None:
        """The field that newest:FIELD or oldest:FIELD names."""
        return self.keep.partition(":")[2] or None


def size(text: str, option: str = "--memory") -> int:
    """The bytes that 512M, 1.5g or 4GB say, given to `option`. Raises OptionsError."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([KMGT]?)B?", text.strip().upper())
    if not match:
        raise OptionsError(f"{option} must be a size like 512M or 4G, not {text!r}")
    return int(float(match[1]) * 1024 ** " KMGT".index(match[2] or " "))
