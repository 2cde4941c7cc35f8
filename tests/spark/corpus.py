"""Articles of every kind that a run treats differently, and files of all kinds with them."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

from tests.support.articles import paragraph, words
from tests.support.paths import ARTICLES


def chain_texts() -> list[str]:
    all_words = words(0, 1200).split()
    return [" ".join(all_words[5 * i : 5 * i + 100]) for i in range(200)]


def crowd_texts() -> list[str]:
    template = words(0, 300)
    return [f"{template} {words(i % 50 + 1, 60)} {words(1000 + i, 4)}" for i in range(300)]


def wrapped_texts() -> list[str]:
    article = words(0, 400)
    wrapped = [f"{words(i + 1, 90)} {article}" for i in range(150)]
    return [
        *wrapped,
        f"{words(901, 600)} {article} {words(902, 600)}",
        words(0, 300),
        words(0, 20),
        *["", " .", "-"],
    ]


def copied_texts() -> list[str]:
    texts = [words(i % 40, 50 + i % 7) for i in range(160)]
    return [*texts, *(f"{text} one more" for text in texts[:30])]


def template_texts() -> list[str]:
    note = (
        "Rainfall at the harbour gauge reached {} millimetres by noon while the upper valley saw {} and "
        "winds off the breakwater touched {} knots; the ferry company expects {} sailings tomorrow, and the "
        "water board put the level of the lower reservoir at {} percent, a figure that its engineer called "
        "ordinary for the season."
    )
    return [note.format(*(random.Random(i).randint(2, 99) for _ in range(5))) for i in range(12)]


def note_texts() -> list[str]:
    note = "Qtly div {} cts vs 18 cts prior. Pay April 15. Record March {}."
    return [note.format(18 + i // 9, 31 - i % 4 // 3) for i in range(18)]


def cluttered_texts() -> list[str]:
    """Articles in twos and threes, in pages with menus, teasers and comments, cut short, and edited."""
    texts: list[str] = []
    for number in range(36):
        body = [f"{words(2000 + 9 * number + i, 30)}." for i in range(6)]
        article = "\n".join(body)
        menu = "\n".join(f"menu {number} {i}" for i in range(4 + number % 12))
        tail = "\n".join([f"Read also: {words(3000 + number, 6)}", *(f"link {number} {i}" for i in range(9))])
        comment = f"{words(4000 + number, 20 + 9 * number)}."
        page = f"{menu}\n{article}\n{tail}"
        texts += [
            [article, page],
            [page, article, f"{article}\n{comment}"],
            [f"{menu}\n{article}\n{comment}\n{tail}", "\n".join(body[: 3 + number % 4])],
        ][number % 3]
    return texts


def repeated_texts() -> list[str]:
    fixtures = [json.loads(line)["text"] for line in ARTICLES.read_text("utf-8").splitlines()]
    return [
        *fixtures,
        *(f"{text}\n\n{text}" for text in fixtures[:12]),
        *(f"{words(i, 9)}\n\n{t}" for i, t in enumerate(fixtures)),
    ]


ALL = [
    *chain_texts(),
    *crowd_texts(),
    *wrapped_texts(),
    *copied_texts(),
    *template_texts(),
    *note_texts(),
    *repeated_texts(),
    *cluttered_texts(),
]


def _date(i: int) -> Any:
    """One of twelve days in one of eight notations: the fourth is clear by other documents, not the fifth."""
    month, day = i * 7 % 12 + 1, i * 7 % 12 + 6
    notations = (
        f"2026-{month:02}-{day:02}",
        1_767_225_600 + 86_400 * (30 * month + day),
        f"{day}-JAN-2026 1{i % 10}:01:01.79",
        f"{day:02}/{month:02}/2026",
        f"{month}.{day}.2026" if i // 8 % 2 else f"{day}.{month}.2026",
        f"Thu, {day:02} Jan 2026 10:00:00 +0{i % 9}00",
        f"2026{month:02}{day:02}",
        ("soon", 7, True, "  ")[i // 8 % 4],
    )
    return notations[i % len(notations)]


def _url(i: int) -> str:
    """An address, two of three times a side way to the page."""
    return f"https://a.example/{i % 40}" + ("?utm_source=x", "#top", "?page=1")[i % 3]


def lines_of(texts: list[str]) -> list[str]:
    """The texts as lines, some of them without an id, a date or a title, or with a field of a tag, some
    broken, some blank.
    """
    lines, firms = [], ("Harlow", "Brightwater", "Larkspur")
    for i, text in enumerate(texts):
        title = f"{firms[i % 3]} Paper sets quarterly"
        fields: dict[str, Any] = {"id": i, "text": text, "date": _date(i), "url": _url(i), "title": title}
        for name in ("id", "date", "url", "title") if i % 11 == 3 else ():
            del fields[name]
        if i % 9 == 4:
            fields["duplicate_of"] = ["an earlier run's", i]
        lines.append(json.dumps(fields, ensure_ascii=i % 2 == 0))
        lines += {5: [""], 8: ['{"text": 5}'], 13: ["{"], 21: [" "]}.get(i, [])
    return lines


def write_inputs(folder: Path, texts: list[str]) -> list[str]:
    """Write files of all kinds with these texts; returns the inputs."""
    lines = lines_of(texts)
    a, b, c = lines[::3], lines[1::3], lines[2::3]
    (folder / "in put/sub").mkdir(parents=True)
    (folder / "in put/b+%20 [1].jsonl").write_bytes("\r\n".join(a).encode())
    (folder / "in put/a.jsonl").write_bytes(b"\xef\xbb\xbf" + "\n".join(b).encode() + b"\n")
    (folder / "in put/sub/0.jsonl.gz").write_bytes(gzip.compress("\n".join(c).encode() + b"\n\xff\n"))
    return [str(folder / "in put")]


def site_pages() -> list[dict[str, str]]:
    """Pages of three sites: a menu, the box of the author, a footer with a figure of its own; and between
    them a text that is nobody else's, on the last page of each site the same one. Some pages repeat
    paragraphs, and some have no URL or no title.
    """
    pages = []
    for site in ("harbour", "orchard", "valley"):
        menu = [f"{site.title()} {name}" for name in ("Home", "World news", "Sport and games", "Subscribe")]
        author = f"Ann Reed writes for the {site} desk. Follow her on Twitter, and send tips to our newsroom."
        for page in range(14):
            seed = f"{site} {page}" if page < 13 else "all"
            body = [paragraph(random.Random(f"{seed} {i}"), ideographs=False) for i in range(5)]
            body += body[:2] if page % 4 == 1 else []
            foot = [f"Share this page ({page + 3})", f"© {2000 + page} The {site} post. All rights reserved."]
            document = {"id": f"{site}{page}", "text": "\n".join([*menu, *body, author, *foot])}
            document |= {"url": f"https://www.{site}.example/{page}"} if page != 6 else {}
            pages.append(document | ({"title": f"News {seed}"} if page % 3 else {}))
    return pages
