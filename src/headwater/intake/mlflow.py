"""MLflow's webhooks: versions, aliases and tags of registered models and prompts, as changes.

Make a webhook with this URL and a secret. MLflow shows a rollback as a new alias that points at an older
version: each alias is a change of its own, so the last one counts. `example_model` is MLflow's test.
Source: mlflow.org/docs webhooks; requests of MLflow 3.17.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed
from headwater.intake.decoding import whole
from headwater.intake.format import Format, keyed_by
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text
from headwater.intake.signatures import plain, standard

_TEST: Final = "example_model"
_CHANGES: Final = frozenset(
    {"model_version", "model_version_alias", "registered_model", "prompt", "prompt_version", "prompt_alias"}
)


class _Hook(msgspec.Struct):
    entity: str
    action: str
    data: dict[str, Any]
    timestamp: str | None = None


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A change of a model or a prompt; tags are remarked."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    name = text_of(hook.data.get("name"))
    if not name:
        raise ValueError("The hook names no model and no prompt: `data.name` is missing.")
    if name == _TEST or str(hook.data.get("example_key", "")):
        return Parsed(remark="MLflow's test delivery: not a change")
    if hook.entity not in _CHANGES:
        return Parsed(remark=f"{hook.entity} {hook.action} on {name}")
    kind = "prompt" if hook.entity.startswith("prompt") else "model"
    at = from_text(hook.timestamp or "") or delivery.received_at
    return Parsed(changes=(_change(hook, kind, name, at),))


def _change(hook: _Hook, kind: str, name: str, at: datetime) -> Change:
    version, alias = text_of(hook.data.get("version")), text_of(hook.data.get("alias"))
    if alias:
        said = f"{name}: {alias} is now version {version}" if version else f"{name}: {alias} {hook.action}"
    else:
        said = f"{name} version {version} {hook.action}" if version else f"{name} {hook.action}"
    description = text_of(hook.data.get("description"))
    tags = hook.data.get("tags")
    return Change(
        subject=f"{kind}:{name}",
        kind=kind,
        at=at,
        key=digest(hook.entity, hook.action, name, version or "", alias or "", at.isoformat()),
        sentence=title_of(f"{said}: {description}" if description else said),
        by=text_of(tags.get("author")) if isinstance(tags, dict) else None,
    )


FORMAT: Final = Format(
    name="mlflow",
    title="MLflow model and prompt registry",
    parse=parse,
    tokens=(),
    signature=standard(
        identity="x-mlflow-delivery-id",
        time="x-mlflow-timestamp",
        header="x-mlflow-signature",
        decode=plain,
    ),
    key=keyed_by("x-mlflow-delivery-id"),
    setup="mlflow webhooks: URL {url}, and the secret that this sender's variable holds.",
    example=b'{"entity":"model_version","action":"created","data":{"name":"example_model","version":"1"}}',
)
