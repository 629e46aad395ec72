"""The sample company, Driftwood: it sells a hosted database, and answers its customers with LLM features.

Its registry is the first template to copy from, and what the demo and the stories run on.
"""

from pathlib import Path
from typing import Final

OWNERSHIP: Final = Path(__file__).with_name("ownership.yaml")
"""The sample company's registry; every key a registry may have is used in it."""
