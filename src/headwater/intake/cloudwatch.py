"""CloudWatch alarms through SNS: an envelope that is signed by AWS, with the alarm as JSON in a string.

Subscribe this URL (HTTPS) to the alarm's topic; the token stands in its query, because SNS sends no headers
of ours. The subscription is confirmed by itself. Each message's signature, version 1 or 2, is checked against
a certificate that must come from an SNS host of AWS. `INSUFFICIENT_DATA` is a third state: nothing was
measured, which is silence and neither good nor bad. `AlarmArn` is the identity.
Source: docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages"; CloudWatch alarm messages.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.core.severity import from_word
from headwater.intake.decoding import UNDECODABLE, unreadable, whole
from headwater.intake.format import Format, TokenIn, keyed_by
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text

_HOST: Final = re.compile(r"sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?")
_NOTIFIED: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMED: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


class Envelope(msgspec.Struct, rename="pascal"):
    """What SNS posts."""

    type: str
    message_id: str
    topic_arn: str
    message: str
    timestamp: str
    signature: str = ""
    signature_version: str = "1"
    signing_cert_url: str = msgspec.field(default="", name="SigningCertURL")
    subscribe_url: str = msgspec.field(default="", name="SubscribeURL")
    subject: str | None = None
    token: str | None = None

    def signed_text(self) -> bytes:
        """What the signature covers: names and values of certain fields, a line each, in this order."""
        values: Mapping[str, str | None] = {
            "Message": self.message,
            "MessageId": self.message_id,
            "SubscribeURL": self.subscribe_url,
            "Subject": self.subject,
            "Timestamp": self.timestamp,
            "Token": self.token,
            "TopicArn": self.topic_arn,
            "Type": self.type,
        }
        names = _NOTIFIED if self.type == "Notification" else _CONFIRMED
        lines = [f"{name}\n{value}\n" for name in names if (value := values[name]) is not None]
        return "".join(lines).encode()


class _Alarm(msgspec.Struct, rename="pascal"):
    alarm_name: str
    new_state_value: str
    alarm_arn: str = ""
    alarm_description: str | None = None
    new_state_reason: str = ""
    state_change_time: str = ""
    region: str = ""
    trigger: dict[str, Any] = {}


ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_ALARM: Final = msgspec.json.Decoder(_Alarm)


def is_amazons(url: str) -> bool:
    """Whether `url` is https on an SNS host of AWS: nothing else is fetched, nor followed to confirm."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return False
    plain = split.username is None and split.password is None and port in {None, 443}
    return split.scheme == "https" and plain and _HOST.fullmatch(split.hostname or "") is not None


def parse(delivery: Delivery) -> Parsed:
    """A report of an alarm; confirmations are remarked."""
    return whole(delivery.body, ENVELOPE, lambda envelope: _opened(envelope, delivery))


def _opened(envelope: Envelope, delivery: Delivery) -> Parsed:
    if envelope.type != "Notification":
        return Parsed(remark=f"{title_of(envelope.type)} of {envelope.topic_arn}: not an alert")
    try:
        alarm = _ALARM.decode(envelope.message)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    at = from_text(alarm.state_change_time) or from_text(envelope.timestamp) or delivery.received_at
    is_silent = alarm.new_state_value == "INSUFFICIENT_DATA"
    return Parsed(reports=tuple(_reports(alarm, at, is_silent=is_silent)))


def _reports(alarm: _Alarm, at: datetime, *, is_silent: bool) -> list[Report]:
    """An alarm has two alerts, that it is bad and that it is silent: OK ends both."""
    bad = _report(alarm, at, "alarm", fires=alarm.new_state_value == "ALARM")
    silent = _report(alarm, at, "silent", fires=is_silent)
    return [silent] if is_silent else [bad, silent]


def _report(alarm: _Alarm, at: datetime, kind: str, *, fires: bool) -> Report:
    labels = {"alertname": alarm.alarm_name}
    labels |= {"region": alarm.region} if alarm.region else {}
    metric = text_of(alarm.trigger.get("MetricName"))
    labels |= {"metric": metric} if metric else {}
    dimensions = alarm.trigger.get("Dimensions")
    for each in dimensions if isinstance(dimensions, list) else ():
        name, value = (
            (text_of(each.get(key)) for key in ("name", "value")) if isinstance(each, dict) else ("", "")
        )
        if name and value:
            labels[name] = value
    if kind == "silent":
        labels["symptom"] = "flow"
    return Report(
        fingerprint=digest(alarm.alarm_arn or alarm.alarm_name, kind),
        status=Status.FIRING if fires else Status.RESOLVED,
        starts_at=at,
        title=title_of(alarm.alarm_name + (": nothing was measured" if kind == "silent" else "")),
        labels=labels,
        annotations={
            name: text
            for name, text in (("description", alarm.alarm_description), ("reason", alarm.new_state_reason))
            if text
        },
        severity=from_word(labels.get("severity")),
        ends_at=None if fires else at,
    )


FORMAT: Final = Format(
    name="cloudwatch",
    title="CloudWatch alarms, through SNS",
    parse=parse,
    tokens=(TokenIn.QUERY,),
    guard="sns",
    key=keyed_by("x-amz-sns-message-id"),
    setup="Subscribe to the alarm's topic: protocol HTTPS, endpoint {url}?token={token}",
    example=b'{"Type":"SubscriptionConfirmation","MessageId":"1","TopicArn":"arn:aws:sns:eu-west-1:1:try",'
    b'"Message":"A try of this sender","Timestamp":"2026-11-21T02:00:00Z"}',
)
