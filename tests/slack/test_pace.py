from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from headwater.slack.pace import PACES, PATIENCE, POST, UPDATE, Pace
from world import START


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_one_message_a_second_in_a_channel() -> None:
    pace = Pace()
    assert pace.when("a", method=POST, lane="C1", now=at(0)) == at(0)
    assert pace.when("b", method=POST, lane="C1", now=at(0)) == at(1)
    assert pace.when("c", method=POST, lane="C1", now=at(0)) == at(2)
    assert pace.when("d", method=POST, lane="C2", now=at(0)) == at(0)


def test_an_edit_does_not_wait_for_a_post_but_keeps_behind_it() -> None:
    pace = Pace()
    assert pace.when("card", method=UPDATE, lane="C1", now=at(0)) == at(0)
    pace.when("a", method=POST, lane="C1", now=at(0))
    waiting = pace.when("b", method=POST, lane="C1", now=at(0))
    assert pace.when("card", method=UPDATE, lane="C1", now=at(0)) > at(0)
    assert pace.when("b", method=POST, lane="C1", now=waiting) == waiting
    assert pace.when("card", method=UPDATE, lane="C1", now=waiting) == waiting


def test_fifty_edits_a_minute_whatever_the_channel() -> None:
    pace = Pace()
    times = [pace.when(f"card{n}", method=UPDATE, lane=f"C{n}", now=at(0)) for n in range(51)]
    assert times == [at(0)] * 50 + [at(60)]


def test_a_late_item_does_not_let_the_next_come_early() -> None:
    pace = Pace()
    pace.when("a", method=POST, lane="C1", now=at(0))
    pace.when("b", method=POST, lane="C1", now=at(0.5))
    assert pace.when("b", method=POST, lane="C1", now=at(1.9)) == at(1.9)
    assert pace.when("c", method=POST, lane="C1", now=at(2)) == at(2.9)


def test_what_slack_refused_goes_first_when_its_time_has_come() -> None:
    pace = Pace()
    pace.when("a", method=POST, lane="C1", now=at(0))
    pace.when("b", method=POST, lane="C1", now=at(0))
    pace.again("a", lane="C1", at=at(30))
    assert pace.when("b", method=POST, lane="C1", now=at(1)) > at(30)
    assert pace.when("a", method=POST, lane="C1", now=at(30)) == at(30)
    assert pace.when("b", method=POST, lane="C1", now=at(31)) == at(31)


def test_a_429_holds_the_method_back_in_every_channel() -> None:
    pace = Pace()
    pace.hold(lane="C1", until=at(30), method=UPDATE)
    assert pace.when("card", method=UPDATE, lane="C2", now=at(0)) == at(30)
    assert pace.when("post", method=POST, lane="C3", now=at(0)) == at(0)


def test_a_lane_does_not_wait_for_ever_for_what_another_replica_said() -> None:
    pace = Pace()
    pace.when("a", method=POST, lane="C1", now=at(0))
    pace.when("gone", method=POST, lane="C1", now=at(0))
    late = at(2) + PATIENCE
    assert pace.when("b", method=POST, lane="C1", now=late) == late


@given(
    st.lists(
        st.tuples(
            st.floats(0, 40),
            st.sampled_from(["C1", "C2"]),
            st.sampled_from([POST, UPDATE]),
            st.floats(0, 0.8),
        ),
        max_size=60,
    )
)
def test_no_window_is_exceeded_nothing_is_lost_and_order_is_kept(
    asked: list[tuple[float, str, str, float]],
) -> None:
    """Items arrive, are told when, and come back then, a little late."""
    pace = Pace()
    waiting = [
        (at(when), number, lane, method, late)
        for number, (when, lane, method, late) in enumerate(sorted(asked))
    ]
    said: list[tuple[datetime, int, str, str]] = []
    steps = 0
    while waiting:
        waiting.sort(key=lambda item: item[0])
        now, number, lane, method, late = waiting.pop(0)
        due = pace.when(str(number), method=method, lane=lane, now=now)
        if due <= now:
            said.append((now, number, lane, method))
        else:
            waiting.append((due + timedelta(seconds=late), number, lane, method, 0.0))
        steps += 1
        assert steps < 20_000
    assert sorted(number for _, number, _, _ in said) == list(range(len(asked)))
    for method, windows in PACES.items():
        for window in windows:
            for lane in ("C1", "C2") if window.by_channel else ("",):
                times = [t for t, _, place, how in said if how == method and (not lane or place == lane)]
                assert all(
                    times[i + window.most] - times[i] >= window.span for i in range(len(times) - window.most)
                )
    for lane in ("C1", "C2"):
        numbers = [number for _, number, place, _ in said if place == lane]
        assert numbers == sorted(numbers)
