"""Puts the HTTP doors together: deliveries in front, then health, then what else is served."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from headwater.clock import Clock
from headwater.web.door import EIGHT_MEBIBYTES, Door, Guard, Journal
from headwater.web.health import Check, health_routes
from headwater.web.proving import Secrets
from headwater.web.questions import Question
from headwater.web.senders import SendersInForce


def build(
    journal: Journal,
    senders: SendersInForce,
    clock: Clock,
    *,
    secrets: Secrets,
    checks: Mapping[str, Check],
    questions: Mapping[str, Question] | None = None,
    guards: Mapping[str, Guard] | None = None,
    routes: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Starlette] | None = None,
    limit: int = EIGHT_MEBIBYTES,
) -> Door:
    """The ASGI application. `journal` is the engine; `checks` is what `/readyz` asks.

    `questions` answers stock clients that ask as well as send; `guards` are the checks that formats name
    (`sns`); `routes` are the pages, the API and Slack's own door, served behind the deliveries' door; `limit`
    is the largest body in bytes.
    """
    rest = Starlette(routes=[*health_routes(checks), *routes], lifespan=lifespan)
    return Door(
        journal=journal,
        senders=senders,
        clock=clock,
        secrets=secrets,
        rest=rest,
        questions=questions or {},
        guards=guards or {},
        limit=limit,
    )
