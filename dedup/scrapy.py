"""The item pipeline for Scrapy, the only file that imports it.

    ITEM_PIPELINES = {"dedup.scrapy.DedupPipeline": 300}

An index decides, which a process of its own has (`decisions`). The README has the settings.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

from itemadapter import ItemAdapter, is_item
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem, NotConfigured
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.asyncio import is_asyncio_available
from scrapy.utils.project import data_path
from twisted.internet.defer import Deferred

from dedup.errors import DedupError, OptionsError
from dedup.identity import Identity, name_of
from dedup.options import Options
from dedup.reports.safe import middle, name, safe
from dedup.service.client import Answer, Asked, Decisions

__all__ = ["DedupPipeline"]

OPTIONS = (
    *("repeats", "cut", "caution", "threshold", "contained"),
    *("max_loss", "ngram", "num_perm", "recall", "memory"),
)
"""The options that mean something to a crawl, in which whoever comes first is kept."""

_OUTCOMES = ("kept", "cut", "dropped", "tagged", "undecided")
_WAIT = 10.0  # seconds: a crawl that was killed is writing the index yet
_NAMED = 100  # characters of an id or an address in a message
_OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]*)")
_SETTINGS = {"wait": "DEDUP_WAIT ="}

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Fields(NamedTuple):
    """The names of an item's fields, and whether near-duplicates are dropped or tagged."""

    text: str
    id: str
    tag: str
    drop: bool


def fields_of(settings: BaseSettings) -> Fields:
    """What the settings say of items. Raises OptionsError."""
    action = settings.get("DEDUP_ACTION", "drop")
    if action not in ("drop", "tag"):
        raise OptionsError(f"DEDUP_ACTION must be drop or tag, not {action!r}")
    names = {"TEXT": "text", "ID": "id", "TAG": "duplicate_of"}
    text, own, tag = (str(settings.get(f"DEDUP_{part}_FIELD", name)) for part, name in names.items())
    return Fields(text, own, tag, action == "drop")


def asked(settings: BaseSettings, spider: str) -> Asked:
    """The index that the settings name, for a crawl of this spider. Raises OptionsError."""
    path = str(settings.get("DEDUP_INDEX", "dedup/%(name)s.index"))
    path = data_path(path.replace("%(name)s", re.sub(r"[^\w.-]", "_", spider)))
    wait = _read("DEDUP_WAIT", partial(settings.getfloat, default=_WAIT), "a number of seconds")
    options = _read("DEDUP_OPTIONS", settings.getdict, "a dict")
    unknown = [repr(one) for one in options if one not in OPTIONS]
    if unknown:
        raise OptionsError(f"DEDUP_OPTIONS knows {', '.join(OPTIONS)}, not {', '.join(unknown)}")
    if isinstance(options.get("cut"), list):
        options["cut"] = tuple(options["cut"])
    try:
        Options(**options)
    except (OptionsError, TypeError) as error:
        raise OptionsError(f"DEDUP_OPTIONS: {error}") from error
    return Asked(str(path), wait, settings.get("DEDUP_FORGET"), spider, options)


def _read(name: str, get: Callable[[str], T], what: str) -> T:
    """A setting, read by one of Scrapy's own functions."""
    try:
        return get(name)
    except (TypeError, ValueError) as error:
        raise OptionsError(f"{name} must be {what}") from error


