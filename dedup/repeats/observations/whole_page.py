"""What the article is like as a whole: a page with its menus, a forum, a list, prose."""

from dedup.repeats import lexicon
from dedup.repeats.observations.page import SHORT, Page

_TEXT = 15  # least words of a paragraph that counts as text, not as a line


def whole_page(page: Page, covered: list[bool]) -> dict[str, float]:
    """Observations of the article. `covered`: whether a paragraph is in a run. How long it is is none of
    them: a fit would tell the invented articles by it.
    """
    article, count = page.article, page.count
    every, total = range(count), max(1, page.words_before[-1])
    return {
        "page_mean_words": page.words / count,
        "page_forum": page.forum,
        "page_sentences": page.share(every, page.ends_sentence),
        "page_short": sum([size <= SHORT for size in page.sizes]) / count,
        "page_text": sum([size for size in page.sizes if size >= _TEXT]) / total,
        "page_long": sum([size for size in page.sizes if size >= 20]) / total,
        "page_items": page.share(every, page.is_item),
        "page_code": article.count_code(article.remove_links(article.text)) / count,
        "page_prices": sum(page.prices) / count,
        "page_indented": sum([article.text.endswith((" ", "\t"), 0, i) for i in article.starts]) / count,
        "page_interface": sum(page.interface_words) / total,
        "page_menu": float(_menu_lines(page)),
        "page_labels": page.share(every, page.is_label),
        "page_row_of_labels": float(max(page.labels_in_a_row)),
        "page_repeated": page.share(every, page.is_repeated),
        "page_covered": page.share(every, covered),
        "page_speakers": page.share(every, page.has_speaker),
        "page_quotes": sum([text[:1] in lexicon.QUOTES for text in page.texts]) / count,
        "page_digits": page.share(every, page.has_digit),
    }


def _menu_lines(page: Page) -> int:
    """Lines of menus: short ones in which half the words or more are interface words. A line counts at most
    twice, because a button under every item is no menu.
    """
    times: dict[int, int] = {}
    for value, size, known in zip(page.hashes, page.sizes, page.interface_words, strict=True):
        if 0 < size <= SHORT and 2 * known >= size:
            times[value] = times.get(value, 0) + 1
    return sum(min(count, 2) for count in times.values())
