"""Small words: time, number, who."""

from datetime import timedelta


def ago(passed: timedelta) -> str:
    """`12 s`, `7 min`, `3 h`, `2 d`: one unit, rounded down, as people say it."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3_600} h"
    return f"{seconds // 86_400} d"


def called(who: str) -> str:
    """A Slack user as a mention; a `person:` ref as it is."""
    return f"<@{who}>" if who.startswith(("U", "W")) else who


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 alert`, `3 alerts`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
