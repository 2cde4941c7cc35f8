"""A report as a file: its name says the format."""

from collections.abc import Callable, Iterable
from pathlib import PurePath

import orjson

from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

Form = Callable[[Summary, Exhibits | None], Iterable[bytes]]


def _json(report: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:  # noqa: ARG001 - as all forms have it
    """The report as plain values: report.schema.json says which."""
    yield orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _page(report: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:
    """One HTML file that needs no other."""
    from dedup.reports.html import page

    return page.made(report, exhibits)


FORMS: dict[str, Form] = {".json": _json, ".html": _page, ".htm": _page}
"""By extension; any other is JSON, too."""


def made(path: str, report: Summary, exhibits: Exhibits | None) -> Iterable[bytes]:
    """The bytes of a report file, before compression. `exhibits`: None where an engine has counts alone."""
    name = PurePath(path)
    extension = PurePath(name.stem).suffix if name.suffix in (".gz", ".zst") else name.suffix
    return FORMS.get(extension.lower(), _json)(report, exhibits)
