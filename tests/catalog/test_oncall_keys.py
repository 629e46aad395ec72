from datetime import UTC, datetime, timedelta

import pytest

from catalog.written import complaints, registry_of
from headwater.core.registry import OnCall


def oncall(text: str, more: str = "") -> OnCall:
    found = (
        registry_of(f"teams: [{{ref: team:x, slack: {{channel: '#x'}}, oncall: {text}{more}}}]")
        .teams["team:x"]
        .oncall
    )
    assert found is not None
    return found


NOON = "'2026-07-01T12:00Z'"
ROTATION = "people: [person:ana, person:bo], tz: Europe/Berlin"


def test_a_plain_list_has_a_short_and_a_long_form() -> None:
    assert oncall("[person:ana]") == oncall("{people: [person:ana]}") == OnCall(people=("person:ana",))


def test_a_rotation_lasts_a_week_and_counts_from_the_first_monday_of_2024_where_nothing_is_said() -> None:
    rotation = oncall(f"{{rotation: {{{ROTATION}, handoff: 'Wed 10:00'}}}}").rotation
    assert rotation is not None
    assert (rotation.every, rotation.start) == (timedelta(weeks=1), datetime(2024, 1, 3, 9, tzinfo=UTC))


def test_a_rotation_may_say_when_its_first_person_begins() -> None:
    rotation = oncall(f"{{rotation: {{{ROTATION}, handoff: 'Mon 10:00', start: 2026-07-06}}}}").rotation
    assert rotation is not None
    assert rotation.start == datetime(2026, 7, 6, 8, tzinfo=UTC)


def test_somebody_may_have_two_turns_in_a_round() -> None:
    rotation = oncall(
        "{rotation: {people: [person:ana, person:bo, person:ana], handoff: 'Mon 10:00', tz: UTC}}"
    ).rotation
    assert rotation is not None
    assert len(rotation.people) == 3


def test_overrides_are_in_the_rotations_zone_or_carry_an_offset() -> None:
    written = "[{person: person:bo, from: '2026-07-01 10:00', to: '2026-07-02T10:00+00:00'}]"
    [override] = oncall(f"{{rotation: {{{ROTATION}, handoff: 'Mon 10:00'}}, overrides: {written}}}").overrides
    assert override.start == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert override.end == datetime(2026, 7, 2, 10, tzinfo=UTC)


def test_overrides_of_a_plain_list_are_in_the_zone_of_the_hours() -> None:
    hours = ", hours: {tz: America/New_York, from: '09:00', to: '17:00'}"
    written = "[{person: person:bo, from: '2026-07-01 10:00', to: '2026-07-02 10:00'}]"
    [override] = oncall(f"{{people: [person:ana], overrides: {written}}}", hours).overrides
    assert override.start == datetime(2026, 7, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"{{rotation: {{{ROTATION}, handoff: '10:00'}}}}", "Turns of whole weeks change on a weekday"),
        (f"{{rotation: {{{ROTATION}, handoff: 'Mon 10:00', every: day}}}}", 'Write "10:00".'),
        (f"{{rotation: {{{ROTATION}, handoff: '10:00', every: 5m}}}}", "shorter than an hour"),
        (f"{{rotation: {{{ROTATION}, handoff: 'Mon 10:00', start: 2026-07-07}}}}", "2026-07-07 is a Tuesday"),
        (f"{{rotation: {{{ROTATION}}}}}", 'The key "handoff" is missing'),
        ("{rotation: {people: [], handoff: 'Mon 10:00', tz: UTC}}", "The list is empty."),
        (f"{{people: [person:ana], rotation: {{{ROTATION}, handoff: 'Mon 10:00'}}}}", "both stand here"),
        ("{overrides: [{person: person:bo, from: 2026-07-01, to: 2026-07-02}]}", "have no zone"),
        (f"{{overrides: [{{person: person:bo, from: {NOON}, to: {NOON}}}]}}", "ends before it begins"),
        ("5", "Expected a mapping, found the number 5."),
    ],
)
def test_on_call_that_makes_no_sense_is_refused(text: str, complaint: str) -> None:
    assert any(complaint in line for line in complaints(f"teams: [{{ref: team:x, oncall: {text}}}]"))
