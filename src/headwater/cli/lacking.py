"""What stands between this configuration and a running Headwater; the same list for `serve` and `doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.settings import Settings


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing missing: what it is called, and where it comes from."""

    what: str
    mend: str


def lacking(settings: Settings) -> Iterator[Lack]:
    """Everything that must be there before Headwater can begin, in the order one would mend it."""
    if settings.slack_bot_token is None:
        yield Lack("SLACK_BOT_TOKEN", "xoxb-..., on your Slack app's page OAuth & Permissions")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        yield Lack(
            "SLACK_APP_TOKEN",
            "xapp-..., under Basic Information, App-Level Tokens"
            " (or SLACK_SIGNING_SECRET, where Slack shall call us)",
        )
    if not settings.registry.exists():
        yield Lack(str(settings.registry), "the ownership registry (HEADWATER_REGISTRY names another)")


def screen(lacks: list[Lack]) -> str:
    """What is missing and the next step, on one screen."""
    width = max(len(lack.what) for lack in lacks)
    return "\n".join(
        [
            "Headwater is not set up yet. It lacks:",
            "",
            *(f"  {lack.what:<{width}}  {lack.mend}" for lack in lacks),
            "",
            "Next:          headwater init    asks for these, writes .env and a first ownership.yaml",
            "Only looking:  headwater demo    needs no account and none of these",
        ]
    )
