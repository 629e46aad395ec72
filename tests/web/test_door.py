import base64
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from headwater.core.errors import Behind, Stopped
from headwater.core.senders import Credential, hash_of
from intake.recorded import all_recorded, recorded
from web.doors import NOON, TOKEN, House, bearer

GROUP = {
    "alerts": [
        {"status": "firing", "labels": {"alertname": "Try"}, "startsAt": "2026-11-21T02:00:00Z"},
    ]
}
BODY = json.dumps(GROUP).encode()


@pytest.fixture
def house() -> House:
    return House().has("prod")


async def post(house: House, path: str = "/hooks/alertmanager", **request: object) -> httpx.Response:
    given = {"content": BODY, "headers": bearer()} | request
    async with house.open() as client:
        return await client.post(path, **given)  # type: ignore[arg-type]  # httpx's own union of bodies


async def test_a_proven_delivery_is_kept_and_answered(house: House) -> None:
    answer = await post(house)
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted"})
    (kept,) = house.journal.kept
    assert (kept.sender, kept.format, kept.body, kept.received_at) == ("prod", "alertmanager", BODY, NOON)


async def test_every_recorded_request_of_alertmanager_is_accepted_as_it_came(house: House) -> None:
    house.has("recorded", token="s3cret-tk3n-ascii")
    for request in all_recorded("alertmanager-webhook"):
        answer = await post(house, content=request.body, headers=list(request.headers))
        assert answer.status_code == 200
    assert [kept.body for kept in house.journal.kept] == [
        request.body for request in all_recorded("alertmanager-webhook")
    ]
    assert {kept.sender for kept in house.journal.kept} == {"recorded"}


@pytest.mark.parametrize(
    "path", ["/hooks/alertmanager", "/hooks/alertmanager/prod", "/hooks/prod", "/hooks/prod/"]
)
async def test_a_sender_may_stand_in_the_url_or_be_found_by_its_token(house: House, path: str) -> None:
    assert (await post(house, path)).status_code == 200
    assert house.journal.kept[0].sender == "prod"


