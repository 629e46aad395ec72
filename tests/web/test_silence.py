from datetime import datetime, timedelta

import pytest

from headwater.core.alerts import Report, Status
from headwater.core.senders import Switch
from headwater.intake.formats import FORMATS
from headwater.web.senders import SendersInForce
from headwater.web.silence import SilenceWatch
from web.doors import NOON, House

A_DAY = timedelta(hours=24)


class Watched:
    """A sender that should speak daily, a door that hears it, and rows that remember."""

    def __init__(self, switch: Switch = Switch.ACTIVE) -> None:
        self.house = House().has("nightly", deadline=A_DAY, switch=switch).has("whenever", token="hw_other")
        self.heard: dict[str, datetime] = {}
        self.kept: dict[str, datetime] = {}
        self.senders = SendersInForce(lambda: tuple(self.house.senders), FORMATS, lambda: self.house.now)
        self.restart()

    def restart(self) -> None:
        self.heard.clear()
        self.watch = SilenceWatch(
            self.house.journal,
            self.senders,
            lambda: self.house.now,
            heard=self.heard,
            last_kept=self.kept.get,
        )

    def speaks(self) -> None:
        self.heard["nightly"] = self.kept["nightly"] = self.house.now

    async def after(self, **spans: float) -> list[Report]:
        """What is told at the look after this time."""
        self.house.pass_time(**spans)
        await self.senders.refresh()
        before = len(self.house.journal.kept)
        await self.watch.look()
        return [report for parsed in self.house.journal.parsed()[before:] for report in parsed.reports]


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_silence_longer_than_normal_is_an_alert_and_told_once(watched: Watched) -> None:
    watched.speaks()
    assert [report.status for report in await watched.after()] == [Status.RESOLVED]
    assert await watched.after(hours=24) == []
    (told,) = await watched.after(minutes=1)
    assert told.status is Status.FIRING
    assert told.title == "Sender nightly has said nothing since 2026-11-21 12:00Z"
    assert told.starts_at == NOON + A_DAY
    assert told.labels["symptom"] == "flow"
    assert await watched.after(hours=5) == []


async def test_its_next_delivery_ends_it(watched: Watched) -> None:
    (fired,) = await watched.after(hours=25)
    watched.speaks()
    (over,) = await watched.after(minutes=1)
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (Status.FIRING, Status.RESOLVED)
    assert over.starts_at > fired.starts_at


async def test_a_new_sender_has_its_whole_deadline_to_begin(watched: Watched) -> None:
    assert [report.status for report in await watched.after(hours=23)] == [Status.RESOLVED]
    assert [report.status for report in await watched.after(hours=2)] == [Status.FIRING]


async def test_after_a_restart_the_rows_know_when_it_last_spoke(watched: Watched) -> None:
    await watched.after(hours=20)
    watched.speaks()
    watched.restart()
    assert [report.status for report in await watched.after(hours=20)] == [Status.RESOLVED]
    (told,) = await watched.after(hours=5)
    assert told.starts_at == NOON + timedelta(hours=20) + A_DAY


async def test_a_silence_told_before_a_restart_is_the_same_alert_after_it(watched: Watched) -> None:
    (before,) = await watched.after(hours=25)
    watched.restart()
    (after,) = await watched.after(minutes=1)
    assert (before.fingerprint, before.starts_at) == (after.fingerprint, after.starts_at)


async def test_a_sender_switched_off_may_be_silent() -> None:
    watched = Watched(Switch.OFF)
    assert await watched.after(hours=100) == []