class DedupPipeline:
    """Cuts repeats from the text of items, and drops or tags items that say the same as another one, of this
    crawl or of an earlier one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._decisions: Decisions | None = None
        self._told: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DedupPipeline":
        """Raises NotConfigured where DEDUP_ENABLED is off."""
        if not crawler.settings.getbool("DEDUP_ENABLED", True):
            raise NotConfigured
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the index. Where that cannot be, say why, and raise CloseSpider."""
        assert self._crawler.spider is not None
        try:
            self._fields = fields_of(self._crawler.settings)
            index = asked(self._crawler.settings, self._crawler.spider.name)
            known = await self._open(index)
        except (DedupError, OSError) as error:
            self._log(logging.ERROR, f"the crawl ends: {_said(error)}")
            part = "settings" if isinstance(error, OptionsError) else "index"
            raise CloseSpider(f"dedup_{part}") from None
        does = "dropped" if self._fields.drop else f"tagged in {self._fields.tag!r}"
        self._log(logging.INFO, f"{index.path} knows {known:,} documents; near-duplicates are {does}")

    async def _open(self, index: Asked) -> int:
        """How many documents the index holds. Raises IndexFileError, OptionsError."""
        decisions = Decisions(index)
        try:
            known = await _awaited(decisions.open())
        except BaseException as error:
            decisions.close()
            if isinstance(error, OptionsError):  # of what was not looked at before
                raise OptionsError(f"DEDUP_FORGET: {error}") from error
            raise
        self._decisions = decisions
        return known

    async def process_item(self, item: Any) -> Any:
        """The item, its repeats cut. Raises DropItem for a near-duplicate."""
        fields = ItemAdapter(item) if is_item(item) else {}
        text = fields.get(self._fields.text)
        if not isinstance(text, str):
            self._count("no_text")
            return item
        self._count("documents")
        assert self._decisions is not None
        try:
            answer = await _awaited(self._decisions.ask(self._id(fields), text))
        except DedupError as error:  # an item is worth more than what is decided about it
            self._count("undecided")
            self._tell(logging.ERROR, f"items pass as they are from here on: {_said(error)}")
            return item
        if answer.keeper is not None and self._fields.drop:
            self._count("dropped")
            raise DropItem(_reason(answer, answer.keeper))
        return self._edited(item, fields, answer)

    def _edited(self, item: Any, fields: MutableMapping[str, Any], answer: Answer) -> Any:
        """The item as it goes on."""
        self._count(answer.decision if answer.keeper is None else "tagged")
        if answer.keeper is not None:
            self._set(fields, self._fields.tag, name_of(answer.keeper))
        if answer.text is not None and self._set(fields, self._fields.text, answer.text):
            self._count("repeats_cut", answer.cut)
        return item

    async def close_spider(self) -> None:
        """Wait for what is not decided yet, and close the index."""
        if self._decisions is None:
            return
        try:
            self._stats.set_value("dedup/known", await _awaited(self._decisions.close()))
        except DedupError as error:
            self._tell(logging.ERROR, f"the index may lack the last documents: {_said(error)}")
        self._stats.set_value("dedup/seconds", round(self._decisions.seconds, 3))
        self._summarise()

    def _summarise(self) -> None:
        """What became of the items, in a line or two."""
        counts = {name: self._stats.get_value(f"dedup/{name}", 0) for name in ("documents", *_OUTCOMES)}
        said = "".join(f", {counts[name]:,} {name}" for name in _OUTCOMES if counts[name])
        self._log(logging.INFO, f"{counts['documents']:,} documents{said}")
        without = self._stats.get_value("dedup/no_text", 0)
        if without:
            level = logging.INFO if counts["documents"] else logging.WARNING
            field = f"{self._fields.text!r} (DEDUP_TEXT_FIELD)"
            self._log(level, f"{without:,} items passed as they are: no string in their field {field}")

    def _id(self, fields: MutableMapping[str, Any]) -> str | None:
        """What an item is called: its id, or else its url. UTF-8 has no halves of surrogate pairs."""
        found = (fields.get(name) for name in (self._fields.id, "url"))
        said = next((one for one in found if one is not None and one != ""), None)
        return None if said is None else str(said).encode("utf-8", "replace").decode()

    def _set(self, fields: MutableMapping[str, Any], name: str, value: str) -> bool:
        """Whether an item takes this value: its class may know no such field, or be frozen."""
        try:
            fields[name] = value
        except (AttributeError, KeyError, TypeError, ValueError):
            self._count("not_set")
            kind = type(cast(ItemAdapter, fields).item).__name__
            self._tell(logging.WARNING, f"the field {name!r} of {kind} cannot be set")
            return False
        return True

    @property
    def _stats(self) -> StatsCollector:
        assert self._crawler.stats is not None
        return self._crawler.stats

    def _count(self, name: str, count: int = 1) -> None:
        self._stats.inc_value(f"dedup/{name}", count)

    def _tell(self, level: int, text: str) -> None:
        """Log it, once."""
        if text not in self._told:
            self._told.add(text)
            self._log(level, text)

    def _log(self, level: int, text: str) -> None:
        logger.log(level, "%s", safe(text), extra={"spider": self._crawler.spider})


def _reason(answer: Answer, keeper: Identity) -> str:
    """Why an item is dropped: a short line that does nothing in a terminal."""
    alike = f"Jaccard {answer.jaccard:.2f}, coverage {answer.coverage:.2f}"
    return f"near-duplicate of {middle(name(keeper), _NAMED)}, {keeper['date'][:10]} ({alike})"


def _said(error: Exception) -> str:
    """An error in the words of Scrapy's settings: those of dedup name the command's options."""
    said = str(error) or type(error).__name__
    return _OPTION.sub(lambda found: _SETTINGS.get(found[1], found[1].replace("-", "_")), said)


def _awaited(future: "Future[T]") -> Awaitable[T]:
    """What another thread makes, as a coroutine of Scrapy can wait for it, on asyncio or another reactor."""
    if is_asyncio_available():
        return asyncio.wrap_future(future)
    from twisted.internet import reactor  # Scrapy has installed it by now

    deferred: Deferred[T] = Deferred()
    future.add_done_callback(lambda done: cast(Any, reactor).callFromThread(_fire, deferred, done))
    return deferred


def _fire(deferred: "Deferred[T]", done: "Future[T]") -> None:
    """Hand on what is done, or its error."""
    error = done.exception()
    if error is None:
        deferred.callback(done.result())
    else:
        deferred.errback(error)
