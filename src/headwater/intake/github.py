"""GitHub: deployments and their statuses, as changes of what the repository deploys.

Add a webhook with this URL, content type application/json, a secret, and the event *Deployment statuses*
(or *Deployments*). A deployment that succeeded is a change of its repository at its environment; map
`owner/repo` with an alias in the registry. `X-GitHub-Delivery` is the identity; the ping is no alert.
Source: docs.github.com/webhooks; payloads of octokit/webhooks.
"""

from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed
from headwater.intake.decoding import whole
from headwater.intake.format import Format, keyed_by
from headwater.intake.labelling import subject_of, text_of, title_of
from headwater.intake.moments import from_text
from headwater.intake.signatures import over_body

_SHORT_SHA: Final = 7


class _Login(msgspec.Struct):
    login: str


class _Deployment(msgspec.Struct):
    id: int
    sha: str
    ref: str = ""
    environment: str = ""
    task: str = ""
    description: str | None = None
    payload: Any = None
    created_at: str | None = None
    creator: _Login | None = None


class _DeploymentStatus(msgspec.Struct):
    id: int
    state: str
    created_at: str | None = None
    target_url: str | None = None
    creator: _Login | None = None


class _Repository(msgspec.Struct):
    full_name: str
    html_url: str | None = None


class _Hook(msgspec.Struct):
    repository: _Repository | None = None
    deployment: _Deployment | None = None
    deployment_status: _DeploymentStatus | None = None
    zen: str | None = None
    action: str = ""


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A change, once a deployment has begun or succeeded."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    if hook.zen is not None:
        return Parsed(remark="GitHub's ping: not an alert")
    deployment, repository = hook.deployment, hook.repository
    if deployment is None or repository is None:
        return Parsed(remark="a hook that says nothing of a deployment")
    status = hook.deployment_status
    if status is not None and status.state != "success":
        return Parsed(remark=f"deployment {deployment.id} of {repository.full_name} is {status.state}")
    if status is None and hook.action not in {"", "created"}:
        return Parsed(remark=f"deployment {deployment.id} of {repository.full_name}: {hook.action}")
    return Parsed(changes=(_change(deployment, status, repository, delivery),))


def _change(
    deployment: _Deployment, status: _DeploymentStatus | None, repository: _Repository, delivery: Delivery
) -> Change:
    made_at = (status.created_at if status else None) or deployment.created_at or ""
    named = deployment.payload if isinstance(deployment.payload, dict) else {}
    labels = {name: text for name, value in named.items() if (text := text_of(value))}
    verb = "deployed" if status else "deployment begun"
    creator = deployment.creator or (status.creator if status else None)
    where = f" to {deployment.environment}" if deployment.environment else ""
    sentence = f"{repository.full_name} {deployment.ref}@{deployment.sha[:_SHORT_SHA]} {verb}{where}"
    return Change(
        subject=subject_of(labels) or repository.full_name,
        kind="deploy",
        at=from_text(made_at) or delivery.received_at,
        key=f"{repository.full_name}/{deployment.id}/{status.id if status else 'begun'}",
        sentence=title_of(sentence),
        link=(status.target_url if status else None) or repository.html_url,
        by=creator.login if creator else None,
    )


FORMAT: Final = Format(
    name="github",
    title="GitHub deployments",
    parse=parse,
    tokens=(),
    signature=over_body("x-hub-signature-256", prefix="sha256="),
    key=keyed_by("x-github-delivery"),
    setup="Repository, Settings, Webhooks, Add: payload URL {url}, content type application/json,\n"
    "the secret that this sender's variable holds, event Deployment statuses.",
    example=b'{"zen":"A try of this sender","hook_id":1}',
    example_headers={"x-github-event": "ping"},
)
