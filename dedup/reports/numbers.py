"""Numbers as reports and messages have them: counts, shares, similarities, rates."""


def number(count: int, noun: str) -> str:
    """A count with its noun: 1 group, 2,000 groups."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def percent(share: float) -> str:
    """A share (0 to 1) in per cent: 93.4%. Only 0 is 0.0%, and only 1 is 100.0%."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{100 * share:.1f}%"


def similarity(value: float) -> str:
    """A Jaccard (0 to 1) with three digits, rounded down: below a threshold it never looks equal to it."""
    return f"{int(value * 1000 + 1e-9) / 1000:.3f}"


def contained(value: float) -> str:
    """A coverage (0 to 1) in per cent with one digit, rounded down like a Jaccard."""
    return f"{int(value * 1000 + 1e-9) / 10:.1f}%"


def score(value: float) -> str:
    """How similar two paragraphs are (0 to 100) in whole per cent; only equal ones are 100%."""
    return f"{min(99, round(value)) if value < 100 else 100}%"


def chance(probability: float) -> str:
    """A probability (0 to 1) in whole per cent, rounded down, so that one below the caution never looks equal
    to it.
    """
    return f"{int(probability * 100 + 1e-9)}%"


def unit_of(stage: str) -> tuple[str, float]:
    """What is counted in a stage of a run, and how much of that is one unit."""
    return ("MB", 1e6) if stage == "read" else ("articles", 1.0)


def duration(seconds: float) -> str:
    """A time in its largest units: 8 s, 2 min 30 s, 1 h 5 min."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def rate(count: float, unit: str) -> str:
    """An amount per second: 1,234.5 MB/s; only nothing is 0."""
    return f"{count:,.1f} {unit}/s" if count >= 0.05 else f"<0.1 {unit}/s"
