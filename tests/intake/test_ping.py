import pytest

from headwater.core.alerts import Parsed, Status
from headwater.intake.ping import parse
from intake.recorded import all_recorded, delivery_of


def ping(path: str, body: bytes = b"", method: str = "GET") -> Parsed:
    return parse(delivery_of("ping", body, path=path, method=method))


def test_every_recorded_ping_says_what_it_says() -> None:
    states = [
        parsed.runs[0].state if parsed.runs else None
        for parsed in (parse(request.delivery("ping")) for request in all_recorded("healthchecks-pings"))
    ]
    assert states == [
        "started",
        "completed",
        "started",
        "failed",
        "completed",
        "failed",
        None,
        "completed",
        "failed",
        "completed",
    ]


def test_a_failure_is_an_alert_that_the_next_success_ends() -> None:
    (fired,), (over,) = ping("/ping/-/nightly/1").reports, ping("/ping/-/nightly").reports
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (Status.FIRING, Status.RESOLVED)
    assert fired.labels["pipeline"] == "nightly"


def test_concurrent_runs_are_told_apart_by_their_rid() -> None:
    assert ping("/ping/-/nightly/start?rid=a").runs[0].run == "a"
    assert ping("/ping/-/nightly?rid=b").runs[0].run == "b"


def test_without_a_job_the_senders_name_is_the_job() -> None:
    assert ping("/ping/-").runs[0].subject == "tests"
    assert ping("/ping/-/fail").runs[0].subject == "tests"


@pytest.mark.parametrize(
    ("body", "rows"), [(b"rows=120442 dataset=kb", 120442), (b"Rows: 7", None), (b"rows: 7", 7), (b"", None)]
)
def test_the_body_may_say_how_many_rows_there_were(body: bytes, rows: int | None) -> None:
    assert ping("/ping/-/nightly", body).runs[0].rows == rows


def test_a_log_line_is_remarked() -> None:
    parsed = ping("/ping/-/nightly/log", b"half way")
    assert (parsed.runs, parsed.remark) == ((), "nightly says: half way")


def test_what_a_failing_job_said_is_its_reason() -> None:
    assert ping("/ping/-/nightly/fail", b"no space\nleft").runs[0].sentence == (
        "nightly failed: no space left"
    )


@pytest.mark.parametrize(
    ("path", "job", "state"),
    [
        ("/p/-/nightly?state=run&series=7", "nightly", "started"),
        ("/p/-/nightly?state=complete", "nightly", "completed"),
        ("/p/-/nightly?state=fail&message=no+space", "nightly", "failed"),
        ("/api/push/-?status=up&msg=OK&ping=12", "tests", "completed"),
        ("/api/push/-?status=down&msg=timeout", "tests", "failed"),
    ],
)
def test_cronitors_and_uptime_kumas_words_are_understood(path: str, job: str, state: str) -> None:
    (run,) = ping(path).runs
    assert (run.subject, run.state) == (job, state)


def test_their_message_is_the_reason() -> None:
    assert ping("/p/-/nightly?state=fail&message=no+space").runs[0].sentence == "nightly failed: no space"
    assert ping("/p/-/nightly?state=run&series=7").runs[0].run == "7"
