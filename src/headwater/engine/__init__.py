"""The engine: receive, act, tick. One worker thread, the only writer; place, load, decide, apply."""

from headwater.engine.collecting import ease
from headwater.engine.engine import Engine

__all__ = ["Engine", "ease"]
