"""How much nearer to the article pages come when what their site prints is cut, on sites no fit has seen.

    python -m bench.sites.cross_validation [--write] [--site www.forbes.com]

For each site the weights are fitted to the others (`bench.sites.fit`); what is cut is cut of each page as an
extractor gives it, and nothing else. Prints F1 and recall of its words with the true text, as
`sites/score.py` of DEDUP_DATA counts them, and how many of the lines that are cut stand in the true text; and
of the clean articles that no fit has seen, how many characters of 10,000 are cut. `--write` puts the tables
into bench/sites/results.md.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.harness.figures import write_table
from bench.harness.steps import Steps
from bench.sites.fit import clean_samples, fit, site_samples
from bench.sites.labelled import CLEAN, EXTRACTORS, Group, Page, Sample, clean_texts, sample, site_groups
from bench.sites.outcomes import Outcome, outcome
from dedup.options import Options
from dedup.sites.evidence import Weights
from dedup.sites.judge import least_logit

TARGET = Path(__file__).with_name("results.md")
SHIFTS = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""What is added to the logit from which on passages are cut."""


def weights_of(steps: Steps) -> Weights:
    """Fitted steps as the product takes them."""
    functions = {name: (np.array(edges), np.array(values)) for name, (edges, values) in steps.steps.items()}
    return Weights(steps.bias, functions)


def logits_of(one: Sample, weights: Weights) -> np.ndarray:
    """The logits of the passages of a sample by these weights (float64)."""
    fitted = weights.of(one.judged.observed)
    return weights.bias + sum(fitted.values(), np.zeros(len(one.is_true)))


def texts_left(one: Sample, rows: np.ndarray) -> Iterator[str]:
    """The text of each page without the passages `rows`."""
    paragraphs = one.paragraphs
    data, offsets = paragraphs.data.tobytes(), paragraphs.text_offsets
    bounds = np.searchsorted(rows, paragraphs.offsets)
    for page, (low, high) in enumerate(pairwise(bounds)):
        parts, at = [], int(offsets[page])
        for row in rows[low:high].tolist():
            parts.append(data[at : paragraphs.starts[row]])
            at = int(paragraphs.ends[row])
        yield b"".join([*parts, data[at : offsets[page + 1]]]).decode()


def unseen_weights(
    groups: Sequence[Group], clean: list[tuple[Group, Sample]], sites: Iterable[str]
) -> dict[str, Weights]:
    """By site, for these sites, the weights that were fitted to the other ones."""
    return {
        site: weights_of(fit(site_samples([group for group in groups if group.site != site]) + clean))
        for site in sites
    }


def table_of_sites(groups: Sequence[Group], weights: dict[str, Weights]) -> Iterator[str]:
    """A row for each extractor and each shift."""
    sampled = [(group, sample(group)) for group in groups]
    yield "| pages | caution | F1 before | F1 | recall before | recall | lines cut | of these true |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for extractor in EXTRACTORS:
        for shift in SHIFTS:
            outcomes = [
                outcome(page, left)
                for group, one in sampled
                if group.extractor == extractor
                for page, left in zip(group.pages, _left(one, weights[group.site], shift), strict=True)
            ]
            yield _row(extractor, shift, outcomes)


def _left(one: Sample, weights: Weights, shift: float) -> Iterator[str]:
    least = least_logit(Options.caution) + shift
    return texts_left(one, one.judged.rows[logits_of(one, weights) >= least])


def _row(extractor: str, shift: float, outcomes: Sequence[Outcome]) -> str:
    f1_before, recall_before, f1, recall = (
        float(np.mean(values)) for values in list(zip(*outcomes, strict=True))[:4]
    )
    cut, wrong = sum(one.cut for one in outcomes), sum(one.wrong for one in outcomes)
    share = f"{wrong}, 1 in {cut // wrong:,}" if wrong else "0"
    figures = (f"{value:.4f}" for value in (f1_before, f1, recall_before, recall))
    return f"| {extractor} | {_caution(shift):.2f} | {' | '.join(figures)} | {cut:,} | {share} |"


def _caution(shift: float) -> float:
    return float(1 / (1 + np.exp(-least_logit(Options.caution) - shift)))


def table_of_articles(weights: Weights) -> Iterator[str]:
    """A row for each set of clean articles, each as the pages of one site."""
    yield "| articles, as if of one site | caution | characters cut of 10,000 |"
    yield "|---|--:|--:|"
    for name in CLEAN:
        texts = clean_texts(name, 1)
        one = sample(Group(name, name, [Page(text, text) for text in texts], 1.0))
        logits, size = logits_of(one, weights), one.paragraphs.ends - one.paragraphs.starts
        for shift in SHIFTS:
            rows = one.judged.rows[logits >= least_logit(Options.caution) + shift]
            share = 10_000 * size[rows].sum() / max(1, one.paragraphs.text_offsets[-1])
            yield f"| {name}, the half not fitted to | {_caution(shift):.2f} | {share:.2f} |"


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    groups, clean = site_groups(), clean_samples()
    sites = sorted({group.site for group in groups})
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--site", choices=sites, help="measure this site alone, and no articles")
    given = parser.parse_args(arguments)
    if given.site:
        measured = [group for group in groups if group.site == given.site]
        print("\n".join(table_of_sites(measured, unseen_weights(groups, clean, [given.site]))))
        return
    lines = [*table_of_sites(groups, unseen_weights(groups, clean, sites)), ""]
    lines += table_of_articles(weights_of(fit(site_samples(groups) + clean)))
    print("\n".join(lines))
    if given.write:
        write_table(TARGET, "bench.sites.cross_validation --write", lines)


if __name__ == "__main__":
    main()
