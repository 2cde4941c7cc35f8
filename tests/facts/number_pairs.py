"""Pairs of texts that are templates, and pairs that are duplicates."""

QUARTER = (
    "{} reported its third quarter. Shr {} cts vs {} cts. Net profit {} vs {}. Revenue {} mln vs {} "
    "mln. The company said that it expects demand for its goods to hold up until the end of the year."
)
QUAKE = (
    "An earthquake of magnitude {} shook the coast on {}, the survey said. Its centre lay {} km "
    "south of the port of Ellmouth at a depth of {} km. Nobody was reported hurt and no damage was seen."
)
WEATHER = (
    "Forecast for {}: cloudy in the morning, sunny spells later. The temperature rises to {} degrees in the "
    "valleys and {} on the hills; the wind comes from the west at {} km an hour. Chance of rain {} %."
)
RATE = (
    "The central bank arranged {} billion of customer repurchase agreements, it was said. Dealers said "
    "overnight funds were trading at {} pct when it entered the market to add reserves to the banks."
)
MATCH = (
    "The league said that {} people saw the game on Saturday. Northfield scored {} goals and Eastham {}; the "
    "referee showed {} yellow cards. The next games of both teams are played at home."
)
PRICES = "Prices at the market hall, a kilo: apples {}, pears {}, plums {}, walnuts {}, honey {}, butter {}."
STORY = (
    "The council of Marbridge voted for a new tram on {}. The line will be {} km long, cost {} million "
    "and carry {} people a day. It replaces {} buses, the mayor said, and opens in {}."
)
TRAM = ("Monday", "7.5", "340", "2,000", "12", "2031")
LINKED = "The study{} was read{} by experts{} and its data{} were checked{} before the journal{} took it."
CLUTTER = (
    "Home News Sport Weather. Most read today: 5 recipes for autumn, 12 places to see, 3 ways to save. "
    "Subscribe for 4.99 a month. {} More from this section: 10 questions answered. Call 555 0199."
)


def _linked(first: int) -> str:
    return LINKED.format(*(f"[{first + i}]" for i in range(6)))


