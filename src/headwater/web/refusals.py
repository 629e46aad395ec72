"""What a sender is told when its delivery is not taken: a status, a sentence, and how to mend it."""

from dataclasses import dataclass

import msgspec


@dataclass(slots=True)
class Refused(Exception):
    """The delivery is not taken. `sentence` is for whoever set the sender up; it repeats nothing secret."""

    status: int
    sentence: str
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def body(self) -> bytes:
        """As JSON: `{"error": sentence}`."""
        return msgspec.json.encode({"error": self.sentence}) + b"\n"


def unproven(sentence: str) -> Refused:
    """401: nothing shows that the sender is who it says."""
    return Refused(401, sentence, ((b"www-authenticate", b'Bearer realm="headwater"'),))


def too_big(limit: int) -> Refused:
    """413, with the limit."""
    return Refused(413, f"The body is larger than {limit:,} bytes. Send fewer alerts in one delivery.")


def later(seconds: float, sentence: str) -> Refused:
    """503 with Retry-After in whole seconds, at least one."""
    wait = max(1, int(-(-seconds // 1)))
    return Refused(503, sentence, ((b"retry-after", str(wait).encode()),))
