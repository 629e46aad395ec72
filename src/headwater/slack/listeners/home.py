"""App Home: drawn anew each time somebody opens it."""

from slack_bolt.async_app import AsyncApp

from headwater.core.incidents import Incident
from headwater.slack import home
from headwater.slack.blocks import Json
from headwater.slack.desk import Desk
from headwater.store.reading import Reader


def register(app: AsyncApp, desk: Desk) -> None:
    """`app_home_opened`."""

    async def opened(event: Json) -> None:
        if event.get("tab", "home") == "home":
            desk.later(publish(desk, event["user"]))

    app.event("app_home_opened")(opened)


async def publish(desk: Desk, user: str) -> None:
    """Draw a person's home."""
    teams = home.teams_of(desk.registry, user)
    found = await desk.read(lambda reader: _incidents(reader, teams))
    view = home.render(
        user=user,
        registry=desk.registry,
        incidents=found,
        now=desk.clock(),
        base_url=desk.base_url,
        incident_command=desk.incident_command,
        owner_command=desk.owner_command,
    )
    await desk.slack.publish_home(user, view)


def _incidents(reader: Reader, teams: tuple[str, ...]) -> tuple[Incident, ...]:
    """The open incidents of these teams, each once; all of them for somebody of no team."""
    if not teams:
        return reader.incidents()
    found = {one.number: one for team in teams for one in reader.incidents(team=team)}
    return tuple(found.values())