TEMPLATES = {
    "quarters of two companies": (
        QUARTER.format("Harlow Paper Co", "41", "38", "3,120,000", "2,890,000", "48.2", "45.1"),
        QUARTER.format("Brightwater Mills Inc", "77", "80", "9,402,000", "9,911,000", "130.4", "128.0"),
    ),
    "quakes": (
        QUAKE.format("5.4", "Tuesday", "23", "11"),
        QUAKE.format("4.7", "Friday", "41", "30"),
    ),
    "forecasts": (
        WEATHER.format("3 March", "14", "9", "20", "60"),
        WEATHER.format("4 March", "17", "11", "15", "10"),
    ),
    "rates": (RATE.format("1.5", "6-3/16"), RATE.format("two", "6 1/4")),
    "one of two figures and nothing else": (RATE.format("1.5", "6-3/16"), RATE.format("1.5", "6-1/4")),
    "games": (MATCH.format("12,400", "3", "1", "4"), MATCH.format("8,950", "2", "2", "4")),
    "scores turned round": (MATCH.format("12,400", "3", "1", "4"), MATCH.format("11,020", "1", "3", "2")),
    "prices": (
        PRICES.format("2.40", "3.10", "4.25", "7.00", "9.80", "6.50"),
        PRICES.format("2.55", "3.10", "4.40", "7.20", "9.80", "6.95"),
    ),
    "quakes in Devanagari digits": (
        "शहर के पास ५.४ तीव्रता का भूकंप आया, केंद्र ११० किलोमीटर दूर था।",
        "शहर के पास ४.७ तीव्रता का भूकंप आया, केंद्र २३५ किलोमीटर दूर था।",
    ),
    "quakes in Chinese": (
        "昨天发生５．４级地震，震源深度１１０公里，没有人受伤。",
        "昨天发生4.7级地震，震源深度235公里，没有人受伤。",
    ),
    "one of them in clutter": (
        CLUTTER.format(RATE.format("1.5", "6-3/16")),
        RATE.format("2.5", "6-1/2"),
    ),
}
DUPLICATES = {
    "thousands written another way": (STORY.format(*TRAM), STORY.format(*TRAM).replace("2,000", "2000")),
    "thousands with a space": (STORY.format(*TRAM), STORY.format(*TRAM).replace("2,000", "2 000")),
    "thousands with a narrow space": (
        STORY.format(*TRAM),
        STORY.format(*TRAM).replace("2,000", "2\u202f000"),
    ),
    "decimals written another way": (STORY.format(*TRAM), STORY.format(*TRAM).replace("7.5", "7,50")),
    "a figure corrected": (STORY.format(*TRAM), STORY.format(*TRAM).replace("340", "430")),
    "a figure corrected, and the correction announced": (
        RATE.format("1.5", "6-3/16"),
        "CORRECTED " + RATE.format("1.5", "6-1/4") + " Corrects the rate of overnight funds.",
    ),
    "a figure corrected wherever it is": (
        "It is 340 to build. " + STORY.format(*TRAM),
        "It is 430 to build. " + STORY.format(*TRAM).replace("340", "430"),
    ),
    "another dateline": (
        "MARBRIDGE, 3 March 2027, 10:30 a.m. " + STORY.format(*TRAM),
        "MARBRIDGE, 5 April 2028, 11:45 p.m. " + STORY.format(*TRAM),
    ),
    "another date and nothing else": (
        "Last change: 03/12/2024. All is well.",
        "Last change: 24/02/2025. All is well.",
    ),
    "a bare dateline": (
        "MARBRIDGE, 3 March. Updated April 14. The tram is late again, passengers said.",
        "MARBRIDGE, 5 May. Updated April 20. The tram is late again, passengers said.",
    ),
    "a figure corrected three times, and the correction announced": (
        "The bridge costs 340 million. Nobody has 340 million. The state lends 340 million.",
        "CORRECTED The bridge costs 430 million. Nobody has 430 million. The state lends 430 million.",
    ),
    "terms that were rewritten": (
        f"{QUAKE.format('5.4', 'Tuesday', '23', '11')} {STORY.format(*TRAM)}",
        f"{QUAKE.format('4.7', 'Tuesday', '41', '30')} {STORY.format(*TRAM)} {'They agreed so. ' * 25}",
    ),
    "figures moved": (
        "Loans 834 mln vs 729 mln. Deposits 942 mln vs 870 mln. Assets 1150 mln vs 1020 mln.",
        "Assets 1150 mln vs 1020 mln. Loans 834 mln vs 729 mln. Deposits 942 mln vs 870 mln.",
    ),
    "figures moved and one new": (
        "Profit 20 mln vs 30 mln. Loans 834 mln vs 729 mln and assets 1150 mln vs 1020 mln.",
        "Assets 1150 mln vs 1020 mln. Loans 834 mln vs 729 mln and profit 21 mln vs 30 mln.",
    ),
    "years": ("The fair opens in 2026 as it did in 2024.", "The fair opens in 2027 as it did in 2025."),
    "hours": ("Doors open at 7 pm and close at 1130 GMT.", "Doors open at 8 pm and close at 1230 GMT."),
    "counters": (
        "Posted 5 minutes ago. 12 comments, 340 views. The tram is on its way. 7 likes",
        "Posted 3 hours ago. 15 comments, 401 views. The tram is on its way. 9 likes",
    ),
    "counters behind their names": (
        "The tram is on its way. Comments: 12. Views: 340",
        "The tram is on its way. Comments: 15. Views: 401",
    ),
    "counters around a story with figures": (
        "3 people like this, 14 have shared it. " + STORY.format(*TRAM),
        "9 people like this, 21 have shared it. " + STORY.format(*TRAM),
    ),
    "wrapped": (STORY.format(*TRAM), CLUTTER.format(STORY.format(*TRAM))),
    "wrapped twice": (
        "1 Home 2 News 3 Sport " + STORY.format(*TRAM) + " 80 more stories",
        CLUTTER.format(STORY.format(*TRAM)),
    ),
    "links numbered from another start": (_linked(1), _linked(24)),
    "Arabic digits": ("وصل ٢٬٠٠٠ شخص في ١٢ حافلة", "وصل 2,000 شخص في 12 حافلة"),
    "Devanagari digits": ("१२ बसों में ३४० लोग आए", "12 बसों में 340 लोग आए"),
    "full-width digits": ("昨天有１２人，明天有３４０人", "昨天有12人，明天有340人"),
    "a number by its name": ("She sold 2 boats and 3 cars.", "She sold two boats and three cars."),
    "names of things": ("Flight MH370 left from gate B12.", "Flight MH371 left from gate B14."),
    "ordinals": ("The 4th round and the 5th race.", "The 6th round and the 7th race."),
    "paragraphs in another order": (
        f"{QUAKE.format('5.4', 'Tuesday', '23', '11')}\n\n{STORY.format(*TRAM)}",
        f"{STORY.format(*TRAM)}\n\n{QUAKE.format('5.4', 'Tuesday', '23', '11')}",
    ),
    "no figures": ("All is well.", "All is not well."),
    "nothing": ("", ""),
}
