"""Slack's request signature, version 0: HMAC-SHA256 over `v0:<timestamp>:<body>`."""

from __future__ import annotations

import hashlib
import hmac


def sign(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The two headers that prove a request came from the workspace."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}
