"""How many alerts a second Headwater takes in durably, beside two ceilings measured in the same run.

`python tests/benchmarks/ingest.py [--json] [--quick]`. For each batch size and share of repeats, three
servers take the same requests over HTTP, one after the other: Headwater; a bare server that group-commits one
row a delivery (the ceiling of accepting); one that also upserts one row an alert (the ceiling of processing).
*accepted*: answered, hence on disk. *processed*: decided and stored too, waited for after the last answer.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

SERVERS = Path(__file__).parent / "ingest_servers.py"
CONNECTIONS = 64
KNOWN = 2_000
"""Alerts that every server has taken in before the clock starts: what repeats is one of these."""
HEADERS = "POST /hooks/alertmanager HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer bench-token\r\n"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the table: alerts a second, and the two ratios that matter."""

    batch: int
    repeats: float
    alerts: int
    accepted: float
    processed: float
    journal_ceiling: float
    upsert_ceiling: float

    @property
    def accepted_share(self) -> float:
        """Of the first ceiling; at least a half is asked for."""
        return self.accepted / self.journal_ceiling

    @property
    def processed_share(self) -> float:
        """Of the second; at least a fifth when all are new, two fifths when they repeat."""
        return self.processed / self.upsert_ceiling


def requests(batch: int, total: int, repeats: float) -> list[bytes]:
    """`total` alerts in deliveries of `batch`; of each hundred, `100 * repeats` are known beforehand."""
    known = round(100 * repeats)
    return _bodies(batch, [n % KNOWN if n % 100 < known else KNOWN + n for n in range(total)])


def _bodies(batch: int, numbers: list[int]) -> list[bytes]:
    bodies = []
    for start in range(0, len(numbers), batch):
        alerts = [_alert(n) for n in numbers[start : start + batch]]
        group = {"version": "4", "status": "firing", "receiver": "headwater", "alerts": alerts}
        body = json.dumps(group).encode()
        head = f"{HEADERS}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        bodies.append(head.encode() + body)
    return bodies


def _alert(n: int) -> dict[str, object]:
    return {
        "status": "firing",
        "labels": {
            "alertname": "FaithfulnessLow",
            "handler": f"c{n % 200}",
            "pod": f"p-{n}",
            "cluster": "eu-1",
            "severity": "warning",
        },
        "annotations": {
            "summary": f"Faithfulness of c{n % 200} is below 0.8",
            "runbook": "https://x.example/r",
        },
        "startsAt": "2026-11-21T02:18:42.712Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": f"{n:016x}",
    }


async def _one_after_another(port: int, waiting: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting:
        writer.write(waiting.pop())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()


async def _send(port: int, bodies: list[bytes]) -> tuple[float, float]:
    """Seconds until all were answered, and until all were decided."""
    waiting = list(reversed(bodies))
    began = time.perf_counter()
    await asyncio.gather(*[_one_after_another(port, waiting) for _ in range(CONNECTIONS)])
    answered = time.perf_counter() - began
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /drained HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answered, time.perf_counter() - began


def measure(kind: str, bodies: list[bytes]) -> tuple[float, float]:
    """One server from start to stop."""
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as folder:
        server = subprocess.Popen(
            [sys.executable, str(SERVERS), kind, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            asyncio.run(_send(port, _bodies(100, list(range(KNOWN)))))
            return asyncio.run(_send(port, bodies))
        finally:
            server.stdin.close()
            server.wait(timeout=30)


def cell(batch: int, total: int, repeats: float, rounds: int) -> Cell:
    """The median of `rounds`, the servers taking turns so that a noisy minute hits all."""
    bodies = requests(batch, total, repeats)
    kinds = ("headwater", "journal", "upsert")
    times: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind in kinds:
            times[kind].append(measure(kind, bodies))
    rate = {kind: total / statistics.median(one[0] for one in times[kind]) for kind in kinds}
    processed = total / statistics.median(one[1] for one in times["headwater"])
    return Cell(batch, repeats, total, rate["headwater"], processed, rate["journal"], rate["upsert"])


def show(cells: list[Cell]) -> None:
    """The table as people read it."""
    table = Table(title="Alerts a second, durable, over HTTP")
    for heading in ("batch", "repeats", "accepted", "of ceiling", "processed", "of ceiling"):
        table.add_column(heading, justify="right")
    for one in cells:
        table.add_row(
            str(one.batch),
            f"{one.repeats:.0%}",
            f"{one.accepted:,.0f}",
            f"{one.accepted_share:.2f} of {one.journal_ceiling:,.0f}",
            f"{one.processed:,.0f}",
            f"{one.processed_share:.2f} of {one.upsert_ceiling:,.0f}",
        )
    Console(width=110).print(table)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="one round of fewer alerts, for a smoke test")
    chosen = parser.parse_args()
    sizes = {1: 4_000, 10: 20_000, 100: 60_000}
    if chosen.quick:
        sizes = {batch: total // 3 for batch, total in sizes.items()}
    rounds = 1 if chosen.quick else 3
    cells = [
        cell(batch, total, repeats, rounds) for batch, total in sizes.items() for repeats in (0.0, 0.5, 1.0)
    ]
    if chosen.json:
        shares = [
            asdict(one) | {"accepted_share": one.accepted_share, "processed_share": one.processed_share}
            for one in cells
        ]
        print(json.dumps({"cells": shares}, indent=1))
    else:
        show(cells)


if __name__ == "__main__":
    main()
