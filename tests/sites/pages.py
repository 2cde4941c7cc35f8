"""Pages of invented sites: an article of its own on each, within what its site prints on all of them."""

import random
from dataclasses import dataclass

_SUBJECTS = (
    "council",
    "teacher",
    "river",
    "harbour",
    "painter",
    "museum",
    "orchard",
    "bridge",
    "garden",
    "mill",
)
_VERBS = (
    "opened",
    "repaired",
    "crossed",
    "measured",
    "painted",
    "closed",
    "visited",
    "moved",
    "counted",
    "sold",
)
_DETAILS = (
    "slowly",
    "twice",
    "early",
    "quietly",
    "at noon",
    "in spring",
    "after rain",
    "with care",
    "for years",
)
_MENU = ("Home", "World news", "Business", "Sport and games", "Weather today", "Subscribe to our newsletter")
_CONSENT = "We use cookies to improve your experience on our website, see our privacy policy."


@dataclass(frozen=True)
class Site:
    """A site with a menu, a consent text and a footer of its own. `name`: its host."""

    name: str

    @property
    def head(self) -> list[str]:
        """What stands above each article."""
        return [f"{line} | {self.name}" for line in _MENU] + [f"{self.name}: {_CONSENT}"]

    def foot(self, number: int) -> list[str]:
        """What stands below the article of page `number`: figures differ."""
        return [
            f"Most read on {self.name} ({number + 3})",
            f"Sign up for the daily letter of {self.name} and follow us on Facebook",
            f"© {1990 + number % 30} {self.name}. All rights reserved",
        ]

    def page(self, number: int, body: list[str] | None = None) -> dict[str, str]:
        """Page `number` as a document; `body`: its article, invented if there is none."""
        lines = [*self.head, *(body or article(f"{self.name} {number}")), *self.foot(number)]
        return {
            "id": f"{self.name}-{number}",
            "url": f"https://www.{self.name}/articles/{number}",
            "text": "\n\n".join(lines),
        }

    def pages(self, count: int) -> list[dict[str, str]]:
        """The first pages."""
        return [self.page(number) for number in range(count)]


def article(seed: str, paragraphs: int = 3, sentences: int = 3) -> list[str]:
    """A headline and some paragraphs, different ones for each seed."""
    rng = random.Random(seed)
    body = [" ".join(sentence(rng) for _ in range(sentences)) for _ in range(paragraphs)]
    return [f"Why {rng.choice(_SUBJECTS)} {rng.randrange(10**6)} was {rng.choice(_VERBS)} {seed}", *body]


def sentence(rng: random.Random) -> str:
    """A sentence of some twenty words that hardly comes twice."""
    words = [
        f"the {rng.choice(_SUBJECTS)} of {_name(rng)} {rng.choice(_VERBS)} {rng.choice(_DETAILS)}"
        for _ in range(3)
    ]
    return f"{', and '.join(words).capitalize()}."


def _name(rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprst") + rng.choice("aeiou") for _ in range(3)).capitalize()
