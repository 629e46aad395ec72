"""The three servers that ingest.py measures side by side, each a process of its own on a free port.

`python ingest_servers.py headwater|journal|upsert DIR` prints its port and serves until its input closes.
"""

import asyncio
import json
import sqlite3
import sys
import threading
from collections import deque
from pathlib import Path
from types import MappingProxyType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from headwater.catalog.shipped import shipped_taxonomy
from headwater.clock import system_clock
from headwater.core.registry import Asset, Edge, EdgeType, MatchRule, Registry, Team, assemble
from headwater.core.senders import Credential, Sender, hash_of
from headwater.engine import Engine, ease
from headwater.intake.formats import FORMATS
from headwater.store.database import Database
from headwater.store.migrate import upgrade
from headwater.store.senders import add_sender, senders
from headwater.web.app import build
from headwater.web.senders import SendersInForce

TOKEN = "bench-token"
TEAMS = 20
CHAINS = 200


def registry() -> Registry:
    """200 chains source -> pipeline -> index -> handler, owned by 20 teams."""
    teams = {f"team:t{n}": Team(ref=f"team:t{n}", name=f"T{n}", channel=f"#t{n}") for n in range(TEAMS)}
    assets: dict[str, Asset] = {}
    edges: list[Edge] = []
    for n in range(CHAINS):
        for kind in ("source", "pipeline", "index", "handler"):
            assets[f"{kind}:c{n}"] = Asset(ref=f"{kind}:c{n}", owner=f"team:t{n % TEAMS}")
        edges += [
            Edge(f"pipeline:c{n}", EdgeType.READS, f"source:c{n}"),
            Edge(f"index:c{n}", EdgeType.WRITTEN_BY, f"pipeline:c{n}"),
            Edge(f"handler:c{n}", EdgeType.USES, f"index:c{n}"),
        ]
    rule = MatchRule(name="by-handler", labels={"handler": "*"}, asset="handler:{handler}")
    return assemble(
        Registry(
            version="bench",
            catch_all="team:t0",
            arbiter="team:t0",
            teams=MappingProxyType(teams),
            assets=MappingProxyType(assets),
            edges=tuple(edges),
            match=(rule,),
        )
    )


class Bare:
    """The ceiling: checks the token, takes the body, commits many at once, answers; decides nothing.

    With `alerts` it also decodes the alerts and upserts one row each in the same commit.
    """

    def __init__(self, path: Path, *, alerts: bool) -> None:
        self._path = path
        self._alerts = alerts
        self._queue: deque[tuple[bytes, asyncio.Future[None]]] = deque()
        self._wake = threading.Event()
        self._expected = f"Bearer {TOKEN}".encode()
        threading.Thread(target=self._write, daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, body = 200, b"{}"
        if scope["path"] == "/drained":
            pass
        elif dict(scope["headers"]).get(b"authorization") != self._expected:
            status = 401
        else:
            message = await receive()
            taken = message["body"]
            while message.get("more_body"):
                message = await receive()
                taken += message["body"]
            future = asyncio.get_running_loop().create_future()
            self._queue.append((taken, future))
            self._wake.set()
            await future
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _write(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE delivery (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB)")
        connection.execute(
            "CREATE TABLE alert (key TEXT PRIMARY KEY, status TEXT, starts_at TEXT, labels TEXT)"
        )
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                taken = [self._queue.popleft() for _ in range(min(len(self._queue), 2_000))]
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(
                    "INSERT INTO delivery (body) VALUES (?)", [(body,) for body, _ in taken]
                )
                if self._alerts:
                    connection.executemany(
                        "INSERT INTO alert VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                        " status = excluded.status, starts_at = excluded.starts_at, labels = excluded.labels",
                        [
                            (one["fingerprint"], one["status"], one["startsAt"], json.dumps(one["labels"]))
                            for body, _ in taken
                            for one in json.loads(body)["alerts"]
                        ],
                    )
                connection.execute("COMMIT")
                loop = taken[0][1].get_loop()
                loop.call_soon_threadsafe(self._answer, [future for _, future in taken])

    @staticmethod
    def _answer(futures: list[asyncio.Future[None]]) -> None:
        for future in futures:
            future.set_result(None)


async def headwater(folder: Path) -> tuple[ASGIApp, Engine]:
    """The real door and the real engine."""
    database = Database(str(folder / "headwater.db"))
    upgrade(database)
    made = Sender(
        name="bench",
        format="alertmanager",
        credentials=(Credential(token_hash=hash_of(TOKEN)),),
        made_at=system_clock(),
    )
    with database.write() as connection:
        add_sender(connection, made)
    engine = Engine(
        database=database,
        clock=system_clock,
        registry=registry(),
        parsers={name: one.parse for name, one in FORMATS.items()},
        taxonomy=shipped_taxonomy(),
    )
    engine.start()
    ease()

    def read() -> tuple[Sender, ...]:
        with database.read() as connection:
            return senders(connection)

    known = SendersInForce(read, FORMATS, system_clock)
    await known.refresh()
    door = build(engine, known, system_clock, secrets=lambda _name: None, checks={})

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/drained":
            await engine.drained()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"{}"})
            return
        await door(scope, receive, send)

    return served, engine


async def main(kind: str, folder: Path) -> None:
    """Serve until standard input closes."""
    app: ASGIApp
    engine: Engine | None = None
    if kind == "headwater":
        app, engine = await headwater(folder)
    else:
        app = Bare(folder / "bare.db", alerts=kind == "upsert")
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", lifespan="off", access_log=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.wait([serving], timeout=0.02)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving
    if engine is not None:
        await engine.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
