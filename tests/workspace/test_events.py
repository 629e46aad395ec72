"""Which events an app hears of, and what is in them. No network: the envelopes are read where they are
handed over.
"""

import pytest

from headwater.workspace import App, NotPossibleError, SlackRefusalError, Workspace
from headwater.workspace.posting import delete, edit, post, post_from_webhook
from workspace_cast import Json, section


def heard(workspace: Workspace, kind: str) -> list[Json]:
    return [e.payload["event"] for e in workspace.sent if e.kind == "events_api" and e.name == kind]


def test_a_persons_message_carries_rich_text_and_who_may_hear_it(workspace: Workspace, app: App) -> None:
    workspace.person("ana").says("#backup-ml", "is &lt;rag&gt; ok? <@U0BO> <https://x.y|here>")
    (envelope,) = workspace.sent[-1:]
    event = envelope.payload["event"]
    assert (event["user"], event["channel"], event["channel_type"]) == ("U0ANA", "C0BACKUP", "channel")
    assert event["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "is <rag> ok? "},
        {"type": "user", "user_id": "U0BO"},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://x.y", "text": "here"},
    ]
    assert envelope.payload["authorizations"][0]["user_id"] == app.user_id
    assert envelope.payload["event_id"].startswith("Ev")


@pytest.mark.parametrize("lack", ["membership", "subscription", "scope"])
def test_an_app_hears_nothing_without(workspace: Workspace, app: App, lack: str) -> None:
    if lack == "membership":
        workspace.channel("#backup-ml").raw.members.remove(app.user_id)
    elif lack == "subscription":
        app.subscriptions -= {"message.channels"}
    else:
        app.scopes -= {"channels:history"}
    workspace.person("ana").says("#backup-ml", "hello")
    assert heard(workspace, "message") == []


def test_a_webhook_speaks_without_a_user_and_with_what_it_was_given(workspace: Workspace, app: App) -> None:
    hook = workspace.add_webhook("#backup-ml", username="Alertmanager")
    attachment = {
        "title": "[FIRING:1]",
        "color": "danger",
        "fields": [{"title": "v", "value": 3, "short": True}],
    }
    post_from_webhook(workspace, hook, {"attachments": [attachment]})
    (event,) = heard(workspace, "message")
    assert (event["subtype"], event["bot_id"], event["text"]) == ("bot_message", hook.bot_id, "")
    assert "user" not in event
    assert event["attachments"] == [attachment | {"id": 1}]


def test_a_bots_message_names_its_app(workspace: Workspace, app: App) -> None:
    post(workspace, workspace.channel("#backup-ml").raw, user=app.user_id, app=app, text="mine")
    (event,) = heard(workspace, "message")
    assert (event["user"], event["bot_id"], event["app_id"]) == (app.user_id, app.bot_id, app.id)
    assert event["bot_profile"]["name"] == "Headwater"
    assert "subtype" not in event


def test_an_edit_shows_before_and_after(workspace: Workspace, app: App) -> None:
    message = workspace.person("ana").says("#backup-ml", "befor")
    workspace.person("ana").edits(message, "before")
    event = heard(workspace, "message")[-1]
    assert (event["subtype"], event["hidden"]) == ("message_changed", True)
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("befor", "before")
    assert event["message"]["edited"]["user"] == "U0ANA"
    assert event["ts"] != event["message"]["ts"] == message.ts


def test_an_edit_that_changes_nothing_is_silent(workspace: Workspace, app: App) -> None:
    message = workspace.person("ana").says("#backup-ml", "same")
    edit(workspace, message, text="same")
    assert len(heard(workspace, "message")) == 1


def test_a_deleted_message_leaves_its_thread_count(workspace: Workspace, app: App) -> None:
    root = workspace.person("ana").says("#backup-ml", "root")
    reply = workspace.person("bo").says("#backup-ml", "reply", thread=root.ts)
    delete(workspace, reply)
    event = heard(workspace, "message")[-1]
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", reply.ts)
    assert root.reply_ts == []


