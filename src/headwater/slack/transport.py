"""Saying one thing to Slack, and what its refusals mean: the only file that knows which are for good.

`Retry` says when; with `unsure` the message may have been posted all the same, and is looked for before it is
posted again. `GiveUp` says why in a sentence, which the catch-all team is told. `Gone`: the message that was
to be edited is no more, so it is posted anew.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError


@dataclass(frozen=True, slots=True)
class Said:
    """It stands in conversation `place` as message `ts`."""

    place: str
    ts: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `limited` where Slack asked for it with a 429."""

    after: timedelta
    reason: str
    unsure: bool = False
    limited: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Never: why, as a clause without a full stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message that was to be edited is there no longer, or may not be edited."""


@dataclass(frozen=True, slots=True)
class NotIn:
    """The bot is no member of the channel: it may join a public one."""


Outcome = Said | Retry | GiveUp | Gone | NotIn

FOR_GOOD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "channel_not_found": "{where} is not there, or is private and I was never invited",
        "is_archived": "{where} is archived",
        "restricted_action": "a rule of the workspace forbids me to post in {where}",
        "restricted_action_read_only_channel": "{where} is read-only",
        "restricted_action_thread_only_channel": "{where} allows only replies",
        "restricted_action_thread_locked": "the thread in {where} is locked",
        "restricted_action_non_threadable_channel": "{where} allows no threads",
        "thread_not_found": "the thread in {where} was deleted",
        "method_not_supported_for_channel_type": "{where} is a kind of conversation I can't post in",
        "user_not_found": "{where} is not a person of this workspace",
        "users_not_found": "{where} is not a person of this workspace",
        "user_disabled": "{where} is deactivated",
        "user_is_bot": "{where} is a bot",
        "cannot_dm_bot": "{where} is a bot",
        "user_not_visible": "I may not see {where}",
        "messages_tab_disabled": "direct messages to me are switched off for {where}",
        "msg_too_long": "the message was too long for {where}",
        "msg_blocks_too_long": "the message was too long for {where}",
        "no_text": "the message for {where} had no text",
        "invalid_blocks": "Slack refused the message's form for {where}",
        "invalid_attachments": "Slack refused the message's form for {where}",
        "invalid_metadata_schema": "Slack refused the message's metadata for {where}",
        "channel_type_not_supported": "{where} is a kind of conversation I can't post in",
        "team_access_not_granted": "I am not allowed into the workspace of {where}",
    }
)
"""Refusals that waiting won't mend. `{where}` is the channel or person as the registry writes it."""

MENDABLE: Final = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "ekm_access_denied",
        "access_denied",
    }
)
"""What an operator mends; then everything that waited is said. It concerns every channel, so that giving up
here would tell nobody.
"""

PASSING: Final = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "accesslimited"}
)
"""Slack's own troubles, after which nobody knows whether the message was posted."""

GONE: Final = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "block_mismatch"}
)

MENDED_AFTER: Final = timedelta(seconds=60)
PASSED_AFTER: Final = timedelta(seconds=3)


async def attempt(call: Callable[[], Awaitable[tuple[str, str]]], where: str) -> Outcome:
    """Say one thing by `call` (a post or an update) and read the answer."""
    try:
        place, ts = await call()
    except SlackApiError as error:
        return read_error(error, where)
    except (TimeoutError, aiohttp.ClientError) as error:
        return Retry(PASSED_AFTER, f"Slack could not be reached ({type(error).__name__})", unsure=True)
    return Said(place, ts)


def read_error(error: SlackApiError, where: str) -> Retry | GiveUp | Gone | NotIn:
    """What an error of Slack's means for what was to be said in `where`."""
    status, code, headers = _parts(error)
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return Retry(_asked(headers), "Slack asked us to slow down", limited=True)
    if status >= 500 or code in PASSING:
        return Retry(PASSED_AFTER, f"Slack is in trouble ({code or status})", unsure=True)
    if code in MENDABLE:
        return Retry(
            MENDED_AFTER, f"Slack does not let me post ({code}); see `headwater serve`'s check at start"
        )
    if code in GONE:
        return Gone()
    if code == "not_in_channel":
        return NotIn()
    sentence = FOR_GOOD.get(code, "Slack refused the message for {where} ({code})")
    return GiveUp(sentence.format(where=where, code=code or status))


def code_of(error: SlackApiError) -> str:
    """Slack's code, or the HTTP status where there is none."""
    status, code, _ = _parts(error)
    return code or str(status)


def _parts(error: SlackApiError) -> tuple[int, str, Mapping[str, str]]:
    """HTTP status, Slack's code and the headers. The SDK raises with its own response, or, where the body was
    no JSON, with aiohttp's.
    """
    answer = error.response
    headers: Mapping[str, str] = getattr(answer, "headers", None) or {}
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None) or 0
    data = answer if isinstance(answer, dict) else getattr(answer, "data", None)
    code = data.get("error", "") if isinstance(data, dict) else ""
    return int(status), str(code), headers


def _asked(headers: Mapping[str, str]) -> timedelta:
    """Retry-After in seconds; a missing or odd one counts as 30, Slack's usual."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return timedelta(seconds=max(1, int(value)) if value.isascii() and value.isdigit() else 30)
