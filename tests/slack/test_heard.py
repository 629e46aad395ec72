import json
from pathlib import Path
from typing import Any

import pytest

from headwater.slack import heard
from slack_cast import REGISTRY
from world import ANA

SHARED = Path(__file__).parents[3] / "shared" / "samples" / "slack"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<@{ANA}> look", "@ana look"),
        ("<@U0STRANGER|zed> look", "@zed look"),
        ("<#C1|docs> and <#C2>", "#docs and #C2"),
        ("<!here> <!subteam^S1|@backup>", "@here @backup"),
        (
            "<https://x.example/a|the board> <https://x.example|x.example>",
            "the board (https://x.example/a) https://x.example",
        ),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 2", "5 < 6 && 7 > 2"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_markup_is_read_back_as_people_would_say_it(text: str, expected: str) -> None:
    assert heard.words(text, REGISTRY) == expected


def test_an_alert_without_text_is_read_from_its_attachments() -> None:
    message = {
        "text": "",
        "attachments": [
            {
                "fallback": "[no preview available]",
                "title": "Latency high",
                "fields": [{"title": "p95", "value": 9.5}, {"title": "job", "value": "chat"}],
            }
        ],
    }
    assert heard.message_words(message, REGISTRY) == "Latency high\np95\n9.5\njob\nchat"


def test_blocks_inside_attachments_are_read_and_said_once() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*Drift* on <https://x.example|docs>"}}
    message = {"attachments": [{"blocks": [block], "fallback": "Drift on docs"}], "blocks": []}
    assert heard.message_words(message, REGISTRY) == "*Drift* on docs (https://x.example)"


def test_a_fallback_alone_is_better_than_nothing() -> None:
    assert heard.message_words({"attachments": [{"fallback": "Disk full"}]}, REGISTRY) == "Disk full"
    assert heard.message_words({"attachments": [{"fallback": heard.NO_PREVIEW}]}, REGISTRY) == ""


def test_the_author_is_a_user_or_the_bot_that_posted() -> None:
    assert heard.author({"user": "U1", "bot_id": "B1"}) == "U1"
    assert heard.author({"bot_id": "B1", "subtype": "bot_message"}) == "B1"


@pytest.mark.shared
def test_every_recorded_alert_of_another_app_says_something() -> None:
    def messages(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, dict) and ("attachments" in node or node.get("type") == "message"):
            return [node]
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        return [found for child in children for found in messages(child)]

    seen = 0
    for path in sorted(SHARED.rglob("*.json")):
        for message in messages(json.loads(path.read_text("utf-8"))):
            seen += 1
            assert len(heard.message_words(message, REGISTRY)) <= heard.LONGEST
    assert seen
