"""Everything Headwater says and hears in Slack.

Said: the engine leaves cards and notices as rows; `sender` claims what is due, `pace` says when, `cards` and
`notices` render (pure), `transport` posts and alone knows which of Slack's refusals are permanent.
Heard: `doors` builds the Bolt app; `listeners/` turn clicks, commands, modals, pins and reactions into the
engine's actions, and `commands/`, `answers`, `why`, `modals`, `home` word what the person sees (pure).
"""
