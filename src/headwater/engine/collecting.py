"""Python's garbage collector, told what this process is like.

It makes many short-lived rows and keeps few: with the default of 700 new objects between looks, a storm
spends much of its time looking for cycles that rows do not have. What was made by the start (modules,
statements, the registry) is never looked at again.
"""

import gc
from typing import Final

BETWEEN_LOOKS: Final = 50_000


def ease() -> None:
    """Call once, when everything is loaded and before anything is served."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN_LOOKS, 20, 20)
