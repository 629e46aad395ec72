from datetime import UTC, date, datetime, time, timedelta

import pytest

from headwater.catalog import durations


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("26h", timedelta(hours=26)),
        ("10m", timedelta(minutes=10)),
        ("1h30m", timedelta(minutes=90)),
        ("2w", timedelta(weeks=2)),
        ("week", timedelta(weeks=1)),
        ("day", timedelta(days=1)),
        ("45s", timedelta(seconds=45)),
        ("0m", timedelta(0)),
    ],
)
def test_a_duration_is_a_number_with_a_unit_or_a_word(text: str, length: timedelta) -> None:
    assert durations.duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "10", "h", "1.5h", "10 m", "-5m", "10m!", "fortnight", "٣h", "9" * 30 + "w"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        durations.duration(text)


def test_a_length_of_zero_can_be_refused() -> None:
    with pytest.raises(ValueError, match="longer than zero"):
        durations.positive_duration("0s")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri", {1, 2, 3, 4, 5}),
        ("Mon,Wed, Fri", {1, 3, 5}),
        ("Fri-Mon", {5, 6, 7, 1}),
        ("monday", {1}),
        ("Tue-Tue", {2}),
        ("Mon,Tue,Thu-Fri", {1, 2, 4, 5}),
    ],
)
def test_days_are_lists_and_ranges_that_may_pass_sunday(text: str, days: set[int]) -> None:
    assert durations.weekdays(text) == days


@pytest.mark.parametrize("text", ["", "Mo", "Mon-", "Mon;Tue", "Funday", "1-5", "tuez"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="weekday"):
        durations.weekdays(text)


def test_times_and_handoffs() -> None:
    assert durations.clock_time("09:05") == time(9, 5)
    assert durations.handoff("Mon 10:00") == (1, time(10))
    assert durations.handoff("10:00") == (None, time(10))


@pytest.mark.parametrize("text", ["9:00", "24:00", "10:60", "10", "10:00:00", "noon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two digits"):
        durations.clock_time(text)


def test_zones_are_the_worlds() -> None:
    assert durations.zone("Europe/Berlin").key == "Europe/Berlin"
    for text in ("Europe/Atlantis", "", "../etc/passwd", "/etc/localtime", "Europe"):
        with pytest.raises(ValueError, match="No time zone"):
            durations.zone(text)


def test_moments_and_days() -> None:
    assert durations.moment("2026-12-24 10:00") == datetime(2026, 12, 24, 10)  # noqa: DTZ001 - without an offset on purpose
    assert durations.moment("2026-12-24T10:00+01:00") == datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert durations.day("2026-11-01") == date(2026, 11, 1)
    with pytest.raises(ValueError, match="date and a time"):
        durations.moment("tomorrow")
    with pytest.raises(ValueError, match="in the calendar"):
        durations.day("2026-02-30")


@pytest.mark.parametrize(
    "text",
    [
        "5 * * * *",
        "*/15 0-6 1,15 * Mon-Fri",
        "0 0 1 jan *",
        "0-30/5 * * * 7",
        "0   3 * * Sun",
        "59 23 31 12 0",
    ],
)
def test_a_schedule_of_standard_cron_passes(text: str) -> None:
    assert durations.cron(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5 * * *", "five fields"),
        ("@hourly", "five fields"),
        ("60 * * * *", "not within 0 to 59"),
        ("* 24 * * *", "not within 0 to 23"),
        ("* * 0 * *", "not within 1 to 31"),
        ("* * * 13 *", "not within 1 to 12"),
        ("* * * * 8", "not within 0 to 7"),
        ("* * * * Funday", "not a number"),
        ("30-10 * * * *", "backwards"),
        ("*/0 * * * *", "step"),
        ("*/x * * * *", "step"),
        ("5/10 * * * *", "no range"),
        ("1, * * * *", "not a number"),
        ("* * * jan-feb-mar *", "not a number"),
    ],
)
def test_a_wrong_schedule_says_which_field_is_wrong(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        durations.cron(text)
