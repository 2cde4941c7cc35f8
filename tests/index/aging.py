"""An index whose documents entered earlier than they did."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dedup.index.file import checksums_of_lists
from dedup.index.storage.database import Database, checksum
from dedup.native.lookup import check_pages

DAY = 86400


def make_older(path: str | Path, days: int) -> None:
    """Make the documents of an index so many days older, and what it knows of sites."""
    with sqlite3.connect(path) as file:
        file.execute("UPDATE sites SET seen = seen - ?", (days * DAY,))
        file.execute("UPDATE documents SET entered = entered - ?", (days * DAY,))
        reseal(file)
    file.close()


def reseal_lists(database: Database) -> None:
    """Give the lists of an index, and what it knows of sites, the checksums that fit what they are now."""
    try:
        lists = checksums_of_lists(database)
    except TypeError:  # values that no list of dedup has
        return
    state = orjson.loads(database.one("SELECT value FROM state"))
    state |= {"lists": lists, "sites": None, "site_texts": None}
    value = orjson.dumps(state).decode()
    database.change("UPDATE state SET value = ?, sum = ?", value, checksum((value,)))


def reseal(file: sqlite3.Connection) -> None:
    """Give documents, texts, pages, options and what is known of sites the checksums that fit what they are
    now.
    """
    for row in file.execute("SELECT name, value FROM options").fetchall():
        file.execute("UPDATE options SET sum = ? WHERE name = ?", (fitting(row), row[0]))
    for place, entries in file.execute("SELECT place, entries FROM pages").fetchall():
        if isinstance(entries, bytes) and len(entries) % 8 == 0 and place >= 0:
            page = np.frombuffer(entries, np.uint64)
            sums = check_pages(page, np.array([0, len(page)]), np.array([place]))[0].view(np.int64)
            file.execute("UPDATE pages SET sum = ? WHERE place = ?", (int(sums[0]), place))
    for row in file.execute("SELECT * FROM documents").fetchall():
        own = fitting((*row[:6], *row[7:9]), row[6])
        file.execute("UPDATE documents SET sum = ? WHERE number = ?", (own, row[0]))
    for row in file.execute("SELECT number, title, url, text FROM texts").fetchall():
        file.execute("UPDATE texts SET sum = ? WHERE number = ?", (fitting(row[:3], row[3]), row[0]))
    for row in file.execute("SELECT site, run, day, seen, folded, held, place FROM sites").fetchall():
        own = fitting(row[:4], *row[4:6])
        file.execute("UPDATE sites SET sum = ? WHERE place = ?", (own, row[6]))


def fitting(plain: Sequence[Any], *blobs: Any) -> int:
    """The checksum of a row; 0 where it has values that no row of dedup has."""
    try:
        return checksum(plain, *blobs)
    except TypeError:
        return 0
