"""How long a large ownership registry takes to load, and a neighbourhood beside a hub in it to find.

`python tests/benchmarks/registry.py [--assets 100000]` writes such a file into a temporary folder: chains of
source, pipeline, index and handler, every handler on one model.
"""

import argparse
import tempfile
import time
from pathlib import Path

from headwater.catalog.ownership import load
from headwater.core.lineage import neighbourhood

HEAD = """defaults: {owner: team:all}
people:
  - {ref: person:ana, slack: U0ANA}
teams:
  - {ref: team:all, name: All, slack: {channel: "#all"}, members: [person:ana]}
catch_all: team:all
arbiter: team:all
assets:
  - {ref: model:hub, owner: team:all}
"""
CHAIN = """  - {{ref: source:s{n}, owner: team:all}}
  - {{ref: pipeline:p{n}, owner: team:all, reads: [source:s{n}]}}
  - {{ref: index:i{n}, owner: team:all, written_by: [pipeline:p{n}]}}
  - {{ref: handler:h{n}, owner: team:all, uses: [index:i{n}, model:hub]}}
"""


def main() -> None:
    """Write, load, look, and say what each took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, default=100_000)
    chains = parser.parse_args().assets // 4
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as folder:
        path = Path(folder) / "ownership.yaml"
        path.write_text(HEAD + "".join(CHAIN.format(n=n) for n in range(chains)), "utf-8")
        began = time.perf_counter()
        loaded = load([path])
        took = time.perf_counter() - began
    assert loaded.registry is not None, loaded.errors[:3]
    registry = loaded.registry
    print(f"{len(registry.assets):,} assets, {len(registry.edges):,} edges: loaded in {took:.1f} s")
    began = time.perf_counter()
    rounds = 200
    for n in range(rounds):
        neighbourhood(registry, f"handler:h{n}")
    took = (time.perf_counter() - began) / rounds
    print(f"a neighbourhood beside a hub of {chains:,}: {took * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
