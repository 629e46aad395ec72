"""A morning in a small company, for the page: an incident's card, its thread, an alert, a table, a modal,
a Home.
"""

from headwater.workspace import App, Workspace
from headwater.workspace.answers import message_content, open_view
from headwater.workspace.posting import post, post_ephemeral, post_from_webhook
from workspace_cast import (
    ALL_EVENTS,
    ALL_SCOPES,
    COMMANDS,
    SHORTCUTS,
    START,
    Json,
    actions,
    button,
    modal_view,
    mrkdwn,
    options,
    plain,
    section,
    text_input,
)

SINCE = int(START.timestamp())
CONFIRM = {
    "title": plain("Resolve INC-7?"),
    "text": mrkdwn("The watch on *backup-assistant* still runs."),
    "confirm": plain("Resolve"),
    "deny": plain("Not yet"),
    "style": "danger",
}


def card() -> list[Json]:
    return [
        section(
            f":red_circle: *Triggered* · <https://example.com/7|INC-7 Answers lost their ground>\n"
            f"*SEV2* · <!subteam^S0DOCS> · nobody yet · since "
            f"<!date^{SINCE}^{{time}}|09:00> · 3 alerts"
        ),
        section(
            "Routed to *Docs data*, because `pipeline:docs-ingest` is silent and feeds both handlers. "
            "Runner-up: *Backup* (owns `handler:backup-assistant`)."
        ),
        {
            "type": "context",
            "elements": [
                mrkdwn("*Suspects* stale-index ▰▰▰▰▰▰▱▱ 71 %  ·  prompt ▰▱▱▱▱▱▱▱ 12 %  ·  unlisted 9 %")
            ],
        },
        actions(
            button("Acknowledge", "ack", style="primary", value="7"),
            button("Add note", "note"),
            button("Not ours", "not_ours"),
            button("Resolve", "resolve", style="danger", confirm=CONFIRM),
            {"type": "overflow", "action_id": "more", "options": options("snooze", "escalate")},
        ),
    ]


