"""The browser page: hand-written HTML, CSS and JavaScript, served as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

_HERE: Final = Path(__file__).parent
# Only our own scripts and styles run, whatever a message contains; images may come from anywhere an alert
# links to.
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: http: https:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def page_routes() -> list[BaseRoute]:
    """The page at `/`, and at the permalinks it gives messages."""
    return [
        Route("/", _page),
        Route("/archives/{rest:path}", _page),
        Mount("/page", StaticFiles(directory=_HERE / "assets")),
    ]


async def _page(_request: Request) -> Response:
    return FileResponse(
        _HERE / "assets" / "index.html",
        headers={
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        },
    )