@pytest.mark.parametrize(
    "headers",
    [
        bearer(),
        {"authorization": f"bearer  {TOKEN}"},
        {"authorization": "Basic " + base64.b64encode(f"anybody:{TOKEN}".encode()).decode()},
        {"x-headwater-token": TOKEN},
    ],
)
async def test_a_token_proves_wherever_a_sender_can_put_it(house: House, headers: dict[str, str]) -> None:
    assert (await post(house, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        bearer(""),
        {"authorization": "Basic !!!"},
        {"authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()},
        {"authorization": TOKEN},
        {"authorization": f"GenieKey {TOKEN}"},
    ],
)
async def test_an_unproven_delivery_is_refused_and_not_kept(house: House, headers: dict[str, str]) -> None:
    answer = await post(house, headers=headers)
    assert answer.status_code == 401
    assert "proves itself by" in answer.json()["error"]
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert house.journal.kept == []


async def test_a_token_in_the_url_is_refused_where_the_sender_can_do_better(house: House) -> None:
    assert (await post(house, f"/hooks/alertmanager?token={TOKEN}", headers={})).status_code == 401


async def test_a_token_of_one_sender_does_not_open_anothers_address(house: House) -> None:
    house.has("other", token="hw_other")
    answer = await post(house, "/hooks/other")
    assert answer.status_code == 403
    assert answer.json()["error"] == "This proves sender 'prod': send to /hooks/prod instead."
    assert house.journal.kept == []


async def test_a_sender_named_like_its_format_does_not_hide_the_others() -> None:
    house = House().has("alertmanager", token="hw_first").has("second", token="hw_second")
    assert (await post(house, headers=bearer("hw_first"))).status_code == 200
    assert (await post(house, headers=bearer("hw_second"))).status_code == 200
    assert [kept.sender for kept in house.journal.kept] == ["alertmanager", "second"]


async def test_a_sender_switched_off_is_told_so(house: House) -> None:
    house.switch_off("prod")
    answer = await post(house)
    assert (answer.status_code, house.journal.kept) == (403, [])
    assert "headwater sender switch prod active" in answer.json()["error"]


async def test_a_sender_made_after_the_start_is_known_at_its_first_delivery(house: House) -> None:
    async with house.open() as client:
        house.has("late", token="hw_late")
        house.pass_time(seconds=2)
        answer = await client.post("/hooks/late", content=BODY, headers=bearer("hw_late"))
    assert answer.status_code == 200


async def test_strangers_make_the_senders_read_at_most_once_a_second(house: House) -> None:
    async with house.open() as client:
        house.has("late", token="hw_late")
        too_soon = await client.post("/hooks/alertmanager", content=BODY, headers=bearer("hw_late"))
        house.pass_time(seconds=2)
        answer = await client.post("/hooks/alertmanager", content=BODY, headers=bearer("hw_late"))
    assert (too_soon.status_code, answer.status_code) == (401, 200)


async def test_while_a_token_is_rotated_both_are_good_and_then_only_the_new_one() -> None:
    old = Credential(hash_of("hw_old"), until=NOON + timedelta(hours=24))
    house = House().has("prod", credentials=(Credential(hash_of("hw_new")), old))
    assert (await post(house, headers=bearer("hw_old"))).status_code == 200
    house.pass_time(hours=24)
    assert (await post(house, headers=bearer("hw_old"))).status_code == 401
    assert (await post(house, headers=bearer("hw_new"))).status_code == 200


async def test_secrets_are_not_kept_with_a_delivery(house: House) -> None:
    headers = {
        **bearer(),
        "cookie": "session=1",
        "x-hub-signature-256": "sha256=00",
        "x-team": "support",
        "content-type": "application/json",
    }
    await post(house, "/hooks/alertmanager?token=else&trunc=1", headers=headers)
    (kept,) = house.journal.kept
    assert dict(kept.headers) == {
        "content-type": "application/json",
        "user-agent": kept.headers[0][1],
        "x-team": "support",
    }
    assert kept.path == "?trunc=1"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The body is empty"),
        (b"{", "The body is not JSON: Input data was truncated"),
        (b'{"a": tru}', "byte 7"),
        (b'{"a": "\xff"}', "The body is not UTF-8: byte 7 is 0xff"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
async def test_an_undecodable_body_is_refused_with_what_and_where(
    house: House, body: bytes, said: str
) -> None:
    answer = await post(house, content=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert house.journal.kept == []


async def test_a_form_is_answered_415(house: House) -> None:
    answer = await post(
        house, content=b"payload=1", headers={**bearer(), "content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 415


async def test_protobuf_that_is_no_message_is_refused_and_one_that_is_is_accepted() -> None:
    house = House().has("otel", "otlp")
    headers = {**bearer(), "content-type": "application/x-protobuf"}
    answer = await post(house, "/v1/logs", content=b"\x0a\xff", headers=headers)
    assert answer.status_code == 400
    assert "ExportLogsServiceRequest" in answer.json()["error"]
    answer = await post(house, "/v1/logs", content=b"", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-protobuf")


async def test_the_data_of_a_binary_cloudevent_may_be_anything() -> None:
    house = House().has("functions", "cloudevents")
    event = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/a", "ce-type": "job.failed"}
    for kind, body in (("text/xml", b"<a/>"), ("application/json", b"{}"), ("text/plain", b"")):
        headers = {**bearer(), **event, "ce-id": kind, "content-type": kind}
        assert (await post(house, "/hooks/functions", content=body, headers=headers)).status_code == 200
    assert all(parsed.reports for parsed in house.journal.parsed())
    headers = {**bearer(), **event, "content-type": "application/json"}
    assert (await post(house, "/hooks/functions", content=b"{", headers=headers)).status_code == 400


async def test_a_decodable_body_that_fits_nothing_is_accepted_for_the_box(house: House) -> None:
    assert (await post(house, content=b'{"hello": "world"}')).status_code == 200
    (parsed,) = house.journal.parsed()
    assert parsed.problems[0].item == b'{"hello": "world"}'


async def test_a_body_over_the_limit_is_refused_by_its_declared_length(house: House) -> None:
    house.limit = 100
    answer = await post(house, content=b" " * 101)
    assert answer.status_code == 413
    assert "100 bytes" in answer.json()["error"]


async def test_a_body_over_the_limit_is_refused_without_a_declared_length(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 10

    house.limit = 100
    assert (await post(house, content=chunks())).status_code == 413


async def test_a_body_in_chunks_is_put_together(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield BODY[:10]
        yield BODY[10:]

    assert (await post(house, content=chunks())).status_code == 200
    assert house.journal.kept[0].body == BODY


@pytest.mark.parametrize(
    ("encoding", "compressed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY[:20]) + gzip.compress(BODY[20:])),
        ("deflate", zlib.compress(BODY)),
        ("identity", BODY),
    ],
)
async def test_a_compressed_body_is_inflated(house: House, encoding: str, compressed: bytes) -> None:
    answer = await post(house, content=compressed, headers={**bearer(), "content-encoding": encoding})
    assert answer.status_code == 200
    assert house.journal.kept[0].body == BODY


async def test_a_bomb_is_refused_before_it_is_inflated(house: House) -> None:
    house.limit = 1_000_000
    bomb = gzip.compress(b" " * 50_000_000)
    answer = await post(house, content=bomb, headers={**bearer(), "content-encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [("gzip", BODY, 400), ("gzip", gzip.compress(BODY)[:-9], 400), ("br", BODY, 415)],
)
async def test_a_broken_or_unknown_compression_is_refused(
    house: House, encoding: str, body: bytes, status: int
) -> None:
    answer = await post(house, content=body, headers={**bearer(), "content-encoding": encoding})
    assert answer.status_code == status


async def test_another_method_is_told_which_ones_there_are(house: House) -> None:
    async with house.open() as client:
        answer = await client.get("/hooks/alertmanager", headers=bearer())
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_an_unknown_address_is_told_where_to_look(house: House) -> None:
    answer = await post(house, "/hooks/alertmanger")
    assert answer.status_code == 404
    assert "headwater sender list" in answer.json()["error"]


async def test_when_the_journal_is_behind_the_sender_is_asked_to_wait(house: House) -> None:
    house.journal.failing = Behind(9_000, 8)
    answer = await post(house)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "8")


async def test_while_headwater_stops_the_sender_is_asked_to_wait(house: House) -> None:
    house.journal.failing = Stopped("stopping")
    answer = await post(house)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_failure_behind_the_door_is_never_a_500(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.journal.failing = OSError("no space left on device")
    answer = await post(house)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "a delivery failed at the door" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_sender_over_its_budget_waits_and_the_others_do_not(house: House) -> None:
    house.has("flood", token="hw_flood", budget=2)
    async with house.open() as client:
        statuses = [(await post_to(client, "hw_flood")).status_code for _ in range(3)]
        assert statuses == [200, 200, 503]
        assert (await post_to(client, TOKEN)).status_code == 200
        house.pass_time(seconds=30)
        assert (await post_to(client, "hw_flood")).status_code == 200


async def post_to(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/hooks/alertmanager", content=BODY, headers=bearer(token))


async def test_the_senders_mapping_is_kept_with_the_delivery_and_nobody_else_can_set_one() -> None:
    house = House().has("mine", "mapped", mapping="identity: '{{ id }}'\ntitle: Mine\n")
    headers = {**bearer(), "x-headwater-mapping": "identity: forged\ntitle: Forged"}
    assert (await post(house, "/hooks/mine", content=b'{"id": 1}', headers=headers)).status_code == 200
    (report,) = house.journal.parsed()[0].reports
    assert report.title == "Mine"


async def test_the_same_body_again_after_a_503_is_accepted(house: House) -> None:
    request = recorded("alertmanager-webhook", 1)
    house.journal.failing = Behind(9_000, 1)
    assert (await post(house, content=request.body)).status_code == 503
    house.journal.failing = None
    assert (await post(house, content=request.body)).status_code == 200


async def test_the_door_remembers_when_it_last_heard_each_sender(house: House) -> None:
    door = await house.door()
    transport = httpx.ASGITransport(door)
    async with httpx.AsyncClient(transport=transport, base_url="http://headwater.test") as client:
        await post_to(client, "wrong")
        assert door.heard == {}
        await post_to(client, TOKEN)
    assert door.heard == {"prod": NOON}
