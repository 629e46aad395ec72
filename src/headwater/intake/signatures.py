"""Senders' signatures: HMAC-SHA256 over the raw body, compared in constant time, within five minutes where
the sender says when it signed. Each returns None when the signature holds, else why it is refused.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from headwater.intake.format import Shown, Signature, Verify
from headwater.intake.moments import from_unix

WINDOW: Final = timedelta(minutes=5)
"""How far a signature's time may lie from ours, both ways: Standard Webhooks' tolerance, and Slack's."""

WRONG: Final = (
    "The signature does not match: the signing secret differs, or something changed the body on its way."
)


def hex_hmac(secret: bytes, *parts: bytes) -> str:
    """HMAC-SHA256 in lower-case hex."""
    return _hmac(secret, parts).hexdigest()


def base64_hmac(secret: bytes, *parts: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(_hmac(secret, parts).digest()).decode()


def _hmac(secret: bytes, parts: Iterable[bytes]) -> "hmac.HMAC":
    return hmac.new(secret, b"".join(parts), hashlib.sha256)


def same(shown: str, expected: str) -> bool:
    """Compared in constant time; anything a header may hold can be compared."""
    return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode())


def stale(stamp: str, shown: Shown) -> str | None:
    """Why a signature made at `stamp` (Unix seconds or milliseconds) is refused, if it is."""
    stamp = stamp.strip()
    made_at = from_unix(int(stamp)) if stamp.isascii() and stamp.isdigit() and len(stamp) < 20 else None
    if made_at is None:
        return "The signature's time is no Unix time."
    if abs(shown.now - made_at) > WINDOW:
        return f"The signature was made at {made_at:%Y-%m-%d %H:%M:%S}Z, more than five minutes from now."
    return None


def shell_hex(layout: str, *words: str) -> str:
    """The same in a shell, with openssl, of the words in printf's layout."""
    quoted = " ".join(f'"{word}"' for word in words)
    return f"$(printf '{layout}' {quoted} | openssl dgst -sha256 -hmac \"$SECRET\" -r | cut -d' ' -f1)"


def _shell_base64(is_encoded: bool) -> str:
    key = '"${SECRET#whsec_}" | base64 -d' if is_encoded else '"$SECRET"'
    hexed = f"$(printf %s {key} | od -An -vtx1 | tr -d ' \\n')"
    mac = f"openssl dgst -sha256 -mac HMAC -macopt hexkey:{hexed} -binary | base64"
    return f"""$(printf '%s.%s.%s' "try-$NOW" "$NOW" "$BODY" | {mac})"""


def over_body(header: str, *, prefix: str = "") -> Signature:
    """Hex over the body, in `header`, after `prefix`."""

    def verify(shown: Shown, secret: bytes) -> str | None:
        signature = shown.headers.get(header, "").strip().removeprefix(prefix)
        return None if same(signature.lower(), hex_hmac(secret, shown.body)) else WRONG

    typed = (f"{header}: {prefix}{shell_hex('%s', '$BODY')}",)
    return Signature(
        header=header, verify=verify, words=f"{header}: HMAC-SHA256 of the body in hex", typed=typed
    )


def over_time_and_body(header: str) -> Signature:
    """`t=<unix>,v1=<hex>` in `header`, over `<unix>.<body>`; several v1 are several secrets of the sender."""

    def verify(shown: Shown, secret: bytes) -> str | None:
        pairs = [part.strip().partition("=") for part in shown.headers.get(header, "").split(",")]
        stamp = next((value for name, _, value in pairs if name == "t"), "")
        refusal = stale(stamp, shown)
        if refusal is not None:
            return refusal
        expected = hex_hmac(secret, stamp.encode(), b".", shown.body)
        signed = [same(value, expected) for name, _, value in pairs if name == "v1"]
        return None if any(signed) else WRONG

    return Signature(
        header=header,
        verify=verify,
        words=f"{header}: t=<unix>,v1=<HMAC-SHA256 of t.body in hex>",
        typed=(f"{header}: t=$NOW,v1={shell_hex('%s.%s', '$NOW', '$BODY')}",),
    )


def standard(*, identity: str, time: str, header: str, decode: Callable[[bytes], bytes | None]) -> Signature:
    """`v1,<base64>` over `<id>.<unix>.<body>`, several separated by spaces, as Standard Webhooks has it.

    `identity`, `time` and `header` name the headers; `decode` makes the key of the secret as people copy it.
    """

    def verify(shown: Shown, secret: bytes) -> str | None:
        stamp = shown.headers.get(time, "")
        refusal = stale(stamp, shown)
        if refusal is not None:
            return refusal
        key = decode(secret)
        if key is None:
            return "The signing secret is not of the form whsec_<base64>."
        who = shown.headers.get(identity, "").encode("latin-1", "replace")
        expected = "v1," + base64_hmac(key, who, b".", stamp.encode(), b".", shown.body)
        matches = [same(each, expected) for each in shown.headers.get(header, "").split()]
        return None if any(matches) else WRONG

    return Signature(
        header=header,
        verify=verify,
        words=f"{header}: v1,<HMAC-SHA256 of id.time.body in base64>",
        typed=(f"{identity}: try-$NOW", f"{time}: $NOW", f"{header}: v1,{_shell_base64(decode is whsec)}"),
    )


def from_base64(encoded: bytes) -> bytes | None:
    """What was encoded; None when it is not base64."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def whsec(secret: bytes) -> bytes | None:
    """The key of a Standard Webhooks secret, `whsec_<base64>`; None when it is not base64."""
    return from_base64(secret.removeprefix(b"whsec_"))


def plain(secret: bytes) -> bytes:
    """The secret itself is the key."""
    return secret


__all__ = ["WRONG", "Verify", "over_body", "over_time_and_body", "plain", "standard", "whsec"]
