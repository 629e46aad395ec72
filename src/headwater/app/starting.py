"""What must hold before Headwater begins, each with a sentence that says how to mend it."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from headwater.core.errors import HeadwaterError
from headwater.slack.client import Slack
from headwater.store import migrate
from headwater.store.database import Database

LOG: Final = logging.getLogger(__name__)


class CannotStartError(HeadwaterError):
    """Headwater can't begin."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom Slack takes us for, and what it lets us do."""

    user: str
    bot: str
    team: str
    name: str
    scopes: frozenset[str]


def open_database(url: str) -> Database:
    """The database, made where it is new. Raises CannotStartError where it can't be used."""
    database = Database(url)
    try:
        if _is_new(database):
            migrate.upgrade(database)
        elif not migrate.is_current(database):
            database.close()
            raise CannotStartError(
                f"{url} has an older shape than this version needs. Copy it, then run: headwater db upgrade"
            )
    except OperationalError as wrong:
        database.close()
        raise CannotStartError(
            f"{url} can't be used: {wrong.orig}."
            " Its folder must be writable; HEADWATER_DATABASE names another."
        ) from None
    return database


def _is_new(database: Database) -> bool:
    with database.read() as connection:
        return not inspect(connection).get_table_names()


async def identify(slack: Slack, needed: Collection[str]) -> Identity | None:
    """Whom the token belongs to. None where Slack can't be reached: alerts must still be taken in.

    Raises CannotStartError where Slack refuses the token, or the token lacks one of the `needed` scopes.
    """
    try:
        answer, headers = await slack.who_am_i()
    except SlackApiError as wrong:
        code = wrong.response.get("error", "an error")
        raise CannotStartError(
            f"Slack refuses SLACK_BOT_TOKEN ({code}). Copy it again from OAuth & Permissions of your app, and"
            " install the app to the workspace if it is not."
        ) from None
    except (TimeoutError, aiohttp.ClientError) as wrong:
        LOG.warning("Slack can't be reached (%s); alerts are taken in meanwhile", type(wrong).__name__)
        return None
    scopes = frozenset(word.strip() for word in _header(headers, "x-oauth-scopes").split(",") if word.strip())
    missing = sorted(set(needed) - scopes)
    if scopes and missing:
        raise CannotStartError(
            f"The Slack app lacks {', '.join(missing)}. Paste what `headwater manifest` prints into your"
            " app's page App Manifest, save, and reinstall the app."
        )
    return Identity(
        user=str(answer.get("user_id", "")),
        bot=str(answer.get("bot_id", "")),
        team=str(answer.get("team", "")),
        name=str(answer.get("user", "")),
        scopes=scopes,
    )


async def check_app_token(token: str, api_url: str) -> bool:
    """Whether a socket could be opened with it; False where Slack can't be reached.

    Asked before the socket is opened, because Slack's client tries a refused token again for ever. Raises
    CannotStartError where Slack refuses it.
    """
    try:
        await AsyncWebClient(base_url=api_url).apps_connections_open(app_token=token)
    except SlackApiError as wrong:
        raise CannotStartError(
            f"Slack refuses SLACK_APP_TOKEN ({wrong.response.get('error')}). Make one under Basic"
            " Information, App-Level Tokens, with connections:write, and turn Socket Mode on."
        ) from None
    except (TimeoutError, aiohttp.ClientError) as wrong:
        LOG.warning("Slack can't be reached (%s); it is tried again", type(wrong).__name__)
        return False
    return True


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "")
