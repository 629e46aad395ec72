"""Deliveries from files: bare bodies and recorded requests, and which format they are of."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headwater.cli.recorded import DeliveryError, read_delivery
from headwater.intake.formats import FORMATS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODY = {
    "version": "4",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "Slow"},
            "startsAt": "2026-11-21T11:00:00Z",
            "fingerprint": "a1",
        }
    ],
}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "delivery.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_bare_body_is_a_delivery_that_came_now(tmp_path: Path) -> None:
    delivery = read_delivery(written(tmp_path, BODY), NOW, FORMATS, None)
    assert (delivery.format, delivery.received_at) == ("alertmanager", NOW)
    assert json.loads(delivery.body) == BODY


@pytest.mark.parametrize("encoding", ["utf-8", "base64"])
def test_a_recorded_request_keeps_its_headers_and_its_time(tmp_path: Path, encoding: str) -> None:
    raw = json.dumps(BODY).encode()
    body = base64.b64encode(raw).decode() if encoding == "base64" else raw.decode()
    request = {
        "received_at": "2026-11-20T10:00:00+01:00",
        "method": "POST",
        "path": "/hooks/am",
        "headers": [["Content-Type", "application/json"]],
        "body_encoding": encoding,
        "body": body,
    }
    delivery = read_delivery(written(tmp_path, request), NOW, FORMATS, None)
    assert delivery.body == raw
    assert delivery.received_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert delivery.headers == (("content-type", "application/json"),)
    assert delivery.path == "/hooks/am"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{}", "No format reads an alert"),
        ("nonsense", "No format reads an alert"),
        ('{"method": "POST", "body": "%%", "body_encoding": "base64"}', "can't be read as one"),
        ('{"method": "POST", "body": "{}", "received_at": "yesterday"}', "can't be read as one"),
    ],
)
def test_what_is_no_delivery_is_said_to_be_none(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(DeliveryError, match=sentence):
        read_delivery(written(tmp_path, content), NOW, FORMATS, None)


def test_a_wrong_name_of_a_format_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="alertmanager"):
        read_delivery(written(tmp_path, BODY), NOW, FORMATS, "alertmanagre")


def test_an_absent_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"absent\.json can't be read"):
        read_delivery(tmp_path / "absent.json", NOW, FORMATS, None)
