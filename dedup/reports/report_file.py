"""A summary -> a report file, in the format that its name asks for."""

from collections.abc import Callable, Iterable
from pathlib import PurePath

import orjson

from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

Renderer = Callable[[Summary, Exhibits | None], Iterable[bytes]]


def _json(summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:  # noqa: ARG001 - as all renderers have it
    """The summary itself, as report.schema.json describes it."""
    yield orjson.dumps(summary, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _page(summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:
    """One HTML file that needs no other."""
    from dedup.reports.html import page

    return page.render(summary, exhibits)


RENDERERS: dict[str, Renderer] = {".json": _json, ".html": _page, ".htm": _page}
"""By extension; a file with any other is JSON."""


def render(path: str, summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:
    """The bytes of a report file, before compression. `exhibits`: None where the engine only counts."""
    name = PurePath(path)
    extension = PurePath(name.stem).suffix if name.suffix in (".gz", ".zst") else name.suffix
    return RENDERERS.get(extension.lower(), _json)(summary, exhibits)
