"""Unleash: changes of feature flags, through its webhook integration.

Add the Webhook integration with this URL, for the events that switch a flag or change its strategies; leave
the body template empty, and set the *Authorization* header to `Bearer <token>`. The flag is what changed;
give the asset it steers the flag's name as an alias.
Source: docs.getunleash.io, webhook integration and event types.
"""

from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed
from headwater.intake.decoding import whole
from headwater.intake.format import Format
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text


class _Hook(msgspec.Struct, rename="camel"):
    type: str
    feature_name: str | None = None
    environment: str | None = None
    project: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    id: int | str | None = None
    data: Any = None


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A change of a flag; other events are remarked."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    if not hook.type.startswith("feature-") or not hook.feature_name:
        return Parsed(remark=f"an event of type {title_of(hook.type)}, not of a flag")
    at = from_text(hook.created_at or "") or delivery.received_at
    did = hook.type.removeprefix("feature-").replace("-", " ")
    where = f" in {hook.environment}" if hook.environment else ""
    change = Change(
        subject=hook.feature_name,
        kind="flag",
        at=at,
        key=text_of(hook.id) or digest(hook.feature_name, hook.type, where, at.isoformat()),
        sentence=title_of(f"{hook.feature_name}: {did}{where}"),
        by=hook.created_by,
    )
    return Parsed(changes=(change,))


FORMAT: Final = Format(
    name="unleash",
    title="Unleash flags",
    parse=parse,
    setup="Integrations, Webhook: URL {url}, Authorization header: Bearer {token}, an empty body template.",
    example=b'{"id":1,"type":"feature-environment-enabled","featureName":"try","environment":"production",'
    b'"createdBy":"ana","createdAt":"2026-11-21T02:00:00Z"}',
)
