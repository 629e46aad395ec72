from datetime import UTC

from headwater.clock import system_clock


def test_the_systems_clock_is_aware_and_in_utc() -> None:
    first, second = system_clock(), system_clock()
    assert first.tzinfo is UTC
    assert first <= second
