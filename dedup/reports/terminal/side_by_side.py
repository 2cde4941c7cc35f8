"""Two documents in the terminal: how alike they are, then their texts side by side, or under each other where
the terminal is narrow.
"""

from collections.abc import Iterator

from rich.box import Box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from dedup.explain.compare import DocumentComparison
from dedup.explain.passages import Fragment, Passage, PassageRow
from dedup.identity import Identity
from dedup.reports import shorten as shortened
from dedup.reports.layout import DIM, NAME, OTHER, Part, grid, number, similarity
from dedup.reports.safe import location, middle, name, safe

WIDEST = 200  # columns: two of the width that is pleasant to read
_SIDES = 100  # columns from which on the texts stand side by side
_NAME = 50  # columns for what a document is called
LABELS, STYLES, _NOTE = "AB", (NAME, OTHER), "dim italic"
_BAR = Box("    \n  │ \n    \n  │ \n    \n    \n  │ \n    \n")


def report(compared: DocumentComparison, full: bool, colour: bool) -> Iterator[Part]:
    """The verdict and its numbers; the texts. `full`: nothing is left out."""
    yield [*_verdict(compared), *(_document(compared, i) for i in (0, 1)), *_notes(compared)]
    yield [legend(colour)]
    if compared.rows:
        yield [Texts(compared.rows, full, colour)]


def _verdict(compared: DocumentComparison) -> Part:
    """Whether they match, in a sentence, and where the number comes from."""
    jaccard, threshold = similarity(compared.jaccard), f"{compared.options.threshold:g}"
    shared = (
        f"{compared.shared:,} of {number(sum(compared.shingles) - compared.shared, 'shingle')} are shared"
    )
    why = Text(f"{shared} (runs of {number(compared.options.ngram, 'word')}).", style="dim")
    if not all(compared.words):
        return [Text(f"No match: {_wordless(compared.words)} without words.", style="bold")]
    if compared.same_text:
        return [Text("Exact copies: the same text, character for character.", style="bold")]
    if compared.same_words:
        return [Text("Exact copies: the same words in the same order.", style="bold"), _NORMALISED.copy()]
    reach = f"Jaccard {jaccard} reaches the threshold of {threshold}"
    below = f"Jaccard {jaccard} is below the threshold of {threshold}"
    if not compared.alike and not compared.contained:
        told = f"No match: {below}{_uncovered(compared)}."
    else:
        match = reach if compared.alike else f"{_covered(compared)}; {below}"
        told = (
            f"A template, both are kept: {_changes(compared)}; {match}"
            if compared.figures
            else f"A match: {match}"
        )
        told += "."
    return [Text(told, style="bold"), why]


def _changes(compared: DocumentComparison) -> str:
    """The figures in which a template's copies differ."""
    changed = (f"{safe(one)} / {safe(other)}" for one, other, _ in compared.figures[:_CHANGES])
    more = len(compared.figures) - _CHANGES
    return f"{', '.join(changed)}{f' and {more:,} more figures differ' if more > 0 else ' differ'}"


def _covered(compared: DocumentComparison) -> str:
    """Who covers whom far enough."""
    i = max(compared.contained, key=lambda i: compared.covered[i])
    share = similarity(compared.covered[i])
    return f"{LABELS[1 - i]} covers {share} of {LABELS[i]} (--contained {compared.options.contained:g})"


def _uncovered(compared: DocumentComparison) -> str:
    """Why they do not match by what one covers of the other, either."""
    least = compared.options.contained
    if least is None:
        return ""
    short = [LABELS[i] for i in compared.covered_enough]
    if short:
        return f", and {' and '.join(short)} too short to match by what another covers"
    return f", and neither covers {least:g} of the other"


_CHANGES = 3  # figures of a template that are shown
_NORMALISED = Text("What differs is case, punctuation, spacing or how characters are encoded.", style="dim")


def _wordless(words: tuple[int, int]) -> str:
    """Which of them has no words."""
    return "both are" if not any(words) else f"{LABELS[words.index(0)]} is"


def _document(compared: DocumentComparison, i: int) -> Text:
    """What A or B is, how long, and how much of it the other one has."""
    identity, words, shingles = compared.identities[i], compared.words[i], compared.shingles[i]
    line = Text().append(f"{LABELS[i]}  ", style=f"bold {STYLES[i]}").append_text(_called(identity))
    lone = f"{shingles - compared.shared:,} only here"
    line.append(
        f"\n   {number(words, 'word')}, {number(shingles, 'shingle')}, {lone}; ", style="not bold dim"
    )
    cover = f"{LABELS[1 - i]} covers {similarity(compared.covered[i])}"
    return line.append(cover)


