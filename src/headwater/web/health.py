"""`/healthz`: the process is alive. `/readyz`: it can do its work, or which part of it can't."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str | None]]
"""None when this part is ready, else a sentence: what is wrong, and what to do."""

_WITHOUT_CACHE: Final = {"cache-control": "no-store"}


def health_routes(checks: Mapping[str, Check]) -> list[Route]:
    """Both routes. `checks` are the parts that must be ready, by the names people see."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers=_WITHOUT_CACHE)

    async def readyz(_request: Request) -> Response:
        parts = {name: await check() for name, check in checks.items()}
        ready = all(wrong is None for wrong in parts.values())
        told = {name: wrong or "ready" for name, wrong in parts.items()}
        return JSONResponse(
            {"status": "ready" if ready else "not ready", "parts": told},
            status_code=200 if ready else 503,
            headers=_WITHOUT_CACHE,
        )

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
