"""The pipeline: an index in a process of its own decides (`service.client`)."""

import asyncio
import logging
from collections.abc import Awaitable, MutableMapping
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar, cast

from itemadapter import ItemAdapter, is_item
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem, NotConfigured
from scrapy.statscollectors import StatsCollector
from scrapy.utils.asyncio import is_asyncio_available
from twisted.internet.defer import Deferred

from dedup.errors import DedupError, IndexUnavailableError, OptionsError
from dedup.identity import name_of
from dedup.index.redis.server.address import shown
from dedup.reports.safe import safe
from dedup.scrapy.settings import item_settings, open_request
from dedup.service.client import IndexClient
from dedup.service.crawl_log import KnownDates, in_settings_terms, reason_for, short
from dedup.service.messages import Item, ItemDecision, OpenRequest

_OUTCOMES = ("kept", "cut", "dropped", "tagged", "updated", "undecided")
_UNLOGGED = "NOTSET"  # the level at which Scrapy logs nothing: its line for a drop has the whole item

logger = logging.getLogger("dedup.scrapy")
T = TypeVar("T")


class DedupPipeline:
    """Cuts repeats from the text of items, and drops or tags near-duplicates of items that were kept, in this
    crawl or an earlier one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._client: IndexClient | None = None
        self._logged: set[str] = set()
        self._dates = KnownDates()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DedupPipeline":
        """The pipeline of a crawl. Raises NotConfigured if DEDUP_ENABLED is off."""
        if not crawler.settings.getbool("DEDUP_ENABLED", True):
            raise NotConfigured
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the index. If that fails, log the reason and raise CloseSpider."""
        assert self._crawler.spider is not None
        try:
            self._items = item_settings(self._crawler.settings)
            request = open_request(self._crawler.settings, self._crawler.spider.name)
            count = await self._open_index(request)
        except (DedupError, OSError) as error:
            self._log(logging.ERROR, f"the crawl stops: {in_settings_terms(error)}")
            self._crawler.signals.connect(self._fail, signals.spider_closed)
            cause = "settings" if isinstance(error, OptionsError) else "index"
            raise CloseSpider(f"dedup_{cause}") from None
        action = "dropped" if self._items.drop else f"tagged in {self._items.tag_field!r}"
        self._log(
            logging.INFO, f"{shown(request.path)} has {count:,} documents; near-duplicates are {action}"
        )

    def _fail(self) -> None:
        """Let `scrapy crawl` end with status 1. It does so for a crawl that has no spider at its end; an
        exception in place of `CloseSpider` would do the same, but with a traceback.
        """
        self._crawler.spider = None

    async def _open_index(self, request: OpenRequest) -> int:
        """How many documents the index has. Raises IndexFileError, OptionsError."""
        client = IndexClient(request, partial(self._log, logging.WARNING))
        try:
            count = await _awaitable(client.open())
        except BaseException as error:
            client.close()
            if isinstance(error, OptionsError):  # all other options were checked by `open_request`
                raise OptionsError(f"DEDUP_FORGET: {error}") from error
            raise
        self._client = client
        return count

    async def process_item(self, item: Any) -> Any:
        """The item with its repeats cut. Raises DropItem for a near-duplicate."""
        fields = ItemAdapter(item) if is_item(item) else {}
        text = fields.get(self._items.text_field)
        if not isinstance(text, str):
            self._count("no_text")
            return item
        self._count("documents")
        assert self._client is not None
        try:
            decision = await _awaitable(self._client.decide(self._document(fields, text)))
        except DedupError as error:  # an undecided item is better than a lost one
            self._count("undecided")
            passing = "until it answers" if isinstance(error, IndexUnavailableError) else "from here on"
            self._log_once(logging.ERROR, f"items pass unchanged {passing}: {in_settings_terms(error)}")
            if self._items.undecided_field:
                self._set(fields, self._items.undecided_field, True)
            return item
        if decision.keeper is not None and self._items.drop:
            self._count("dropped")
            reason = reason_for(decision, decision.keeper, self._dates.get(name_of(decision.keeper)))
            self._log(logging.INFO, f"dropped {short(self._id(fields))}: {reason}")
            raise DropItem(reason, log_level=_UNLOGGED)
        self._dates.remember(self._id(fields), fields.get(self._items.date_field))
        if decision.update_of is not None:
            self._count("updated")
        self._edit(fields, decision)
        return item

    def _edit(self, fields: MutableMapping[str, Any], decision: ItemDecision) -> None:
        """Tag an item that has a keeper, and set its text if repeats were cut."""
        self._count(decision.decision if decision.keeper is None else "tagged")
        if decision.keeper is not None:
            self._set(fields, self._items.tag_field, name_of(decision.keeper))
        if decision.text is not None and self._set(fields, self._items.text_field, decision.text):
            self._count("repeats_cut", decision.cut)

    async def close_spider(self) -> None:
        """Wait for the pending decisions, close the index and log the counts."""
        if self._client is None:
            return
        try:
            self._stats.set_value("dedup/known", await _awaitable(self._client.close()))
        except DedupError as error:
            self._log_once(
                logging.ERROR, f"the index may lack the last documents: {in_settings_terms(error)}"
            )
        self._stats.set_value("dedup/seconds", round(self._client.seconds, 3))
        self._log_counts()

    def _log_counts(self) -> None:
        """Log what became of the items, in one line or two."""
        counts = {name: self._stats.get_value(f"dedup/{name}", 0) for name in ("documents", *_OUTCOMES)}
        outcomes = "".join(f", {counts[name]:,} {name}" for name in _OUTCOMES if counts[name])
        self._log(logging.INFO, f"{counts['documents']:,} documents{outcomes}")
        without_text = self._stats.get_value("dedup/no_text", 0)
        if without_text:
            level = logging.INFO if counts["documents"] else logging.WARNING
            field = f"{self._items.text_field!r} (DEDUP_TEXT_FIELD)"
            self._log(level, f"{without_text:,} items passed unchanged: no string in their field {field}")

    def _document(self, fields: MutableMapping[str, Any], text: str) -> Item:
        """What the index needs to know of an item."""
        values = (fields.get(name) for name in (self._items.title_field, self._items.url_field))
        title, url = (value if isinstance(value, str) else None for value in values)
        return Item(self._id(fields), text, title, url)

    def _id(self, fields: MutableMapping[str, Any]) -> str | None:
        """The id of an item, or else its url."""
        values = (fields.get(name) for name in (self._items.id_field, self._items.url_field))
        return next(filter(None, map(_as_text, values)), None)

    def _set(self, fields: MutableMapping[str, Any], name: str, value: Any) -> bool:
        """Set a field, and return whether the item takes it: its class may lack the field, or be frozen."""
        try:
            fields[name] = value
        except (AttributeError, KeyError, TypeError, ValueError):
            self._count("not_set")
            kind = type(cast(ItemAdapter, fields).item).__name__
            self._log_once(logging.WARNING, f"the field {name!r} of {kind} cannot be set")
            return False
        return True

    @property
    def _stats(self) -> StatsCollector:
        assert self._crawler.stats is not None
        return self._crawler.stats

    def _count(self, name: str, count: int = 1) -> None:
        self._stats.inc_value(f"dedup/{name}", count)

    def _log_once(self, level: int, text: str) -> None:
        if text not in self._logged:
            self._logged.add(text)
            self._log(level, text)

    def _log(self, level: int, text: str) -> None:
        logger.log(level, "%s", safe(text), extra={"spider": self._crawler.spider})


def _as_text(value: Any) -> str:
    """A value as text, empty for none. An item is not lost because its id cannot be written: the class of
    `value` may be a spider's own, and an integer of more than 4,300 digits has no text.
    """
    try:
        return "" if value is None else str(value)
    except Exception:
        return ""


def _awaitable(future: "Future[T]") -> Awaitable[T]:
    """A future of another thread, as a Scrapy coroutine can await it, on asyncio or another reactor."""
    if is_asyncio_available():
        return asyncio.wrap_future(future)
    from twisted.internet import reactor  # late: Scrapy installs the reactor first

    deferred: Deferred[T] = Deferred()
    future.add_done_callback(lambda done: cast(Any, reactor).callFromThread(_fire, deferred, done))
    return deferred


def _fire(deferred: "Deferred[T]", done: "Future[T]") -> None:
    """Pass the result of a finished future, or its error, to a deferred."""
    error = done.exception()
    if error is None:
        deferred.callback(done.result())
    else:
        deferred.errback(error)
