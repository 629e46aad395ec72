from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lineages import staffed
from headwater.core.oncall import in_hours, next_hours, on_call, turn
from headwater.core.registry import Hours, OnCall, Override, Rotation, Team

BERLIN = "Europe/Berlin"


def utc(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def weekly(*people: str, zone: str = BERLIN, every: timedelta = timedelta(weeks=1)) -> Rotation:
    return Rotation(
        people=tuple(f"person:{one}" for one in people),
        every=every,
        start=utc("2026-01-05 10:00", zone),
        handoff=time(10),
        tz=zone,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-03-23 09:59", "2026-03-23 10:00"),  # winter
        ("2026-03-30 09:59", "2026-03-30 10:00"),  # the clocks went forward the day before
        ("2026-10-26 09:59", "2026-10-26 10:00"),  # the clocks went back the day before
    ],
)
def test_a_handoff_is_at_ten_on_the_clock_on_both_sides_of_a_change_of_the_clocks(
    before: str, after: str
) -> None:
    rotation = weekly("ana", "bo")
    one, other = turn(rotation, utc(before, BERLIN)), turn(rotation, utc(after, BERLIN))
    assert one[0] != other[0]
    assert one[2] == other[1] == utc(after, BERLIN)


def test_the_first_person_has_the_first_turn_from_the_start() -> None:
    rotation = weekly("ana", "bo", "cy")
    weeks = [turn(rotation, rotation.start + timedelta(weeks=n))[0] for n in range(-1, 4)]
    assert weeks == ["person:cy", "person:ana", "person:bo", "person:cy", "person:ana"]


def test_turns_of_half_a_day_change_at_the_same_two_hours_all_year() -> None:
    rotation = weekly("ana", "bo", every=timedelta(hours=12))
    for day in ("2026-03-29", "2026-07-01", "2026-10-25"):
        ends = turn(rotation, utc(f"{day} 12:00", BERLIN))[2]
        assert ends == utc(f"{day} 22:00", BERLIN)


def test_who_is_on_call_until_when_and_who_is_next_is_said_in_the_teams_zone() -> None:
    found = on_call(staffed(OnCall(rotation=weekly("ana", "bo"))), "team:a", utc("2026-03-27 12:00"))
    assert found.people == ("person:bo",)
    assert found.next_people == ("person:ana",)
    assert found.until == utc("2026-03-30 08:00")
    assert found.sentence == "Bo is on call for A until Mon 30 Mar 10:00 Europe/Berlin, then Ana."


def test_an_override_wins_over_the_rotation_from_its_first_to_before_its_last_moment() -> None:
    cover = Override(person="person:cy", start=utc("2026-01-06 00:00"), end=utc("2026-01-07 00:00"))
    registry = staffed(OnCall(rotation=weekly("ana", "bo"), overrides=(cover,)))
    assert on_call(registry, "team:a", cover.start - timedelta(seconds=1)).until == cover.start
    assert on_call(registry, "team:a", cover.start).people == ("person:cy",)
    assert on_call(registry, "team:a", cover.start).until == cover.end
    assert on_call(registry, "team:a", cover.end).people == ("person:ana",)


def test_of_two_overrides_at_once_the_one_written_later_wins() -> None:
    long = Override(person="person:bo", start=utc("2026-01-06 00:00"), end=utc("2026-01-09 00:00"))
    short = Override(person="person:cy", start=utc("2026-01-07 00:00"), end=utc("2026-01-08 00:00"))
    registry = staffed(OnCall(people=("person:ana",), overrides=(long, short)))
    days = [on_call(registry, "team:a", utc(f"2026-01-0{day} 12:00")).people[0] for day in range(5, 10)]
    assert days == ["person:ana", "person:bo", "person:cy", "person:bo", "person:ana"]


def test_a_turn_that_changes_nobody_is_no_handoff() -> None:
    rotation = weekly("ana", "ana", "bo")
    found = on_call(staffed(OnCall(rotation=rotation)), "team:a", rotation.start)
    assert found.until == utc("2026-01-19 10:00", BERLIN)


def test_a_lone_person_is_on_call_for_ever() -> None:
    found = on_call(staffed(OnCall(rotation=weekly("ana"))), "team:a", utc("2026-01-06 00:00"))
    assert (found.people, found.until, found.next_people) == (("person:ana",), None, ())


