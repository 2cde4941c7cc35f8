"""The settings of the pipeline."""

import re
from collections.abc import Callable
from functools import partial
from math import inf
from typing import NamedTuple, TypeVar

from scrapy.settings import BaseSettings
from scrapy.utils.project import data_path

from dedup.errors import DedupError, OptionsError
from dedup.index.redis.server.address import is_address
from dedup.options import TAG_FIELDS, Options
from dedup.service.messages import OpenRequest

OPTIONS = (
    *("repeats", "cut", "caution", "threshold", "contained"),
    *("max_loss", "ngram", "num_perm", "recall", "memory", "never_drop"),
)
"""The options that DEDUP_OPTIONS may set. A crawl always keeps the document that comes first."""

_WAIT = 10.0  # seconds: a crawl that was killed may still be writing the index
T = TypeVar("T")


class ItemSettings(NamedTuple):
    """The names of an item's fields, and what happens to near-duplicates: they are dropped or tagged.
    `undecided_field`: set to True in items that pass undecided; "": none.
    """

    text_field: str
    id_field: str
    title_field: str
    url_field: str
    tag_field: str
    drop: bool
    date_field: str
    undecided_field: str


def item_settings(settings: BaseSettings) -> ItemSettings:
    """The settings that concern items. Raises OptionsError."""
    action = settings.get("DEDUP_ACTION", "drop")
    if action not in ("drop", "tag"):
        raise OptionsError(f"DEDUP_ACTION must be drop or tag, not {action!r}")
    return ItemSettings(
        str(settings.get("DEDUP_TEXT_FIELD", "text")),
        str(settings.get("DEDUP_ID_FIELD", "id")),
        str(settings.get("DEDUP_TITLE_FIELD", "title")),
        str(settings.get("DEDUP_URL_FIELD", "url")),
        str(settings.get("DEDUP_TAG_FIELD", TAG_FIELDS[0])),
        action == "drop",
        str(settings.get("DEDUP_DATE_FIELD", "date")),
        str(settings.get("DEDUP_UNDECIDED_FIELD", "")),
    )


def open_request(settings: BaseSettings, spider: str) -> OpenRequest:
    """The index that the settings name, for a crawl of the spider of this name. Raises OptionsError."""
    path = str(settings.get("DEDUP_INDEX", "dedup/%(name)s.index"))
    path = path.replace("%(name)s", re.sub(r"[^\w.-]", "_", spider))
    path = path if is_address(path) else data_path(path)
    wait = _read("DEDUP_WAIT", partial(settings.getfloat, default=_WAIT), "a number of seconds")
    undecided = settings.get("DEDUP_UNDECIDED", "pass")
    if undecided not in ("pass", "wait"):
        raise OptionsError(f"DEDUP_UNDECIDED must be pass or wait, not {undecided!r}")
    wait = inf if undecided == "wait" and is_address(path) else wait
    options = _read("DEDUP_OPTIONS", settings.getdict, "a dict")
    unknown = [repr(option) for option in options if option not in OPTIONS]
    if unknown:
        raise OptionsError(f"DEDUP_OPTIONS takes {', '.join(OPTIONS)}, not {', '.join(unknown)}")
    if isinstance(options.get("cut"), list):
        options["cut"] = tuple(options["cut"])
    options["updates"] = settings.get("DEDUP_UPDATES", "pass")
    if options["updates"] not in ("pass", "drop"):
        raise OptionsError(f"DEDUP_UPDATES must be pass or drop, not {options['updates']!r}")
    try:
        _check_names(Options(**options))
    except (DedupError, TypeError) as error:
        raise OptionsError(f"DEDUP_OPTIONS: {error}") from error
    return OpenRequest(str(path), wait, settings.get("DEDUP_FORGET"), spider, options)


def _check_names(options: Options) -> None:
    """Raise InputError if the file of `never_drop` cannot be read, before the first request."""
    if options.never_drop is not None:
        from dedup.sources.pinned import names_of  # loads numpy, which a crawl need not wait for

        names_of(options.never_drop)


def _read(setting: str, get: Callable[[str], T], expected: str) -> T:
    """A setting, read by one of Scrapy's getters. Raises OptionsError that names what is `expected`."""
    try:
        return get(setting)
    except (TypeError, ValueError) as error:
        raise OptionsError(f"{setting} must be {expected}") from error
