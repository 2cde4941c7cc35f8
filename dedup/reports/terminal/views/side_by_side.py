"""Two documents: how similar they are, then their texts side by side, or below each other where the terminal
is narrow.
"""

from collections.abc import Iterator

from rich.box import Box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from dedup.explain.compare import DocumentComparison
from dedup.explain.passages import Fragment, Passage, PassageRow
from dedup.identity import Identity
from dedup.options import FOLLOWS
from dedup.reports import shorten
from dedup.reports.layout import DIM, NAME, OTHER, Part, grid
from dedup.reports.numbers import contained, number, similarity
from dedup.reports.safe import location, middle, name, safe

WIDEST = 200  # columns: twice the width that is pleasant to read
_SIDES = 100  # columns from which on the texts are side by side
_NAME = 50  # columns for the name of a document
_NUMBERS = 3  # of a template that are shown
LABELS, STYLES, _NOTE = "AB", (NAME, OTHER), "dim italic"
_BAR = Box("    \n  │ \n    \n  │ \n    \n    \n  │ \n    \n")
_NORMALISED = "They differ only in case, punctuation, spacing or how characters are encoded."


def report(compared: DocumentComparison, full: bool, colour: bool) -> Iterator[Part]:
    """The verdict and its numbers; the texts. `full`: nothing is left out."""
    yield [*_verdict(compared), *(_document(compared, i) for i in (0, 1)), *_cuts(compared)]
    yield [legend(colour)]
    if compared.rows:
        yield [Texts(compared.rows, full, colour)]


def _verdict(compared: DocumentComparison) -> Part:
    """Whether the documents match, in a sentence, and where its number comes from."""
    if not all(compared.words):
        return [Text(f"No match: {_wordless(compared.words)}.", style="bold")]
    if compared.difference and compared.same_words:
        reason = safe(compared.difference.reason)
        return [Text(f"A close call, so both are kept: {reason}; the same words.", style="bold")]
    if compared.same_text:
        return [Text("Exact copies: the same text, character for character.", style="bold")]
    if compared.same_words:
        same = Text("Exact copies: the same words in the same order.", style="bold")
        return [same, Text(_NORMALISED, style=DIM)]
    all_shingles = sum(compared.shingles) - compared.shared
    shared = f"{compared.shared:,} of {number(all_shingles, 'shingle')} are shared"
    why = f"{shared} (runs of {number(compared.options.ngram, 'word')})."
    return [Text(_match(compared), style="bold"), Text(why, style=DIM)]


def _match(compared: DocumentComparison) -> str:
    """Whether two documents that are no exact copies match."""
    jaccard, threshold = similarity(compared.jaccard), f"{compared.options.threshold:g}"
    below = f"Jaccard {jaccard} is below the threshold of {threshold}"
    if not compared.is_similar and not compared.contained:
        return f"No match: {below}{_not_contained(compared)}."
    reaches = f"Jaccard {jaccard} reaches the threshold of {threshold}"
    match = reaches if compared.is_similar else f"{_contained(compared)}; {below}"
    if compared.figures:
        return f"Same text, different numbers, so both are kept: {_numbers(compared)}; {match}."
    if compared.difference:
        return f"A close call, so both are kept: {safe(compared.difference.reason)}; {match}."
    return f"A match: {match}."


def _numbers(compared: DocumentComparison) -> str:
    """The numbers in which a template's copies differ."""
    changed = ", ".join(f"{safe(one)} / {safe(other)}" for one, other, _ in compared.figures[:_NUMBERS])
    more = len(compared.figures) - _NUMBERS
    return f"{changed} and {number(more, 'more number')} differ" if more > 0 else f"{changed} differ"


def _contained(compared: DocumentComparison) -> str:
    """Which document contains enough of the other."""
    i = max(compared.contained, key=lambda i: compared.covered[i])
    share = contained(compared.covered[i])
    option = "--threshold" if compared.options.contained == FOLLOWS else "--contained"
    limit = f"{option} {compared.options.containment:g}"
    return f"{LABELS[1 - i]} contains {share} of {LABELS[i]} ({limit})"


def _not_contained(compared: DocumentComparison) -> str:
    """Why the documents do not match by containment either."""
    least = compared.options.containment
    if least is None:
        return ""
    short = [LABELS[i] for i in compared.covered_enough]
    if short:
        verb = "is" if len(short) == 1 else "are"
        return f", and {' and '.join(short)} {verb} too short to match by containment"
    return f", and neither contains {100 * least:g}% of the other"


def _wordless(words: tuple[int, int]) -> str:
    """Which document has no words."""
    return f"{LABELS[words.index(0)]} has no words" if any(words) else "neither has words"


