"""What is shown of an incident: the incident with its involved assets and its cards."""

from dataclasses import dataclass

from headwater.core.incidents import Incident, Involved
from headwater.core.said import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """`involved` is ordered by when each was first seen; `cards` by channel."""

    incident: Incident
    involved: tuple[Involved, ...] = ()
    cards: tuple[Card, ...] = ()
