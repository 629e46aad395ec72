from headwater.engine.pacing import BATCH, BATCH_UNDER_LOAD, MOST_CREDIT, QUIET, SHARE, STORM, Share


def storm(share: Share, now: float) -> None:
    share.accepted(now, STORM)


def test_while_the_doors_are_quiet_deciding_has_all_the_time() -> None:
    share = Share()
    share.decided(0.0, 1.0)
    assert share.wait(1.0) == 0.0
    assert share.batch(1.0) == BATCH


def test_a_trickle_is_no_storm() -> None:
    share = Share()
    share.accepted(1.0, STORM - 1)
    assert share.is_quiet(1.0)


def test_in_a_storm_batches_are_small_and_deciding_waits_until_it_has_earned_its_turn() -> None:
    share = Share()
    storm(share, 10.0)
    assert share.batch(10.0) == BATCH_UNDER_LOAD
    share.decided(10.0, 10.0 + 2 * MOST_CREDIT)
    storm(share, 10.1)
    pause = share.wait(10.1)
    assert 0 < pause <= QUIET


def test_in_a_storm_that_lasts_deciding_gets_its_share_and_no_more() -> None:
    share, now, spent = Share(), 0.0, 0.0
    while now < 20.0:
        storm(share, now)
        pause = share.wait(now)
        if pause:
            now += min(pause, 0.005)
            continue
        share.decided(now, now + 0.004)
        now, spent = now + 0.004, spent + 0.004
    assert abs(spent / now - SHARE) < 0.02


def test_after_the_storm_deciding_catches_up_at_once() -> None:
    share = Share()
    storm(share, 0.0)
    share.decided(0.0, 5.0)
    assert share.wait(5.0 + QUIET) == 0.0
