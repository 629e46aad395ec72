from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.intake.moments import from_nanos, from_text, from_unix, utc

TWO = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T02:00:00Z",
        "2026-11-21T03:00:00+01:00",
        "2026-11-21T02:00:00",
        "2026-11-21 02:00:00+0000",
        "2026-11-21T02:00:00+00:00Z",
        " 1795226400 ",
        "1795226400000",
    ],
)
def test_every_way_senders_write_a_time_is_the_same_time(text: str) -> None:
    assert from_text(text) == TWO


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "9" * 40, "\u0662", "0001-01-01T00:00:00Z", "None"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert from_text(text) is None


def test_the_zero_date_is_no_time_in_any_zone() -> None:
    for hours in (-5, 0, 5):
        zone = timezone(timedelta(hours=hours))
        assert utc(datetime(1, 1, 1, tzinfo=zone)) is None


def test_a_time_that_no_zone_can_hold_is_no_time() -> None:
    assert utc(datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))) is None


def test_nanoseconds_of_nothing_are_unknown() -> None:
    assert from_nanos(0) is None
    assert from_nanos(10**40) is None
    assert from_nanos(1_795_226_400_000_000_000) == TWO


@given(number=st.integers() | st.floats())
def test_no_number_breaks_it(number: float) -> None:
    found = from_unix(number)
    assert found is None or found.tzinfo is UTC


@given(text=st.text())
def test_no_text_breaks_it(text: str) -> None:
    found = from_text(text)
    assert found is None or not found.utcoffset()
