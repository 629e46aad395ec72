"""Recorded requests of stock clients, sent as they were, with only the host changed."""

from dataclasses import dataclass

import httpx
import pytest

from intake.recorded import Recorded, all_recorded
from web.doors import House

OLD = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
GENIE = "11111111-2222-3333-4444-555555555555"


@dataclass(frozen=True, slots=True)
class Stock:
    """A recorded client: its format, the token it shows, where it asks now, what it must be answered."""

    folder: str
    form: str
    token: str
    answer: int
    path: str | None = None


CLIENTS = [
    Stock("alertmanager-webhook", "alertmanager", "s3cret-tk3n-ascii", 200, "/hooks/alertmanager"),
    Stock("prometheus-direct", "alertmanager-api", "s3cret-tk3n-ascii", 200, "/api/v2/alerts"),
    Stock(
        "prometheus-direct",
        "alertmanager-api",
        "s3cret-tk3n-ascii",
        200,
        "/hooks/alertmanager-api/api/v2/alerts",
    ),
    Stock("alertmanager-pagerduty", "pagerduty", OLD, 202),
    Stock("pagerduty-python", "pagerduty", OLD, 202),
    Stock("alertmanager-opsgenie", "opsgenie", GENIE, 202),
    Stock("openlineage-dbt", "openlineage", "ol-api-key-123", 201),
    Stock("otlp-json", "otlp", "otlp-token", 200),
    Stock("cloudevents-sdk", "cloudevents", "hw_ce", 200, "/hooks/stock"),
]


async def send(client: httpx.AsyncClient, request: Recorded, path: str | None) -> httpx.Response:
    # The recorder's host, and lengths and transfer codings, are the connection's and not the request's.
    own = {"host", "content-length", "transfer-encoding", "connection"}
    headers = [(name, value) for name, value in request.headers if name.lower() not in own]
    if not any(name.lower() == "authorization" for name, _ in headers):
        headers.append(("authorization", "Bearer hw_ce"))
    return await client.request(request.method, path or request.path, content=request.body, headers=headers)


@pytest.mark.parametrize("stock", CLIENTS, ids=lambda stock: f"{stock.folder} at {stock.path or 'its path'}")
async def test_every_recorded_request_gets_the_answer_its_client_needs(stock: Stock) -> None:
    house = House().has("stock", stock.form, token=stock.token)
    if stock.folder == "pagerduty-python":
        house.has("pdpyras", stock.form, token=OTHER)
    async with house.open() as client:
        for request in all_recorded(stock.folder):
            answer = await send(client, request, stock.path)
            assert answer.status_code == stock.answer
    assert len(house.journal.kept) == len(all_recorded(stock.folder))
    assert all(parsed.problems == () for parsed in house.journal.parsed())
    for kept in house.journal.kept:
        assert stock.token not in kept.body.decode() + repr(kept.headers) + kept.path


async def test_pagerdutys_key_of_nobody_is_refused() -> None:
    async with House().open() as client:
        answer = await send(client, all_recorded("pagerduty-python")[0], None)
    assert answer.status_code == 401


async def test_opsgenies_note_and_close_arrive_with_their_alias() -> None:
    house = House().has("stock", "opsgenie", token=GENIE)
    async with house.open() as client:
        for action in ("acknowledge", "notes", "close"):
            answer = await client.post(
                f"/v2/alerts/gr%C3%B6%C3%9Fe%2F1/{action}?identifierType=alias",
                headers={"authorization": f"GenieKey {GENIE}"},
            )
            assert answer.status_code == 202
    acknowledged, noted, closed = house.journal.parsed()
    assert (acknowledged.remark, noted.remark) == (
        "acknowledged at the sender: größe/1",
        "a note at the sender: größe/1",
    )
    assert closed.reports


async def test_what_is_no_address_of_a_server_is_not_found() -> None:
    async with House().open() as client:
        for path in ("/v2/alerts/1/snooze", "/v2/enqueues", "/api/v2", "/hooks/opsgenie/v2/alerts/1/snooze"):
            assert (await client.post(path)).status_code == 404


async def test_every_recorded_ping_is_answered_ok_and_its_secret_is_not_kept() -> None:
    uuid, key = "5f2c1e0a-9a1b-4c3d-8e7f-0123456789ab", "project-ping-key-abc"
    house = House().has("cron", "ping", token=uuid).has("project", "ping", token=key)
    async with house.open() as client:
        for request in all_recorded("healthchecks-pings"):
            answer = await send(client, request, None)
            assert answer.status_code == 200
            assert answer.text == ("" if request.method == "HEAD" else "OK")
    assert {kept.sender for kept in house.journal.kept} == {"cron", "project"}
    assert not [kept for kept in house.journal.kept if uuid in kept.path or key in kept.path]
    subjects = {run.subject for parsed in house.journal.parsed() for run in parsed.runs}
    assert subjects == {"cron", "kb-embed-nightly"}
