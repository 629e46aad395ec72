"""The engine: receive, act, tick. One worker thread, the only writer; place, load, decide, apply."""

from headwater.engine.engine import Engine

__all__ = ["Engine"]