def _called(identity: Identity) -> Text:
    """Its id and its place, or its place alone."""
    shown = Text().append(middle(name(identity), _NAME), style="bold")
    if identity["id"] is not None:
        shown.append(f"  {middle(location(identity), _NAME)}", style="dim")
    return shown


def _notes(compared: DocumentComparison) -> Part:
    """What was cut before."""
    if not any(compared.cut):
        return []
    cut = " and ".join(f"{cut:,} of {label}" for cut, label in zip(compared.cut, LABELS, strict=True) if cut)
    return [Text(f"Characters cut before as repeats: {cut} (--no-repeats compares all).", style="dim")]


def legend(colour: bool) -> Text:
    """How to read the marks."""
    legend = Text().append("Marks: ", style="dim")
    if not colour:
        return legend.append("[+only this one has it+], the rest is shared")
    legend.append("shared", style="dim")
    for label, style in zip(LABELS, STYLES, strict=True):
        legend.append(", ").append(f"only in {label}", style=style)
    return legend


class Texts:
    """Both texts in rows, from `_SIDES` columns on beside each other."""

    def __init__(self, rows: list[PassageRow], full: bool, colour: bool) -> None:
        self.rows, self.full, self.colour = rows, full, colour

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One table."""
        yield self._beside() if options.max_width >= _SIDES else self._below()

    def _beside(self) -> Table:
        table = Table(
            box=_BAR, show_header=False, show_edge=False, expand=True, pad_edge=False, border_style="dim"
        )
        for _ in LABELS:
            table.add_column(ratio=1, overflow="fold")
        for count, row in enumerate(shortened.sampled(self.rows, self.full)):
            if count:
                table.add_row("", "")
            table.add_row(*([_note(row)] * 2 if isinstance(row, str) else self._cells(row)))
        return table

    def _cells(self, row: PassageRow) -> list[Text]:
        """A cell for each text: its passages, an empty line between."""
        return [Text("\n\n").join(self._passages(row, i)) for i in (0, 1)]

    def _below(self) -> Table:
        table = grid("left", "folded")
        for count, row in enumerate(shortened.sampled(self.rows, self.full)):
            if count:
                table.add_row("", "")
            if isinstance(row, str):
                table.add_row("", _note(row))
            elif row.shared:
                table.add_row(Text("=", style="dim"), *self._passages(row, 0))
            else:
                self._add_below(table, row)
        return table

    def _add_below(self, table: Table, row: PassageRow) -> None:
        """Its passages of A, then those of B."""
        for i, style in enumerate(STYLES):
            for count, passage in enumerate(self._passages(row, i)):
                if count:
                    table.add_row("", "")
                table.add_row(Text(LABELS[i], style=f"bold {style}"), passage)

    def _passages(self, row: PassageRow, i: int) -> list[Text]:
        """The passages of A or of B, marked."""
        shown = shortened.passages(row[i], LABELS[i], self.full)
        return [_note(one) if isinstance(one, str) else self._marked(one, i) for one in shown]

    def _marked(self, passage: Passage, i: int) -> Text:
        """A passage, what only A or B has marked."""
        shown = Text()
        if passage.moved:
            shown.append(f"[further {passage.moved} in {LABELS[1 - i]}] ", style=DIM)
        for fragment in passage.fragments:
            self._add(shown, fragment, STYLES[i])
        return shown

    def _add(self, shown: Text, fragment: Fragment, style: str) -> None:
        """Append a fragment, marked; the middle of a long one left out."""
        parts = shortened.parts(fragment, self.full)
        append(shown, parts, fragment.shared, style if self.colour else "")


def append(shown: Text, parts: list[str], shared: bool, style: str) -> None:
    """Append a piece of a text, harmless: dim if shared, else in its style, or in brackets without one. Every
    second part is a note in it.
    """
    bracketed = not (shared or style)
    shown.append("[+" if bracketed else "")
    for count, part in enumerate(parts):
        shown.append(shortened.flat(part), style=_NOTE if count % 2 else "dim" if shared else style)
    shown.append("+]" if bracketed else "")


def _note(what: str) -> Text:
    return Text(what, style=_NOTE)
