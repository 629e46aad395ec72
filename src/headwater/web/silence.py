"""Senders that have fallen silent: an alert when one says nothing for longer than is normal for it.

Silence is told through the same journal as everything else, by the sender `headwater`, so that it is placed,
routed and ended like any alert.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.clock import Clock
from headwater.core.alerts import Delivery
from headwater.core.senders import Sender, Switch
from headwater.web.door import Journal
from headwater.web.senders import SendersInForce

OURSELVES: Final = "headwater"
"""The sender of what Headwater notices by itself."""


class SilenceWatch:
    """`heard` is when the door last heard each sender; `last_kept` asks the rows, where it has not heard
    one for too long, and may block. `look` is called every minute.
    """

    def __init__(
        self,
        journal: Journal,
        senders: SendersInForce,
        clock: Clock,
        *,
        heard: Mapping[str, datetime],
        last_kept: Callable[[str], datetime | None],
    ) -> None:
        self._journal = journal
        self._senders = senders
        self._clock = clock
        self._heard = heard
        self._last_kept = last_kept
        self._told: dict[str, bool] = {}

    async def look(self) -> None:
        """Tell of those that fell silent or came back since the last look; at the first, of all."""
        now = self._clock()
        for sender in self._senders.book.by_name.values():
            if sender.deadline is None or sender.switch is Switch.OFF:
                continue
            since = await self._since(sender, now)
            silent = now - since > sender.deadline
            if self._told.get(sender.name) is not silent:
                await self._journal.receive((_told(sender, since, silent=silent, now=now),))
                self._told[sender.name] = silent

    async def _since(self, sender: Sender, now: datetime) -> datetime:
        assert sender.deadline is not None
        heard = self._heard.get(sender.name)
        if heard is not None and now - heard <= sender.deadline:
            return heard
        # Another replica may have heard it, or this one before it was restarted.
        kept = await asyncio.to_thread(self._last_kept, sender.name)
        return max(each for each in (sender.made_at, heard, kept) if each is not None)


def _told(sender: Sender, since: datetime, *, silent: bool, now: datetime) -> Delivery:
    assert sender.deadline is not None
    alert: dict[str, Any] = {
        "name": "SenderSilent",
        "status": "firing" if silent else "resolved",
        "title": f"Sender {sender.name} has said nothing since {since:%Y-%m-%d %H:%M}Z"
        if silent
        else f"Sender {sender.name} is heard again",
        "severity": "warning",
        "labels": {"sender": sender.name, "symptom": "flow"},
        "starts_at": (since + sender.deadline if silent else now).isoformat(),
    }
    return Delivery(
        sender=OURSELVES, format="generic", received_at=now, body=msgspec.json.encode(alert), path="/silence"
    )