def test_a_broadcast_reply_says_so_and_names_its_root(workspace: Workspace, app: App) -> None:
    root = workspace.person("ana").says("#backup-ml", "root")
    workspace.person("ana").says("#backup-ml", "loud", thread=root.ts, broadcast=True)
    event = heard(workspace, "message")[-1]
    assert (event["subtype"], event["root"]["ts"]) == ("thread_broadcast", root.ts)


def test_a_mention_is_told_once_as_a_message_and_once_as_a_mention(workspace: Workspace, app: App) -> None:
    workspace.person("ana").says("#backup-ml", f"<@{app.user_id}> who owns docs?")
    assert len(heard(workspace, "message")) == 1
    (mention,) = heard(workspace, "app_mention")
    assert (mention["user"], "channel_type" in mention) == ("U0ANA", False)


def test_reactions_and_pins_name_the_message(workspace: Workspace, app: App) -> None:
    ana = workspace.person("ana")
    message = ana.says("#backup-ml", "look")
    ana.reacts(message, ":eyes:")
    with pytest.raises(SlackRefusalError, match="already_reacted"):
        ana.reacts(message, "eyes")
    ana.unreacts(message, "eyes")
    ana.pins(message)
    ana.unpins(message)
    added, removed = heard(workspace, "reaction_added")[0], heard(workspace, "reaction_removed")[0]
    assert added["item"] == removed["item"] == {"type": "message", "channel": "C0BACKUP", "ts": message.ts}
    assert (added["reaction"], added["item_user"]) == ("eyes", "U0ANA")
    assert heard(workspace, "pin_added")[0]["item"]["message"]["permalink"]
    assert heard(workspace, "pin_removed")[0]["pin_count"] == 0


def test_metadata_is_announced_with_its_message(workspace: Workspace, app: App) -> None:
    room = workspace.channel("#backup-ml").raw
    metadata = {"event_type": "card", "event_payload": {"n": 1}}
    message = post(workspace, room, user=app.user_id, app=app, text="x", metadata=metadata)
    (event,) = heard(workspace, "message_metadata_posted")
    assert (event["metadata"], event["message_ts"], event["app_id"]) == (metadata, message.ts, app.id)
    assert "metadata" not in heard(workspace, "message")[0]


def test_channels_tell_of_their_life(workspace: Workspace, app: App) -> None:
    ana = workspace.person("ana")
    ana.invites("#backup-ml", workspace.add_user("cy").id)
    ana.leaves("#backup-ml")
    ana.archives("#backup-ml")
    ana.unarchives("#backup-ml")
    told = [e.name for e in workspace.sent]
    assert [name for name in told if "channel" in name] == [
        "channel_created",
        "channel_created",
        "member_joined_channel",
        "member_left_channel",
        "member_joined_channel",  # to archive it she looks in again, as a click in Slack's client would
        "channel_archive",
        "channel_unarchive",
    ]


def test_a_direct_message_is_heard_as_one(workspace: Workspace, app: App) -> None:
    room = workspace.direct("U0ANA", app.user_id)
    workspace.person("ana").says(room.id, "psst")
    assert heard(workspace, "message")[-1]["channel_type"] == "im"
    with pytest.raises(NotPossibleError, match="not in this conversation"):
        workspace.person("bo").says(room.id, "me too")


def test_paging_a_channel_and_wordless_blocks_are_flagged_for_apps_only(
    workspace: Workspace, app: App
) -> None:
    room = workspace.channel("#backup-ml").raw
    workspace.person("ana").says("#backup-ml", "<!here> lunch")
    assert workspace.flags == []
    post(workspace, room, user=app.user_id, app=app, text="fine", blocks=[section("hey <!channel> now")])
    post(workspace, room, user=app.user_id, app=app, blocks=[section("no words")])
    assert [flag.rule for flag in workspace.flags] == ["pages-a-channel", "no-text-beside-blocks"]


def test_the_same_acts_give_the_same_ids_and_stamps(workspace: Workspace, app: App) -> None:
    first = [workspace.person("ana").says("#backup-ml", "x").ts for _ in range(3)]
    other = Workspace(workspace.clock)
    other.add_user("ana", slack_id="U0ANA")
    other.add_channel("#backup-ml")
    assert [other.person("ana").says("#backup-ml", "x").ts for _ in range(3)] == first
    assert first == sorted(set(first))
