"""Every format there is. A new one is a file in this folder, its samples, and a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headwater.intake import alertmanager
from headwater.intake.format import Format

FORMATS: Final[Mapping[str, Format]] = MappingProxyType({each.name: each for each in (alertmanager.FORMAT,)})
"""By name, in the order `headwater formats list` shows them."""
