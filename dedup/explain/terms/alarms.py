"""What each alarm of a report ("Needs attention") means."""

from dedup.explain.terms.term import Term

_GROUP = "alarm"

ALARMS = [
    Term(
        "unreadable",
        _GROUP,
        "Records could not be read as articles.",
        "3 records (0.1%) could not be read.",
        "Look at the rejects file: it has each record with its line and the reason. Repair what writes them, "
        "and clean the repaired records in a second run.",
    ),
    Term(
        "without words",
        _GROUP,
        "At least 5% of the articles have a text without any word.",
        "120 articles (6.0%) have no words.",
        "Check that --text-field names the right field, and that the extractor works.",
    ),
    Term(
        "unlike",
        _GROUP,
        "A group of near-duplicates has members of which neither has half of the other. Each of them matches "
        "the kept article, but they may be different articles.",
        "A page that lists five stories, and each of the stories.",
        "Compare the two that the report names. If they differ, raise --contained or --threshold.",
    ),
    Term(
        "crowd",
        _GROUP,
        "One group has at least 100 articles and a tenth of all.",
        "The group of a1 has 400 articles, 20% of all.",
        "Read the kept article: it is often a consent notice or an error page that was scraped in place of "
        "articles. Then repair the scrape.",
    ),
    Term(
        "echo",
        _GROUP,
        "A site repeats at least 5% of its text inside its articles, and three times as much as the others.",
        "30% of the text of news.example is repeated.",
        "Check the extractor of that site: it probably takes the body twice. dedup repeats shows the "
        "repeats.",
    ),
    Term(
        "same",
        _GROUP,
        "At least 80% of the articles of a site are near-duplicates, and twice as many as on the others.",
        "95% of the articles of news.example are near-duplicates.",
        "Check its addresses: one page is probably online under many of them, or a notice is scraped in "
        "place of the articles.",
    ),
    Term(
        "printed",
        _GROUP,
        "What a site prints on many of its pages is another share of its text than in earlier runs, by 20 "
        "points or more (--index).",
        "60% of the text of news.example; in earlier runs it was 20%.",
        "Check the site: its template has changed, or the extractor takes in more of the page. dedup sites "
        "shows what it prints.",
    ),
    Term(
        "dropped",
        _GROUP,
        "At least half of all articles were dropped.",
        "1,200 articles (60.0%) were dropped.",
        "Look at some of the decisions with dedup compare. If they are wrong, dedup tune recommends another "
        "--threshold.",
    ),
    Term(
        "tagged",
        _GROUP,
        "At least half of all articles were tagged as near-duplicates (--action tag).",
        "1,200 articles (60.0%) were tagged.",
        "Look at some of the decisions with dedup compare. If they are wrong, dedup tune recommends another "
        "--threshold.",
    ),
    Term(
        "lost",
        _GROUP,
        "At least 5% of the text of the dropped articles is not in the articles kept instead.",
        "7.7% of the dropped text is in no kept copy.",
        "Look at the article that loses most: the report names it. To keep articles that would lose more "
        "than a tenth of their text, add --max-loss 10%.",
    ),
    Term(
        "not found",
        _GROUP,
        "Ids in the file of --never-drop are in no article.",
        "7 of 9 ids in keep.txt are in no article.",
        "Check the file, and that --id-field names the field with the ids.",
    ),
    Term(
        "undated",
        _GROUP,
        "At least 20% of the articles have no value that can be read in the field of --keep newest or "
        "oldest. They come after all others.",
        "03/04/2024 may be in March or in April.",
        "Write dates as 2024-04-03, or choose another field.",
    ),
    Term(
        "not preferred",
        _GROUP,
        "No article has the value of --keep prefer:FIELD=VALUE.",
        "No article has 'a.example' in the field 'url'.",
        "Check how the value is written, and that the articles have the field.",
    ),
]
