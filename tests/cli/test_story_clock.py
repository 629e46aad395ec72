from datetime import UTC, datetime, timedelta

from headwater.cli.playing import pace
from headwater.cli.story_clock import StoryClock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Hand:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_a_story_begins_in_the_past_and_flows_as_the_machines_clock_does() -> None:
    real = Hand()
    clock = StoryClock(real, 10 * MINUTE)
    assert clock() == NOON - 10 * MINUTE
    real.now += MINUTE
    assert clock() == NOON - 9 * MINUTE


def test_it_can_be_moved_forward_but_never_past_the_machines_own_time() -> None:
    clock = StoryClock(Hand(), 3 * MINUTE)
    assert clock.skip(2 * MINUTE) == 2 * MINUTE
    assert clock.skip(5 * MINUTE) == MINUTE
    assert clock() == NOON
    assert clock.behind == timedelta()


def test_it_is_never_moved_back() -> None:
    clock = StoryClock(Hand(), MINUTE)
    assert clock.skip(-MINUTE) == timedelta()
    assert clock() == NOON - MINUTE


def test_a_long_gap_takes_four_seconds_and_a_short_one_is_still_seen() -> None:
    assert pace(timedelta(hours=5)) == 4
    assert pace(timedelta(seconds=1)) == 1.5
    assert pace(timedelta(seconds=10)) == 2.5
