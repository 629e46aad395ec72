"""What Headwater hears in Slack. Each module's `register` says which; nothing happens on import.

Bolt runs every listener to its end before Slack is answered (`process_before_response`), so an event is
acknowledged only once its action is committed, and Slack sends it again otherwise. Clicks and commands are
acked at once and finished at the desk: Slack never sends those again, and a person waits.
"""

from slack_bolt.async_app import AsyncApp

from headwater.slack.desk import Desk
from headwater.slack.listeners import actions, commands, home, messages, reactions, shortcuts, views


def register_all(app: AsyncApp, desk: Desk) -> None:
    """Register every listener."""
    actions.register(app, desk)
    views.register(app, desk)
    commands.register(app, desk)
    shortcuts.register(app, desk)
    reactions.register(app, desk)
    messages.register(app, desk)
    home.register(app, desk)