def form() -> Json:
    radio = {"type": "radio_buttons", "action_id": "kind", "options": options("symptom", "cause")}
    people = {"type": "multi_users_select", "action_id": "who", "placeholder": plain("Who should know")}
    day = {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-21"}
    severity = {
        "type": "static_select",
        "action_id": "sev",
        "placeholder": plain("Choose"),
        "options": options("SEV1", "SEV2", "SEV3"),
    }
    return modal_view(
        section("What you add stands on the timeline of *INC-7*, with your name."),
        text_input("Note", "note", multiline=True, placeholder=plain("What did you see?")),
        {
            "type": "input",
            "block_id": "sev",
            "label": plain("Severity"),
            "optional": True,
            "element": severity,
        },
        {"type": "input", "block_id": "kind", "label": plain("It is a"), "element": radio},
        {"type": "input", "block_id": "who", "label": plain("Tell"), "optional": True, "element": people},
        {
            "type": "input",
            "block_id": "day",
            "label": plain("First bad day"),
            "optional": True,
            "element": day,
        },
        title="Add to timeline",
    )


def home() -> Json:
    rows = [
        section(
            "*INC-7* Answers lost their ground\nSEV2 · triggered · 12 min", accessory=button("Open", "open_7")
        ),
        section("*INC-5* Ratings look bought\nSEV3 · monitoring · 2 h", accessory=button("Open", "open_5")),
    ]
    header = {"type": "header", "text": plain("Your team: Docs data")}
    later = {"type": "context", "elements": [mrkdwn(":calendar: On call until Monday: <@U0BO>")]}
    return {
        "type": "home",
        "blocks": [header, *rows, {"type": "divider"}, later, actions(button("Declare incident", "d"))],
    }


def people(workspace: Workspace) -> App:
    workspace.add_user("ana", "Ana Weber", slack_id="U0ANA", title="SRE", tz="Europe/Berlin")
    workspace.add_user("bo", "Bo Lind", slack_id="U0BO", title="Data engineer", tz="Europe/Stockholm")
    workspace.add_user("cy", "Cy Okafor", slack_id="U0CY", title="ML engineer", tz="Europe/London")
    workspace.add_usergroup("docs-data", "Docs data", slack_id="S0DOCS", users=["U0BO"])
    app = workspace.install(
        name="Headwater", scopes=ALL_SCOPES, subscriptions=ALL_EVENTS, commands=COMMANDS, shortcuts=SHORTCUTS
    )
    everyone = ["U0ANA", "U0BO", "U0CY", app.user_id]
    workspace.add_channel("#docs-data", slack_id="C0DOCS", members=everyone, topic="Ingestion of documents")
    workspace.add_channel("#alerts-llm", slack_id="C0ALERTS", members=everyone, topic="What the monitors say")
    workspace.add_channel("#backup-ml", slack_id="C0BACKUP", members=["U0CY", app.user_id])
    workspace.add_channel("#leads", slack_id="C0LEADS", members=["U0ANA"], private=True)
    return app


def morning(workspace: Workspace) -> App:
    """Everything said and shown; returns the app."""
    app = people(workspace)
    room, alerts = workspace.channel("#docs-data").raw, workspace.channel("#alerts-llm").raw
    workspace.person("bo").says(
        "#docs-data", "Morning! The docs repo moved to its new home last night :seedling:"
    )
    hook = workspace.add_webhook("#alerts-llm", username="Alertmanager")
    alert = {
        "color": "danger",
        "title": "[FIRING:2] GroundednessDrop backup-assistant (critical)",
        "title_link": "https://example.com/alerts",
        "text": "*faithfulness* 0.61 &lt; 0.80 on `backup-assistant`",
        "fields": [
            {"title": "handler", "value": "backup-assistant", "short": True},
            {"title": "since", "value": "09:00", "short": True},
        ],
        "footer": "Alertmanager 0.25",
    }
    post_from_webhook(workspace, hook, {"attachments": [alert]})
    body = {
        "text": "INC-7: answers lost their ground",
        "attachments": [{"color": "#d64545", "blocks": card()}],
    }
    shown = post(workspace, room, user=app.user_id, app=app, **message_content(workspace, body))
    _thread(workspace, app, shown.ts)
    ana = workspace.person("ana")
    ana.reacts(shown, "eyes")
    workspace.person("cy").reacts(shown, "eyes")
    workspace.person("cy").pins(shown)
    whisper = {"text": "Already acknowledged by <@U0BO> 12 s ago."}
    post_ephemeral(workspace, room, "U0ANA", app=app, **message_content(workspace, whisper))
    workspace.person("cy").says(alerts.id, "<@U0ANA> is this us? See <#C0DOCS>")
    named = home()
    workspace.views.publish(
        named | {"blocks": _ids(named["blocks"])},
        None,
        user="U0ANA",
        app_id=app.id,
        bot_id=app.bot_id,
        team=workspace.team,
    )
    return app


def _ids(blocks: list[Json]) -> list[Json]:
    return [block | {"block_id": f"home{index}"} for index, block in enumerate(blocks)]


def _thread(workspace: Workspace, app: App, ts: str) -> None:
    room = workspace.channel("#docs-data").raw
    cells = [["handler", "faithfulness"], ["backup-assistant", "0.61"], ["billing-helper", "0.70"]]
    table = {
        "type": "table",
        "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in cells],
    }
    body = {"text": "Evidence", "blocks": [section("*Evidence so far*"), table]}
    post(workspace, room, user=app.user_id, app=app, thread_ts=ts, **message_content(workspace, body))
    workspace.person("bo").says(
        "#docs-data", "The crawler still points at the old URL:\n```GET /docs 404```", thread=ts
    )
    workspace.person("ana").says("#docs-data", "&gt; old URL\nThen _stale-index_ it is.", thread=ts)


def show_form(workspace: Workspace, app: App, user: str) -> None:
    open_view(workspace, app, user, form(), on_top=False)
