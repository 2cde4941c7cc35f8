"""A summary -> a report file, in the format that its name asks for."""

from collections.abc import Callable, Iterable

import orjson

from dedup.outputs.targets import extension
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

Renderer = Callable[[Summary, Exhibits | None], Iterable[bytes]]
_COLUMNS = 100  # of a report as text


def _json(summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:  # noqa: ARG001 - as all renderers have it
    """The summary itself, as report.schema.json describes it."""
    yield orjson.dumps(summary, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _page(summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:
    """One HTML file that needs no other."""
    from dedup.reports.html import page

    return page.render(summary, exhibits)


def _text(summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:  # noqa: ARG001 - as all renderers have it
    """The whole report as plain text."""
    from dedup.reports.terminal import console

    yield f"{console.plain(summary, _COLUMNS, verbose=True)}\n".encode()


def _markdown(summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:  # noqa: ARG001 - as all renderers have it
    """The whole report as Markdown."""
    from dedup.reports import markdown

    yield markdown.render(summary).encode()


RENDERERS: dict[str, Renderer] = {
    ".json": _json,
    ".html": _page,
    ".htm": _page,
    ".txt": _text,
    ".md": _markdown,
}
"""By extension."""


def render(path: str, summary: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:
    """The bytes of a report file, before compression. `path`: ends in an extension of RENDERERS, or is - for
    JSON on standard output; `exhibits`: None where the engine only counts.
    """
    return RENDERERS.get(extension(path), _json)(summary, exhibits)
