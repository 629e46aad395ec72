"""Who waits at the engine's doors, and how they are answered across threads."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from headwater.core.alerts import Delivery


@dataclass(slots=True)
class Asked:
    """A change to run on the engine's thread; `quiet` when it can't make anything due to say."""

    change: Callable[[Connection], Any] | None
    future: asyncio.Future[Any]
    quiet: bool = False


@dataclass(slots=True)
class Taken:
    """Deliveries to be written to the journal."""

    deliveries: Sequence[Delivery]
    future: asyncio.Future[Any]


def answer_all(answers: Iterable[tuple[asyncio.Future[Any], Any]]) -> None:
    """Give each future its result, or raise in it; one call into each loop, however many wait there."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for future, result in answers:
        by_loop.setdefault(future.get_loop(), []).append((future, result))
    for loop, pairs in by_loop.items():
        with suppress(RuntimeError):  # closed: nobody waits there any more
            loop.call_soon_threadsafe(_settle, pairs)


def _settle(pairs: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in pairs:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
