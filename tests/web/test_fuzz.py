"""Ten thousand mutated deliveries, and whatever Hypothesis thinks of: never a 500, never a lost neighbour."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from headwater.core.alerts import Parsed
from headwater.intake.formats import FORMATS
from headwater.web.door import Door
from intake.recorded import DATA, Recorded, all_recorded, delivery_of
from web.doors import NOON, TOKEN, House

EXPECTED = {200, 201, 202, 400, 413, 415}
STRANGE: list[Any] = [
    None,
    0,
    -1,
    1e308,
    10**40,
    "",
    "x" * 5_000,
    "\x00",
    "0001-01-01T00:00:00Z",
    [],
    {},
    [[]],
    True,
]


async def knock(
    door: Door, path: str, body: bytes, headers: list[tuple[bytes, bytes]], method: str = "POST"
) -> int:
    """The status, straight through ASGI: ten thousand times over a socket would take a minute."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    raw, _, query = path.encode("latin-1", "replace").partition(b"?")
    scope = {
        "type": "http",
        "method": method,
        "path": raw.decode("utf-8", "replace"),
        "raw_path": raw,
        "query_string": query,
        "headers": headers,
    }
    await door(scope, receive, send)
    return int(sent[0]["status"])


def mutated(body: bytes, drawn: random.Random) -> bytes:
    """Cut, flipped, doubled, or with something strange in one place."""
    kind = drawn.randrange(5)
    at = drawn.randrange(len(body) + 1)
    if kind == 0:
        return body[:at]
    if kind == 1:
        return body[:at] + bytes([drawn.randrange(256)]) + body[at + 1 :]
    if kind == 2:
        return body[:at] + body[drawn.randrange(len(body) + 1) :]
    try:
        tree = json.loads(body)
    except ValueError:
        return body[at:] + body[:at]
    return json.dumps(_strange_somewhere(tree, drawn)).encode()


def _strange_somewhere(tree: Any, drawn: random.Random) -> Any:
    tree = copy.deepcopy(tree)
    node = tree
    while isinstance(node, dict | list) and node:
        key = drawn.choice(list(node)) if isinstance(node, dict) else drawn.randrange(len(node))
        inner = node[key]
        if not isinstance(inner, dict | list) or not inner or drawn.random() < 0.2:
            node[key] = drawn.choice(STRANGE)
            break
        node = inner
    return tree


def every_sample() -> Iterator[tuple[str, Recorded]]:
    folders = {
        "alertmanager-webhook": "alertmanager",
        "prometheus-direct": "alertmanager-api",
        "alertmanager-pagerduty": "pagerduty",
        "pagerduty-python": "pagerduty",
        "alertmanager-opsgenie": "opsgenie",
        "cloudevents-sdk": "cloudevents",
        "openlineage-dbt": "openlineage",
        "otlp-json": "otlp",
    }
    for folder, form in folders.items():
        if form in FORMATS:
            for request in all_recorded(folder):
                yield form, request
    for path in sorted((DATA / "documented").glob("*.json")):
        form = path.stem.partition("-")[0]
        if form in FORMATS and FORMATS[form].tokens:
            yield form, Recorded("POST", "", (("content-type", "application/json"),), path.read_bytes(), NOON)


def tail_of(form: str, request: Recorded) -> str:
    """The recorded path's own part, behind whatever prefix it was recorded with."""
    tails = sorted((path.tail for path in FORMATS[form].paths), key=len, reverse=True)
    if any("{" in tail for tail in tails) and request.path.startswith("/v2/"):
        return request.path
    return next((tail for tail in tails if tail and tail in request.path), tails[0])


async def test_ten_thousand_mutated_samples_are_never_a_500() -> None:
    house = House(limit=200_000)
    samples = list(every_sample())
    for form in sorted({form for form, _ in samples}):
        house.has(f"my-{form}", form, token=f"{TOKEN}-{form}")
    door = await house.door()
    drawn = random.Random(20261121)
    statuses: dict[int, int] = {}
    for number in range(10_000):
        form, request = samples[number % len(samples)]
        token = f"{TOKEN}-{form}".encode()
        headers = [
            (name.lower().encode(), value.encode())
            for name, value in request.headers
            if name.lower() not in {"authorization", "content-length", "host"}
        ]
        headers += [(b"authorization", b"GenieKey " + token), (b"x-headwater-token", token)]
        body = mutated(request.body, drawn)
        if form == "pagerduty":
            body = body.replace(b"0123456789abcdef0123456789abcdef", token)
        status = await knock(door, f"/hooks/my-{form}{tail_of(form, request)}", body, headers, request.method)
        statuses[status] = statuses.get(status, 0) + 1
        assert status in EXPECTED | {401 if form == "pagerduty" else 200}, (form, body[:300])
    assert statuses[400] > 500
    for parsed in house.journal.parsed():
        assert isinstance(parsed, Parsed)
        assert all(problem.sentence and problem.item for problem in parsed.problems)


@pytest.mark.parametrize(
    ("form", "folder"), [("alertmanager", "alertmanager-webhook"), ("alertmanager-api", "prometheus-direct")]
)
def test_a_broken_alert_never_costs_its_neighbours(form: str, folder: str) -> None:
    drawn = random.Random(form)
    alerts: list[Any] = []
    for request in all_recorded(folder):
        tree = json.loads(request.body)
        alerts += tree["alerts"] if isinstance(tree, dict) else tree
    for _ in range(1_000):
        group = [copy.deepcopy(alert) for alert in drawn.choices(alerts, k=6)]
        broken = drawn.randrange(6)
        group[broken] = drawn.choice([_strange_somewhere(group[broken], drawn), drawn.choice(STRANGE)])
        neighbours = [alert["labels"] for place, alert in enumerate(group) if place != broken]
        body = json.dumps({"alerts": group} if form == "alertmanager" else group).encode()
        parsed = FORMATS[form].parse(delivery_of(form, body))
        found = [dict(report.labels) for report in parsed.reports]
        assert len(parsed.reports) + len(parsed.problems) == 6
        assert all(labels in found for labels in neighbours)


@given(
    path=st.text(alphabet="/abhoksv2letrpin%.?=&{}\u00e9", max_size=40),
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS"]),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    b"authorization",
                    b"content-encoding",
                    b"content-length",
                    b"content-type",
                    b"webhook-signature",
                ]
            ),
            st.binary(max_size=30),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=100),
)
async def test_no_request_at_all_is_a_500(
    path: str, method: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    house = House(limit=200_000).has("prod").has("signer", "standard-webhooks", secret="whsec_AA==")
    door = await house.door()
    for prefix in ("/hooks/alertmanager", "/hooks/", "/"):
        status = await knock(door, prefix + path, body, headers, method)
        assert status < 500


@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from([b"content-encoding", b"content-length", b"content-type", b"x"]),
            st.binary(max_size=30),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=200),
)
async def test_no_proven_request_is_a_500(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    door = await House().has("prod").door()
    proven = [*headers, (b"authorization", f"Bearer {TOKEN}".encode())]
    assert await knock(door, "/hooks/prod", body, proven) in EXPECTED
