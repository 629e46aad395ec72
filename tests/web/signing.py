"""Signs as the senders do, written from their documentation and not with the code under test."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

KEY = b"a-signing-secret-only-for-tests"
WHSEC = "whsec_" + base64.b64encode(KEY).decode()


def hexed(secret: bytes, message: bytes) -> str:
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def based(secret: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(secret, message, hashlib.sha256).digest()).decode()


def unix(at: datetime) -> str:
    return str(int(at.timestamp()))


@dataclass(frozen=True, slots=True)
class Signed:
    """How one format signs. `timed` signatures grow old; `keyed` deliveries are kept only once."""

    form: str
    sign: Callable[[bytes, bytes, datetime], Mapping[str, str]]
    secret: str = KEY.decode()
    timed: bool = False
    keyed: bool = False

    def headers(self, body: bytes, at: datetime, secret: bytes = KEY) -> Mapping[str, str]:
        return self.sign(secret, body, at)


def _grafana_timed(secret: bytes, body: bytes, at: datetime) -> Mapping[str, str]:
    return {
        "X-Grafana-Alerting-Signature": hexed(secret, unix(at).encode() + b":" + body),
        "X-Grafana-Alerting-Timestamp": unix(at),
    }


def _langfuse(secret: bytes, body: bytes, at: datetime) -> Mapping[str, str]:
    return {"x-langfuse-signature": f"t={unix(at)},v1={hexed(secret, unix(at).encode() + b'.' + body)}"}


def _generic(secret: bytes, body: bytes, at: datetime) -> Mapping[str, str]:
    return {"X-Headwater-Signature": f"t={unix(at)},v1={hexed(secret, unix(at).encode() + b'.' + body)}"}


def _standard(secret: bytes, body: bytes, at: datetime) -> Mapping[str, str]:
    message = b"msg_1." + unix(at).encode() + b"." + body
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": unix(at),
        "webhook-signature": f"v1,AAAA v1,{based(secret, message)}",
    }


def _mlflow(secret: bytes, body: bytes, at: datetime) -> Mapping[str, str]:
    message = b"delivery-1." + unix(at).encode() + b"." + body
    return {
        "X-MLflow-Delivery-Id": "delivery-1",
        "X-MLflow-Timestamp": unix(at),
        "X-MLflow-Signature": f"v1,{based(secret, message)}",
    }


SIGNED = {
    "grafana": Signed("grafana", lambda s, b, _: {"X-Grafana-Alerting-Signature": hexed(s, b)}),
    "grafana with a time": Signed("grafana", _grafana_timed, timed=True),
    "dbt-cloud": Signed("dbt-cloud", lambda s, b, _: {"Authorization": hexed(s, b)}),
    "generic": Signed("generic", _generic, timed=True),
    "sentry": Signed("sentry", lambda s, b, _: {"Sentry-Hook-Signature": hexed(s, b)}),
    "langfuse": Signed("langfuse", _langfuse, timed=True),
    "standard-webhooks": Signed("standard-webhooks", _standard, WHSEC, timed=True, keyed=True),
    "github": Signed(
        "github",
        lambda s, b, _: {"X-Hub-Signature-256": f"sha256={hexed(s, b)}", "X-GitHub-Delivery": "d-1"},
        keyed=True,
    ),
    "mlflow": Signed("mlflow", _mlflow, timed=True, keyed=True),
    "launchdarkly": Signed("launchdarkly", lambda s, b, _: {"X-LD-Signature": hexed(s, b)}),
}
