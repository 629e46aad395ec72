"""LaunchDarkly: changes of feature flags, which arrive out of order and carry their own time.

Add a webhook with this URL, signed, and give Headwater its secret. The flag's resource is what changed;
give the asset it steers the flag's key as an alias.
Source: docs.launchdarkly.com/home/infrastructure/webhooks.
"""

from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed
from headwater.intake.decoding import whole
from headwater.intake.format import Format
from headwater.intake.labelling import text_of, title_of
from headwater.intake.moments import from_unix
from headwater.intake.signatures import over_body


class _Hook(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    date: int
    kind: str
    name: str = ""
    title_verb: str = msgspec.field(default="", name="titleVerb")
    description: str = ""
    comment: str = ""
    member: dict[str, Any] | None = None


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A change of a flag; other kinds are remarked."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    if hook.kind != "flag":
        return Parsed(remark=f"a change of a {title_of(hook.kind)}, not of a flag")
    parts = [hook.name, hook.title_verb or "changed"]
    said = " ".join(parts) + (f": {hook.description}" if hook.description else "")
    change = Change(
        subject=hook.name,
        kind="flag",
        at=from_unix(hook.date) or delivery.received_at,
        key=hook.id,
        sentence=title_of(said + (f" ({hook.comment})" if hook.comment else "")),
        by=text_of((hook.member or {}).get("email")),
    )
    return Parsed(changes=(change,))


FORMAT: Final = Format(
    name="launchdarkly",
    title="LaunchDarkly flags",
    parse=parse,
    tokens=(),
    signature=over_body("x-ld-signature"),
    setup="Integrations, Webhooks, Add: URL {url}, Sign this webhook, the secret in this sender's variable.",
    example=b'{"_id":"try","date":1795225320000,"kind":"flag","name":"try"}',
)
