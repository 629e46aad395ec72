"""SNS envelopes, signed with a certificate that openssl makes here and the guard fetches from its client."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from headwater.core.alerts import Status
from headwater.intake.certificates import BadCertificate, rsa_key
from headwater.intake.cloudwatch import ENVELOPE, is_amazons
from headwater.web.sns import SnsGuard
from web.doors import TOKEN, House

CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-abc.pem"
SUBSCRIBE = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
URL = f"/hooks/cloudwatch?token={TOKEN}"


class Amazon:
    """Signs as SNS does, and serves its certificate."""

    def __init__(self, folder: Path) -> None:
        self._key, certificate = folder / "key.pem", folder / "cert.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", "/CN=sns"),
                *("-keyout", str(self._key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        self.certificate = certificate.read_bytes()
        self.asked: list[str] = []
        self.status = 200

    def client(self) -> httpx.AsyncClient:
        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(str(request.url))
            return httpx.Response(self.status, content=self.certificate)

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))

    def signed(self, message: Any, *, version: str = "2", **changes: str) -> bytes:
        envelope = {
            "Type": "Notification",
            "MessageId": "m-1",
            "TopicArn": "arn:aws:sns:eu-west-1:1:llm",
            "Subject": "ALARM",
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": "2026-11-21T02:00:00.000Z",
            "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE,
        } | changes
        text = ENVELOPE.decode(json.dumps(envelope).encode()).signed_text()
        algorithm = {"1": "-sha1"}.get(version, "-sha256")
        signature = subprocess.run(
            ["openssl", "dgst", algorithm, "-sign", str(self._key)],
            input=text,
            check=True,
            capture_output=True,
        ).stdout
        return json.dumps(envelope | {"Signature": base64.b64encode(signature).decode()}).encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Amazon:
    return Amazon(tmp_path_factory.mktemp("amazon"))


@pytest.fixture
def amazon(made: Amazon) -> Iterator[Amazon]:
    made.asked.clear()
    yield made
    made.status = 200


@pytest.fixture
def house(amazon: Amazon) -> House:
    house = House().has("aws", "cloudwatch")
    house.guards["sns"] = SnsGuard(amazon.client())
    return house


async def post(house: House, body: bytes, url: str = URL) -> httpx.Response:
    async with house.open() as client:
        return await client.post(url, content=body, headers={"content-type": "text/plain; charset=UTF-8"})


def an_alarm(state: str = "ALARM", **changes: Any) -> dict[str, Any]:
    return {
        "AlarmName": "Groundedness",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:Groundedness",
        "NewStateValue": state,
        "NewStateReason": "Threshold crossed",
        "StateChangeTime": "2026-11-21T02:00:00.000+0000",
        "Trigger": {"MetricName": "groundedness", "Dimensions": [{"name": "handler", "value": "refund"}]},
    } | changes


@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_signed_alarm_is_accepted(house: House, amazon: Amazon, version: str) -> None:
    answer = await post(house, amazon.signed(an_alarm(), version=version))
    assert answer.status_code == 200
    bad, silent = house.journal.parsed()[0].reports
    assert (bad.status, silent.status) == (Status.FIRING, Status.RESOLVED)
    assert (bad.title, bad.labels["handler"]) == ("Groundedness", "refund")


async def test_insufficient_data_is_silence_and_neither_good_nor_bad(house: House, amazon: Amazon) -> None:
    await post(house, amazon.signed(an_alarm("INSUFFICIENT_DATA")))
    (silent,) = house.journal.parsed()[0].reports
    assert silent.status is Status.FIRING
    assert silent.labels["symptom"] == "flow"


async def test_ok_ends_what_was_bad_and_what_was_silent(house: House, amazon: Amazon) -> None:
    for number, state in enumerate(("ALARM", "INSUFFICIENT_DATA", "OK")):
        await post(house, amazon.signed(an_alarm(state), MessageId=f"m-{number}"))
    alarm, silence, over = house.journal.parsed()
    fired = {alarm.reports[0].fingerprint, silence.reports[0].fingerprint}
    assert len(fired) == 2
    assert {each.fingerprint for each in over.reports if each.status is Status.RESOLVED} == fired


async def test_a_subscription_is_confirmed_once_its_signature_holds(house: House, amazon: Amazon) -> None:
    body = amazon.signed("You chose", Type="SubscriptionConfirmation", Token="t", SubscribeURL=SUBSCRIBE)
    assert (await post(house, body)).status_code == 200
    assert amazon.asked == [CERTIFICATE, SUBSCRIBE]
    assert house.journal.parsed()[0].reports == ()


async def test_a_forged_confirmation_is_not_followed(house: House, amazon: Amazon) -> None:
    body = amazon.signed("You chose", Type="SubscriptionConfirmation", Token="t", SubscribeURL=SUBSCRIBE)
    forged = body.replace(b"ConfirmSubscription", b"DeleteTopic")
    assert (await post(house, forged)).status_code == 401
    assert amazon.asked == [CERTIFICATE]


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com.pem",
        "https://evil@sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
        "https://s3.amazonaws.com/x.pem",
        "https://169.254.169.254/latest",
        "https://[::1]:x/",
        "",
    ],
)
async def test_a_certificate_from_elsewhere_is_not_fetched(house: House, amazon: Amazon, url: str) -> None:
    assert not is_amazons(url)
    assert (await post(house, amazon.signed(an_alarm(), SigningCertURL=url))).status_code == 401
    assert (amazon.asked, house.journal.kept) == ([], [])


async def test_a_tampered_message_is_refused(house: House, amazon: Amazon) -> None:
    body = amazon.signed(an_alarm()).replace(b"Threshold", b"Something")
    assert (await post(house, body)).status_code == 401
    assert house.journal.kept == []


@pytest.mark.parametrize("changes", [{"Signature": ""}, {"Signature": "!"}, {"SignatureVersion": "3"}])
async def test_a_missing_or_strange_signature_is_refused(
    house: House, amazon: Amazon, changes: dict[str, str]
) -> None:
    body = json.dumps(json.loads(amazon.signed(an_alarm())) | changes).encode()
    assert (await post(house, body)).status_code == 401


async def test_the_token_is_needed_too_and_is_not_kept(house: House, amazon: Amazon) -> None:
    body = amazon.signed(an_alarm())
    assert (await post(house, body, "/hooks/cloudwatch")).status_code == 401
    assert (await post(house, body)).status_code == 200
    assert TOKEN not in house.journal.kept[0].path


async def test_when_the_certificate_cannot_be_had_sns_is_asked_to_come_again(
    house: House, amazon: Amazon
) -> None:
    amazon.status = 503
    answer = await post(house, amazon.signed(an_alarm()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert house.journal.kept == []


async def test_the_certificate_is_fetched_once(house: House, amazon: Amazon) -> None:
    async with house.open() as client:
        for _ in range(3):
            await client.post(URL, content=amazon.signed(an_alarm()))
    assert amazon.asked == [CERTIFICATE]


async def test_without_its_check_the_format_is_not_served(amazon: Amazon) -> None:
    house = House().has("aws", "cloudwatch")
    assert (await post(house, amazon.signed(an_alarm()))).status_code == 404


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"])
def test_what_is_no_certificate_is_told(pem: bytes) -> None:
    with pytest.raises(BadCertificate):
        rsa_key(pem)


def test_a_certificate_cut_anywhere_is_no_certificate(amazon: Amazon) -> None:
    head, foot = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    der = base64.b64decode(amazon.certificate.split(head)[1].split(foot)[0])
    for cut in range(0, len(der), 7):
        with pytest.raises(BadCertificate):
            rsa_key(head + base64.b64encode(der[:cut]) + foot)