def _document(compared: DocumentComparison, i: int) -> Text:
    """What A or B is, its length, and how much of it the other one contains."""
    identity, words, shingles = compared.identities[i], compared.words[i], compared.shingles[i]
    line = Text().append(f"{LABELS[i]}  ", style=f"bold {STYLES[i]}").append_text(named(identity, _NAME))
    alone = f"{shingles - compared.shared:,} only here"
    counts = f"\n   {number(words, 'word')}, {number(shingles, 'shingle')}, {alone}; "
    line.append(counts, style="not bold dim")
    return line.append(f"{LABELS[1 - i]} contains {contained(compared.covered[i])} of it")


def named(identity: Identity, width: int) -> Text:
    """The id and the location of a document, or its location alone, each in at most `width` columns."""
    text = Text().append(middle(name(identity), width), style="bold")
    if identity["id"] is not None:
        text.append(f"  {middle(location(identity), width)}", style=DIM)
    return text


def _cuts(compared: DocumentComparison) -> Part:
    """How much was cut before the comparison."""
    cuts = [f"{cut:,} of {label}" for cut, label in zip(compared.cut, LABELS, strict=True) if cut]
    if not cuts:
        return []
    text = f"Characters cut as repeats before the comparison: {' and '.join(cuts)}"
    return [Text(f"{text} (--no-repeats compares all).", style=DIM)]


def legend(colour: bool) -> Text:
    """How to read the marks."""
    legend = Text().append("Marks: ", style=DIM)
    if not colour:
        return legend.append("[+only in this text+], the rest is shared")
    legend.append("shared", style=DIM)
    for label, style in zip(LABELS, STYLES, strict=True):
        legend.append(", ").append(f"only in {label}", style=style)
    return legend


class Texts:
    """Both texts in rows, from `_SIDES` columns on side by side."""

    def __init__(self, rows: list[PassageRow], full: bool, colour: bool) -> None:
        self.rows, self.full, self.colour = rows, full, colour

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One table."""
        yield self._side_by_side() if options.max_width >= _SIDES else self._below_each_other()

    def _side_by_side(self) -> Table:
        table = Table(
            box=_BAR, show_header=False, show_edge=False, expand=True, pad_edge=False, border_style=DIM
        )
        for _ in LABELS:
            table.add_column(ratio=1, overflow="fold")
        for count, row in enumerate(shorten.rows(self.rows, self.full)):
            if count:
                table.add_row("", "")
            table.add_row(*([_note(row)] * 2 if isinstance(row, str) else self._cells(row)))
        return table

    def _cells(self, row: PassageRow) -> list[Text]:
        """A cell for each text: its passages, with an empty line between two."""
        return [Text("\n\n").join(self._passages(row, i)) for i in (0, 1)]

    def _below_each_other(self) -> Table:
        table = grid("left", "folded")
        for count, row in enumerate(shorten.rows(self.rows, self.full)):
            if count:
                table.add_row("", "")
            if isinstance(row, str):
                table.add_row("", _note(row))
            elif row.shared:
                table.add_row(Text("=", style=DIM), *self._passages(row, 0))
            else:
                self._add_both(table, row)
        return table

    def _add_both(self, table: Table, row: PassageRow) -> None:
        """Add the passages of A, then those of B."""
        for i, style in enumerate(STYLES):
            for count, passage in enumerate(self._passages(row, i)):
                if count:
                    table.add_row("", "")
                table.add_row(Text(LABELS[i], style=f"bold {style}"), passage)

    def _passages(self, row: PassageRow, i: int) -> list[Text]:
        """The passages of A or of B, marked."""
        passages = shorten.passages(row[i], LABELS[i], self.full)
        return [_note(one) if isinstance(one, str) else self._marked(one, i) for one in passages]

    def _marked(self, passage: Passage, i: int) -> Text:
        """A passage in which the text that only A or B has is marked."""
        marked = Text()
        if passage.moved:
            marked.append(f"[further {passage.moved} in {LABELS[1 - i]}] ", style=DIM)
        for fragment in passage.fragments:
            self._append(marked, fragment, STYLES[i])
        return marked

    def _append(self, marked: Text, fragment: Fragment, style: str) -> None:
        """Append a fragment, marked; of a long one the middle is left out."""
        parts = shorten.parts(fragment, self.full)
        append(marked, parts, fragment.shared, style if self.colour else "")


def append(marked: Text, parts: list[str], shared: bool, style: str) -> None:
    """Append a fragment of a text, harmless: dim if shared, else in this style, or in brackets if the style
    is empty. Every second part is a note.
    """
    bracketed = not (shared or style)
    marked.append("[+" if bracketed else "")
    for count, part in enumerate(parts):
        marked.append(shorten.flat(part), style=_NOTE if count % 2 else DIM if shared else style)
    marked.append("+]" if bracketed else "")


def _note(text: str) -> Text:
    return Text(text, style=_NOTE)
