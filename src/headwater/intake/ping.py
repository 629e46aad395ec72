"""Pings, as Healthchecks, Cronitor and curl send them: a job began, went well, failed, or said something.

Replace `https://hc-ping.com` by this host and `/ping`, and the UUID by the token:
`/ping/<token>/<job>[/start|/fail|/log|/<exit status>]`; without `<job>` the sender's own name is the job.
`?rid=` tells concurrent runs apart. A failure is an alert on the job, which the next success ends. The body
may hold `rows=<number>`. The token stands in the URL because cron jobs can do no better.
Source: healthchecks.io/docs/http_api; requests of curl and wget.
"""

import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from headwater.core.alerts import Delivery, Parsed, Report, Run, Status
from headwater.core.severity import Severity
from headwater.intake.format import Answer, Carries, Format, Path, TokenIn, TokenShape
from headwater.intake.labelling import digest, title_of

_ROWS: Final = re.compile(r"\brows\s*[=:]\s*(?P<rows>[0-9]{1,18})\b")
_WORDS: Final = {"start": "started", "fail": "failed", "log": None}
_LONGEST: Final = 300


def parse(delivery: Delivery) -> Parsed:
    """A run; and an alert that a failure begins and a success ends."""
    url = urlsplit(delivery.path)
    parts = [unquote(part) for part in url.path.partition("/ping/")[2].split("/") if part][1:]
    state, status = "completed", None
    if parts and (parts[-1] in _WORDS or _is_exit(parts[-1])):
        word = parts.pop()
        if word in _WORDS:
            state = _WORDS[word] or ""
        else:
            status = int(word)
            state = "failed" if status else "completed"
    job = parts[0] if parts else delivery.sender
    said = delivery.body[: _LONGEST * 4].decode("utf-8", "replace").strip()
    if not state:
        return Parsed(remark=f"{job} says: {title_of(said)}" if said else f"{job} sent an empty log line")
    rows = _ROWS.search(said)
    why = f"exit status {status}" if status else title_of(said) if said and state == "failed" else ""
    run = Run(
        subject=job,
        run=next(iter(parse_qs(url.query).get("rid", ())), f"{delivery.received_at:%Y-%m-%dT%H:%M:%S}"),
        state=state,
        at=delivery.received_at,
        rows=int(rows["rows"]) if rows else None,
        sentence=title_of(f"{job} {state}" + (f": {why}" if why else "")),
    )
    return Parsed(runs=(run,), reports=() if state == "started" else (_report(run),))


def _is_exit(word: str) -> bool:
    return word.isascii() and word.isdigit() and int(word[:4]) <= 255 and len(word) <= 3


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
    title="Pings of cron jobs (Healthchecks, Cronitor, curl)",
    parse=parse,
    tokens=(TokenIn.PATH,),
    paths=(
        Path("/ping/{token}", _METHODS, _ok),
        Path("/ping/{token}/{job}", _METHODS, _ok),
        Path("/ping/{token}/{job}/{word}", _METHODS, _ok),
    ),
    rooted=True,
    carries=Carries.ANY,
    token_shape=TokenShape.UUID,
    setup="At the end of the cron line:\n"
    "  && curl -fsS -m 10 --retry 5 {base}/ping/{token}/JOB || curl -fsS {base}/ping/{token}/JOB/fail",
    example=b"rows=120",
    example_headers={"content-type": "text/plain"},
)
