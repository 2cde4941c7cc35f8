"""The rows that the weights of repeats are fitted to: judged repeats, accidents injected by seed, what
authors repeat on purpose, and the invented articles of fixtures/.
"""

import random
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from bench.corpora.data import read_documents
from bench.paths import TOP
from bench.repeats.accidents import KINDS, make
from bench.repeats.labelled import JudgedPage, Observed, Span, match_unit, observe, overlap

INJECTED, INJECTED_WEIGHT = 1200, 0.1
AUTHORS_WEIGHT, PER_TEXT = 0.05, 3
# of an accident and of what an author repeats, in the invented articles: more of the latter costs recall on
# real extracted articles, more of the former hardly anything
INVENTED_WEIGHTS = 4.0, 0.6
AUTHORS = ("extractors/pages", "reuters/articles", "versions/documents", "languages/articles")
_SURE = 3  # of a judged repeat about which its judges were sure


class Row(NamedTuple):
    """One observed repeat with its label."""

    features: dict[str, float]
    accident: bool
    weight: float


def judged(page: JudgedPage) -> Iterator[Row]:
    """The rows of the judged repeats of a page; those that were hard to judge weigh less."""
    for unit in page.units:
        match = match_unit(page.observed, unit) if unit["label"] != "either" else None
        if match is not None:
            yield Row(page.observed[match].features, unit["label"] == "cut", unit["sure"] / _SURE)


def others() -> list[Row]:
    """The rows that are from no judged page."""
    return [*injected(INJECTED, 5), *authors(), *invented()]


def injected(count: int, seed: int) -> Iterator[Row]:
    """The rows of injected accidents: repeats of which 80% are in the copy, or in what it copies."""
    for accident in make(count, KINDS, (0.0, 0.01, 0.03), seed):
        copies = [(accident.start, accident.end), *accident.of]
        for repeat in observe(accident.broken):
            if any(_is_within(repeat.span, copy) for copy in copies):
                yield Row(repeat.features, True, INJECTED_WEIGHT)


def authors() -> Iterator[Row]:
    """The rows of repeats in texts by authors alone (article texts, news wires, terms of service). Hardly any
    of them is an accident. At most PER_TEXT of a text.
    """
    rng = random.Random(3)
    for name in AUTHORS:
        for document in read_documents(name):
            if document.get("extractor", "truth") == "truth":
                repeats = observe(document["text"])
                for repeat in rng.sample(repeats, min(PER_TEXT, len(repeats))):
                    yield Row(repeat.features, False, AUTHORS_WEIGHT)


def invented() -> Iterator[Row]:
    """The rows of the invented articles: what an author repeats on purpose, the same texts twice, and
    articles with one accident each.
    """
    for path in sorted((TOP / "fixtures/untouched").glob("*.txt")):
        text = _read(path).rstrip("\n")
        yield from (Row(repeat.features, False, INVENTED_WEIGHTS[1]) for repeat in observe(text))
        twice = f"{text}\n\n{text}\n"
        copies = [repeat for repeat in observe(twice) if _is_within(repeat.span, (len(text), len(twice)))]
        longest = max(copies, key=lambda repeat: repeat.span[1] - repeat.span[0])
        yield Row(longest.features, True, INVENTED_WEIGHTS[0])
    for path in sorted((TOP / "fixtures/repeats").glob("*.clean.txt")):
        broken = _read(path.with_name(path.name.replace(".clean.txt", ".txt")))
        yield from _of_accident(broken, _read(path))


def _of_accident(broken: str, clean: str) -> Iterator[Row]:
    """The rows of an article with an accident and of its answer."""
    before, after = broken.splitlines(keepends=True), clean.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    gone = [(starts[first], starts[last]) for name, first, last, *_ in blocks if name != "equal"]
    for repeat in observe(broken):
        inside, outside = _is_gone(repeat, gone), not any(overlap(repeat.span, span) for span in gone)
        if inside or outside:
            yield Row(repeat.features, inside, INVENTED_WEIGHTS[not inside])


def _is_gone(repeat: Observed, gone: list[Span]) -> bool:
    return sum(overlap(repeat.span, span) for span in gone) >= 0.8 * (repeat.span[1] - repeat.span[0])


def _is_within(span: Span, copy: Span) -> bool:
    return overlap(span, copy) >= 0.8 * (span[1] - span[0])


def _read(path: Path) -> str:
    return path.read_bytes().decode()
