from typing import Any

import pytest

from headwater.core.alerts import Alert, Status
from headwater.core.reasons import Code, because
from headwater.core.severity import Severity
from web.doors import NOON, House, bearer


def an_alert(name: str, sender: str = "prom", **labels: str) -> Alert:
    return Alert(
        key=f"{sender}/{name.lower()}",
        sender=sender,
        status=Status.FIRING,
        starts_at=NOON,
        seen_at=NOON,
        title=name,
        severity=Severity.SEV3,
        asset=None,
        group="unplaced",
        placed=because(Code.UNPLACED),
        labels={"alertname": name} | labels,
        annotations={"summary": name},
        link="http://prom/graph",
    )


@pytest.fixture
def house() -> House:
    house = House().has("prom", "alertmanager-api")
    house.alerts += [an_alert("Low", env="prod"), an_alert("Stale"), an_alert("Other", sender="another")]
    return house


async def ask(house: House, path: str, *filters: str) -> Any:
    async with house.open() as client:
        answer = await client.get(path, params={"filter": list(filters)}, headers=bearer())
    return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["error"])


async def test_a_sender_sees_the_alerts_that_it_sent_in_alertmanagers_form(house: House) -> None:
    low, stale = await ask(house, "/api/v2/alerts")
    assert low == {
        "labels": {"alertname": "Low", "env": "prod"},
        "annotations": {"summary": "Low"},
        "fingerprint": "low",
        "receivers": [{"name": "headwater"}],
        "startsAt": "2026-11-21T12:00:00.000Z",
        "endsAt": "2026-11-21T12:00:00.000Z",
        "updatedAt": "2026-11-21T12:00:00.000Z",
        "generatorURL": "http://prom/graph",
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }
    assert stale["labels"]["alertname"] == "Stale"


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (['alertname="Low"'], ["Low"]),
        (['alertname!="Low"'], ["Stale"]),
        (['alertname=~"L.*|S.*"', 'env=""'], ["Stale"]),
        (['env!~"pr.d"'], ["Stale"]),
        (["alertname=Low"], ["Low"]),
        (['alertname="Nothing"'], []),
    ],
)
async def test_matchers_are_alertmanagers(house: House, filters: list[str], names: list[str]) -> None:
    found = await ask(house, "/api/v2/alerts", *filters)
    assert [alert["labels"]["alertname"] for alert in found] == names
    groups = await ask(house, "/api/v2/alerts/groups", *filters)
    assert [alert for group in groups for alert in group["alerts"]] == found


@pytest.mark.parametrize(("wrong", "said"), [("nonsense", "is no matcher"), ('a=~"("', "is no regular")])
async def test_a_wrong_matcher_is_told(house: House, wrong: str, said: str) -> None:
    status, sentence = await ask(house, "/api/v2/alerts", wrong)
    assert status == 400
    assert said in sentence


async def test_amtool_finds_a_server_it_knows(house: House) -> None:
    assert (await ask(house, "/api/v2/status"))["cluster"]["status"] == "disabled"
    assert await ask(house, "/api/v2/silences") == []
    assert await ask(house, "/api/v2/receivers") == [{"name": "headwater"}]


async def test_strangers_are_told_nothing(house: House) -> None:
    async with house.open() as client:
        assert (await client.get("/api/v2/alerts")).status_code == 401


async def test_asking_is_kept_nowhere(house: House) -> None:
    await ask(house, "/api/v2/alerts")
    assert house.journal.kept == []


async def test_what_can_only_be_asked_takes_no_deliveries(house: House) -> None:
    async with house.open() as client:
        answer = await client.post("/api/v2/silences", json={}, headers=bearer())
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
