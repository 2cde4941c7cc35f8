"""A page by keyboard."""


def tab_to(page, condition, limit=60):
    """Press the tabulator until the element that has the focus meets a condition (JavaScript)."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"no element that the tabulator reaches meets: {condition}")
