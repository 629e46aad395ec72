"""The one composition root: what Headwater is made of, put together, started, and stopped in order."""

from headwater.app.composing import Headwater, running, serve
from headwater.app.starting import CannotStartError

__all__ = ["CannotStartError", "Headwater", "running", "serve"]
