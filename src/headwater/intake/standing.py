"""A foreign word for whether something fires or is over."""

from typing import Final

from headwater.core.alerts import Status

_WORDS: Final = {
    Status.FIRING: """firing fire fired triggered trigger alerting alert open opened active activated created
        failed failing failure fail error errored critical high warning warn down bad degraded breached breach
        started problem acknowledged new unresolved regressed regression""",
    Status.RESOLVED: """resolved resolve ok closed close recovered recovery normal up good passed pass passing
        success succeeded completed healthy deactivated ended inactive fixed archived""",
}
_STANDING: Final = {word: status for status, words in _WORDS.items() for word in words.split()}


def standing(word: str) -> Status | None:
    """Firing, resolved, or None for a word that says neither."""
    return _STANDING.get(word.strip().lower())
