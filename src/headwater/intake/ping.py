"""Pings, as Healthchecks, Cronitor, Uptime Kuma and curl send them: a job began, went well, or failed.

Replace `https://hc-ping.com` by this host and `/ping`, and the UUID by the token:
`/ping/<token>/<job>[/start|/fail|/log|/<exit status>]`; without `<job>` the sender's own name is the job.
`?rid=` tells concurrent runs apart. Cronitor's `/p/<token>/<job>?state=run|complete|fail` and Uptime Kuma's
`/api/push/<token>?status=up|down` are understood too. A failure is an alert on the job, which the next
success ends. The body may hold `rows=<number>`. The token stands in the URL, as cron jobs can do no better.
Source: healthchecks.io/docs/http_api, cronitor.io/docs/telemetry-api; requests of curl and wget.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs, unquote

from headwater.core.alerts import Delivery, Parsed, Report, Run, Status
from headwater.core.severity import Severity
from headwater.intake.format import Answer, Format, Path, TokenIn, TokenShape, anything
from headwater.intake.labelling import digest, title_of

_PLACE: Final = re.compile(r"(?:/ping|/p|/api/push)/(?P<rest>[^?]*)")
_ROWS: Final = re.compile(r"\brows\s*[=:]\s*(?P<rows>[0-9]{1,18})\b")
_LOG: Final = "log"
_WORDS: Final[Mapping[str, str]] = {
    "start": "started",
    "run": "started",
    "complete": "completed",
    "ok": "completed",
    "up": "completed",
    "fail": "failed",
    "down": "failed",
    _LOG: _LOG,
}
_IN_PATH: Final = frozenset({"start", "fail", _LOG})
_LONGEST: Final = 1_200


def parse(delivery: Delivery) -> Parsed:
    """A run; and an alert that a failure begins and a success ends."""
    path, _, query = delivery.path.partition("?")
    place = _PLACE.search(path)
    parts = [unquote(part) for part in place["rest"].split("/") if part][1:] if place else []
    asked = parse_qs(query)
    state, why = _state(parts, asked)
    job = parts[0] if parts else delivery.sender
    said = delivery.body[:_LONGEST].decode("utf-8", "replace").strip() or _first(asked, "message", "msg")
    if state == _LOG:
        return Parsed(remark=f"{job} says: {title_of(said)}" if said else f"{job} sent an empty log line")
    rows = _ROWS.search(said)
    if not why and said and state == "failed":
        why = title_of(said)
    run = Run(
        subject=job,
        run=_first(asked, "rid", "series") or f"{delivery.received_at:%Y-%m-%dT%H:%M:%S}",
        state=state,
        at=delivery.received_at,
        rows=int(rows["rows"]) if rows else None,
        sentence=title_of(f"{job} {state}" + (f": {why}" if why else "")),
    )
    return Parsed(runs=(run,), reports=() if state == "started" else (_report(run),))


def _state(parts: list[str], asked: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """What the ping says, and why if it says so. Takes the word off the path's end, if there is one."""
    if parts and parts[-1] in _IN_PATH:
        return _WORDS[parts.pop()], ""
    if parts and _is_exit(parts[-1]):
        status = int(parts.pop())
        return ("failed", f"exit status {status}") if status else ("completed", "")
    return _WORDS.get(_first(asked, "state", "status").lower(), "completed"), ""


def _is_exit(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 3 and int(word) <= 255


def _first(asked: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((asked[name][0] for name in names if asked.get(name)), "")


def _report(run: Run) -> Report:
    fires = run.state == "failed"
    return Report(
        fingerprint=digest(run.subject),
        status=Status.FIRING if fires else Status.RESOLVED,
        starts_at=run.at,
        title=run.sentence,
        labels={"alertname": "RunFailed", "job_name": run.subject, "pipeline": run.subject},
        severity=Severity.SEV3,
        ends_at=None if fires else run.at,
    )


def _ok(_delivery: Delivery) -> Answer:
    return Answer(200, b"OK", "text/plain; charset=utf-8")


_METHODS: Final = frozenset({"GET", "HEAD", "POST"})

FORMAT: Final = Format(
    name="ping",
    title="Pings of cron jobs (Healthchecks, Cronitor, Uptime Kuma, curl)",
    parse=parse,
    tokens=(TokenIn.PATH,),
    paths=(
        Path("/ping/{token}", _METHODS, _ok),
        Path("/ping/{token}/{job}", _METHODS, _ok),
        Path("/ping/{token}/{job}/{word}", _METHODS, _ok),
        Path("/p/{token}/{job}", _METHODS, _ok),
        Path("/api/push/{token}", _METHODS, _ok),
    ),
    rooted=True,
    carries=anything,
    token_shape=TokenShape.UUID,
    setup="At the end of the cron line:\n"
    "  && curl -fsS -m 10 --retry 5 {base}/ping/{token}/JOB || curl -fsS {base}/ping/{token}/JOB/fail",
    example=b"rows=120",
    example_headers={"content-type": "text/plain"},
)
