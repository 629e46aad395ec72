"""files.*: the external upload in three steps (URL, bytes, completion)."""

from __future__ import annotations

from headwater.workspace import posting
from headwater.workspace.happenings import announce
from headwater.workspace.pace import Tier
from headwater.workspace.wire import Json, SlackRefusalError

from .asked import Asked, Method


def _get_upload_url(asked: Asked) -> Json:
    if asked["length"] <= 0:
        raise SlackRefusalError(
            "invalid_arguments", messages=["[ERROR] length must be above 0 [json-pointer:/length]"]
        )
    file_id = asked.workspace.ids.next("F")
    asked.workspace.uploads[file_id] = {
        "id": file_id,
        "name": asked["filename"],
        "title": asked["filename"],
        "size": int(asked["length"]),
        "user": asked.app.user_id,
        "created": int(asked.workspace.clock().timestamp()),
        "bytes": None,
        "shared": False,
    }
    return {"upload_url": f"{asked.workspace.base_url}/upload/v1/{file_id}", "file_id": file_id}


def _complete(asked: Asked) -> Json:
    found = []
    for given in asked["files"]:
        upload = asked.workspace.uploads.get(given["id"])
        if upload is None or upload["bytes"] is None:
            raise SlackRefusalError("file_not_found")
        if upload["shared"]:
            raise SlackRefusalError("file_already_completed")
        upload["title"] = given.get("title") or upload["title"]
        found.append(upload)
    shown = [_file_wire(asked, upload) for upload in found]
    channel = asked.get("channel_id")
    if channel:
        room = asked.room_within(channel)
        if room.archived:
            raise SlackRefusalError("is_archived")
        message = posting.post(
            asked.workspace,
            room,
            user=asked.app.user_id,
            app=asked.app,
            text=asked.get("initial_comment") or "",
            files=shown,
            thread_ts=asked.get("thread_ts"),
            subtype="file_share",
        )
        for upload in found:
            event = {"type": "file_shared", "file_id": upload["id"], "user_id": asked.app.user_id}
            announce(asked.workspace, event | {"channel_id": room.id, "event_ts": message.ts}, room)
    for upload in found:
        upload["shared"] = True
    return {"files": shown}


def _info(asked: Asked) -> Json:
    upload = asked.workspace.uploads.get(asked["file"])
    if upload is None or upload["bytes"] is None:
        raise SlackRefusalError("file_not_found")
    return {"file": _file_wire(asked, upload), "comments": []}


def _file_wire(asked: Asked, upload: Json) -> Json:
    link = f"{asked.workspace.base_url}/files/{upload['id']}/{upload['name']}"
    shown = {name: upload[name] for name in ("id", "name", "title", "size", "user", "created")}
    return shown | {"permalink": link, "url_private": link, "mode": "hosted"}


METHODS = {
    "files.getUploadURLExternal": Method(_get_upload_url, Tier.T4, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, Tier.T4, ("files:write",)),
    "files.info": Method(_info, Tier.T4, ("files:read",)),
}
