"""Whether the rest of the page speaks of what the copy speaks of."""

from collections import Counter
from itertools import chain

from dedup.repeats.observations.candidate import Repeated


def topic(repeated: Repeated) -> dict[str, float]:
    """The share of the copy's words that stand elsewhere: on the page, in its long paragraphs, in its first
    two.
    """
    page, own = repeated.page, {word for i in repeated.copies for word in repeated.page.topics[i]}
    both = {*repeated.copies, *repeated.originals}
    here = Counter(chain.from_iterable(page.topics[i] for i in both))
    here_long = Counter(chain.from_iterable(page.topics[i] for i in both if page.is_long[i]))
    title = {word for i in range(min(2, page.count)) if i not in both for word in page.topics[i]}
    words, count = page.vocabulary, max(1, len(own))
    of_body = page.body_vocabulary
    return {
        "topic": sum([words[word] > here[word] for word in own]) / count,
        "topic_body": sum([of_body[word] > here_long[word] for word in own]) / count,
        "topic_title": sum([word in title for word in own]) / count,
    }
