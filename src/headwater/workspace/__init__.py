"""A Slack workspace on the loopback that speaks the real protocol, so that an app needs no "if test".

    clock = lambda: datetime.now(UTC)                       # the caller's clock; tests may drive one
    workspace = Workspace(clock)
    app = workspace.install(manifest)                       # tokens, scopes, events, commands
    workspace.add_user("ana", slack_id="U0ANA")
    workspace.add_channel("#backup-ml", members=["U0ANA", app.user_id])
    async with WorkspaceServer(workspace) as server:        # port 0: a free one
        client = AsyncWebClient(app.bot_token, base_url=server.api_url)
        ...
        card = await workspace.channel("#backup-ml").expects("groundedness")
        await card.button("Acknowledge").click(as_="U0ANA")
        await workspace.quiet()
        assert workspace.flags == []

It holds everything in memory (`Workspace`), serves the Web API, Socket Mode, signed HTTP delivery, incoming
webhooks, response URLs and uploads (`WorkspaceServer`), lets tests act as any person (`Workspace.person`, or
`/control` from other processes) and shows all of it on a page at `/`. It is stricter than Slack, never laxer:
arguments and blocks are checked against `schemas/slack.json`, limits stand in `limits.py`. Trouble is
asked for through `Workspace.faults` and `WorkspaceServer.sockets`. It imports nothing else of Headwater.
"""

from .acting import Person
from .apps import App, Command, Shortcut, Webhook
from .envelopes import Answer, Envelope
from .faults import Fault, FaultKind
from .messages import Message
from .records import Call, Flag
from .seeing import SeenChannel, SeenElement, SeenMessage, SeenView, home, modal
from .server import WorkspaceServer, running_in_thread
from .state import Workspace
from .wire import NotPossibleError, SlackRefusalError

__all__ = [
    "Answer",
    "App",
    "Call",
    "Command",
    "Envelope",
    "Fault",
    "FaultKind",
    "Flag",
    "Message",
    "NotPossibleError",
    "Person",
    "SeenChannel",
    "SeenElement",
    "SeenMessage",
    "SeenView",
    "Shortcut",
    "SlackRefusalError",
    "Webhook",
    "Workspace",
    "WorkspaceServer",
    "home",
    "modal",
    "running_in_thread",
]