def test_a_lone_persons_holiday_is_seen_a_year_ahead() -> None:
    cover = Override(person="person:bo", start=utc("2027-01-06 00:00"), end=utc("2027-01-07 00:00"))
    rotation = weekly("ana", every=timedelta(hours=1))
    found = on_call(staffed(OnCall(rotation=rotation, overrides=(cover,))), "team:a", utc("2026-01-06 00:00"))
    assert (found.until, found.next_people) == (cover.start, ("person:bo",))


def test_all_of_a_plain_list_are_on_call() -> None:
    found = on_call(staffed(OnCall(people=("person:ana", "person:bo"))), "team:a", utc("2026-01-06 00:00"))
    assert found.people == ("person:ana", "person:bo")
    assert found.sentence == "Ana and Bo are on call for A."


@pytest.mark.parametrize(
    ("oncall", "team", "said"),
    [
        (None, "team:a", "Nobody is on call for A: the registry names no one"),
        (OnCall(), "team:a", "Nobody is on call for A."),
        (OnCall(), "team:b", "There is no team team:b."),
    ],
)
def test_nobody_on_call_is_said(oncall: OnCall | None, team: str, said: str) -> None:
    found = on_call(staffed(oncall), team, utc("2026-01-06 00:00"))
    assert found.people == ()
    assert found.sentence.startswith(said)


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants naive bounds
    zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC", "Africa/Casablanca"]),
    hours=st.sampled_from([1, 7, 12, 24, 24 * 7, 24 * 14]),
)
def test_turns_meet_without_gap_or_overlap(now: datetime, zone: str, hours: int) -> None:
    rotation = weekly("ana", "bo", "cy", zone=zone, every=timedelta(hours=hours))
    who, began, ends = turn(rotation, now)
    assert began <= now < ends
    assert turn(rotation, began) == (who, began, ends)
    assert turn(rotation, ends)[1] >= ends
    assert turn(rotation, ends - timedelta(microseconds=1))[0] == who


@given(now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_whoever_is_next_is_on_call_at_the_handoff(now: datetime) -> None:
    cover = Override(person="person:cy", start=utc("2026-03-28 00:00"), end=utc("2026-03-30 10:00"))
    registry = staffed(OnCall(rotation=weekly("ana", "bo"), overrides=(cover,)))
    found = on_call(registry, "team:a", now)
    assert found.until is not None
    assert on_call(registry, "team:a", found.until).people == found.next_people
    assert on_call(registry, "team:a", found.until - timedelta(microseconds=1)).people == found.people


def team(days: set[int], start: int, end: int, zone: str = BERLIN) -> Team:
    hours = Hours(tz=zone, days=frozenset(days), start=time(start), end=time(end))
    return Team(ref="team:a", name="A", hours=hours)


def test_a_team_is_at_work_in_its_own_zone() -> None:
    office = team({1, 2, 3, 4, 5}, 9, 18)
    assert in_hours(office, utc("2026-07-01 07:00"))  # 09:00 in summer
    assert not in_hours(office, utc("2026-01-07 07:00"))  # 08:00 in winter
    assert not in_hours(office, utc("2026-07-01 16:00"))  # 18:00: the day is over
    assert not in_hours(office, utc("2026-07-04 10:00"))  # Saturday


def test_a_night_shift_belongs_to_the_day_it_begins() -> None:
    night = team({5}, 22, 6)
    assert in_hours(night, utc("2026-07-04 05:00", BERLIN))  # Saturday morning, of Friday's shift
    assert not in_hours(night, utc("2026-07-03 05:00", BERLIN))  # Friday morning, of nobody's


def test_the_next_hours_are_now_at_work_and_else_the_next_mornings() -> None:
    office = team({1, 2, 3, 4, 5}, 9, 18)
    at_work = utc("2026-07-03 12:00", BERLIN)
    assert next_hours(office, at_work) == at_work
    assert next_hours(office, utc("2026-07-03 18:00", BERLIN)) == utc("2026-07-06 09:00", BERLIN)
    assert next_hours(team({1}, 9, 18), utc("2026-07-06 19:00", BERLIN)) == utc("2026-07-13 09:00", BERLIN)


def test_a_team_without_hours_is_always_at_work() -> None:
    always = Team(ref="team:a", name="A")
    assert in_hours(always, utc("2026-07-05 03:00"))
    assert next_hours(always, utc("2026-07-05 03:00")) == utc("2026-07-05 03:00")
