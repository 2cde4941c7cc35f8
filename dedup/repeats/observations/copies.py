"""How much is repeated, and how the copy differs from the original."""

from dedup.repeats import lexicon
from dedup.repeats.observations.candidate import Repeated


def amounts(repeated: Repeated) -> dict[str, float]:
    """How much the copy, its run and the original are."""
    candidate, page, words = repeated.candidate, repeated.page, repeated.words
    of_first = sum(page.sizes[candidate.of_first : candidate.of_last + 1])
    own = sum(page.sizes[candidate.first : candidate.last + 1])
    return {
        "words": words,
        "run_words": candidate.run_words,
        "run": float(candidate.run_length),
        "run_share": min(1.0, candidate.run_words / max(1.0, page.words)),
        "mean_words": words / len(repeated.copies),
        "line_words": words / max(1, len(repeated.text.splitlines())),
        "size_ratio": own / max(1, of_first),
    }


def differences(repeated: Repeated) -> dict[str, float]:
    """In what copy and original differ."""
    differing, of = repeated.differences, repeated.candidate
    verbatim = repeated.text.split() == repeated.text_first.split()
    beside = of.first - of.of_last == 1 or of.of_first - of.last == 1
    return {
        "alike": of.score,
        "verbatim": float(verbatim),
        "at_once": float(verbatim and beside),
        "differing_words": float(differing.others),
        "differing_share": (differing.figures + differing.others) / max(1.0, repeated.words),
        "differing_figures": float(differing.figures),
        "figure_share": differing.figures / max(1.0, repeated.words),
        "slips": float(differing.slips),
        "alternate": float(of.form == "alternate"),
        "part": float(of.form == "part"),
        "part_beside": float(of.form == "part" and beside),
        "part_of_headline": float(of.form == "part" and of.of_first < 8 and _is_line(repeated)),
        "line": float(of.form == "line"),
    } | _within(repeated)


def _is_line(repeated: Repeated) -> bool:
    """Whether the original is one line of 40 words at most that ends no sentence."""
    page, original = repeated.page, repeated.candidate.of_first
    return page.sizes[original] <= 40 and not page.ends_sentence[original]


def _within(repeated: Repeated) -> dict[str, float]:
    """Of a part: where in the original it begins (0 to 1), and whether whole sentences before and behind it
    go on. Of a line: how many words come before and behind the headline, and the share of these names that
    stand elsewhere as paragraphs of their own. -1 where there is nothing to tell.
    """
    names = (
        "part_at",
        "part_begins",
        "part_ends",
        "part_whole",
        "names_before",
        "names_after",
        "names_elsewhere",
    )
    observed = dict.fromkeys(names, -1.0)
    form = repeated.candidate.form
    if form not in ("part", "line"):
        return observed
    inner, outer = repeated.text, repeated.text_first
    if form == "line":
        inner, outer = outer, inner
    place = lexicon.find_words(inner, outer)
    if place is None:
        return observed
    before, after = outer[: place[0]], outer[place[1] :]
    if form == "part":
        begins = not before.strip() or lexicon.ends_sentence(before.rstrip("\"'“„«‘ "))
        ends = not after.strip() or lexicon.begins_with_stop(after)
        return observed | {
            "part_at": place[0] / max(1, len(outer)),
            "part_begins": float(begins),
            "part_ends": float(ends),
            "part_whole": float(begins and ends and repeated.words >= 6),
        }
    parts = [lexicon.plain_text(name) for side in (before, after) for name in lexicon.NAME_BREAK.split(side)]
    others = repeated.page.plain_lines
    known = [name in others for name in parts if name]
    return observed | {
        "names_before": float(len(lexicon.WORD.findall(before))),
        "names_after": float(len(lexicon.WORD.findall(after))),
        "names_elsewhere": sum(known) / max(1, len(known)),
    }
