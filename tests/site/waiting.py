"""Waits in a page whose policy lets nothing be evaluated within it, as Playwright's own waiting would."""


def until(page, condition, *given, seconds=60):
    """Waits until an expression, or a function of what is given, is true in the page."""
    for _ in range(20 * seconds):
        if page.evaluate(condition, *given):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not true within {seconds} s: {condition} {given}")
