"""What is wrong with the tokens, found at start and named with its mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from headwater.slack.client import TIMEOUT, Slack
from headwater.slack.manifest import scopes
from headwater.slack.transport import code_of

MENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invalid_auth": "Slack does not know this token: copy it again from {page}",
        "not_authed": "it is empty: copy it from {page}",
        "not_allowed_token_type": "it is a token of another kind: copy the one from {page}",
        "token_revoked": "it was revoked: reinstall the app, then copy it from {page}",
        "token_expired": "it has expired: reinstall the app, then copy it from {page}",
        "account_inactive": "the app was removed from the workspace: install it, then copy it from {page}",
        "missing_scope": "it lacks connections:write: make a token with it under {page}",
    }
)
BOT_PAGE: Final = "the Slack app's page OAuth & Permissions"
APP_PAGE: Final = "the Slack app's page Basic Information, App-Level Tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Who we are in Slack, and what must be mended, in sentences; no sentence, all well."""

    team: str = ""
    user: str = ""
    url: str = ""
    problems: tuple[str, ...] = ()


async def examine(slack: Slack, app_token: str | None) -> Examined:
    """Ask Slack about both tokens. `app_token` is None where Slack delivers over HTTP."""
    examined = await _bot(slack)
    if app_token is None:
        return examined
    problem = await _app(app_token, slack.client.base_url)
    return Examined(
        team=examined.team,
        user=examined.user,
        url=examined.url,
        problems=(*examined.problems, *([problem] if problem else [])),
    )


async def _bot(slack: Slack) -> Examined:
    try:
        answer, headers = await slack.who_am_i()
    except SlackApiError as error:
        return Examined(problems=(_sentence("SLACK_BOT_TOKEN", error, BOT_PAGE),))
    except (TimeoutError, aiohttp.ClientError) as error:
        return Examined(problems=(_unreachable(slack.client.base_url, error),))
    return Examined(
        team=str(answer.get("team", "")),
        user=str(answer.get("user_id", "")),
        url=str(answer.get("url", "")),
        problems=tuple(_missing(headers)),
    )


def _missing(headers: Mapping[str, str]) -> list[str]:
    """Slack lists a token's scopes in a header of every answer; without the header nothing can be said."""
    granted = next((value for key, value in headers.items() if key.lower() == "x-oauth-scopes"), None)
    if granted is None:
        return []
    has = {scope.strip() for scope in granted.split(",")}
    missing = [scope for scope in scopes() if scope not in has]
    if not missing:
        return []
    them = "it" if len(missing) == 1 else "them"
    sentence = (
        f"SLACK_BOT_TOKEN lacks {', '.join(missing)}: add {them} under OAuth & Permissions, or paste what "
        "`headwater manifest` prints as the app's manifest; then reinstall the app."
    )
    return [sentence]


async def _app(token: str, base_url: str) -> str | None:
    if not token.startswith("xapp-"):
        return f"SLACK_APP_TOKEN begins with xapp-: make one under {APP_PAGE}, with connections:write."
    client = AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return _sentence("SLACK_APP_TOKEN", error, APP_PAGE)
    except (TimeoutError, aiohttp.ClientError) as error:
        return _unreachable(base_url, error)
    return None


def _sentence(variable: str, error: SlackApiError, page: str) -> str:
    code = code_of(error)
    mend = MENDS.get(code, "see {page}").format(page=page)
    return f"{variable} won't do ({code}): {mend}."


def _unreachable(base_url: str, error: Exception) -> str:
    return (
        f"Slack could not be reached at {base_url} ({type(error).__name__}): check the network and any proxy."
    )
