"""Whatever an app posts: text from outside, any shape, and words that only look like a status."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.intake.slack_message import parse
from headwater.intake.slack_status import Told, headline, told_by_color
from headwater.slack.mrkdwn import line
from intake.slack_wire import TS, changed, delivery, message, read, report, titled


class TestUntrusted:
    def test_markup_is_read_back_to_words_and_escaped_when_shown(self) -> None:
        found = report(message(text="<!channel> &lt;!here&gt; <@U1|ana> <https://e.example|click> disk"))
        assert found.title == "@channel <!here> @ana click disk"
        assert "<" not in line(found.title)

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "http://[", "x"])
    def test_only_web_addresses_are_links(self, link: str) -> None:
        assert report(titled("A", title_link=link)).link is None

    @given(text=st.text(max_size=300))
    def test_no_words_make_markup(self, text: str) -> None:
        for found in read(message(text=text, attachments=[{"title": text, "text": text}])).reports:
            shown = line(found.title)
            assert "<" not in shown
            assert ">" not in shown


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.sampled_from(["", TS, "bot_message", "message_changed", "[FIRING:1] A", "k=v", "a: b", "*x*\ny"])
ANY = st.recursive(
    SCALARS | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
OUTER = (
    *("text", "attachments", "blocks", "ts", "thread_ts", "edited", "subtype", "bot_profile", "username"),
    "app_id",
)
INNER = (
    *("title", "text", "fields", "elements", "type", "color", "footer", "fallback", "actions", "blocks"),
    *("value", "title_link"),
)
PART = st.dictionaries(st.sampled_from(INNER), ANY, max_size=3)
WHOLE = st.dictionaries(st.sampled_from(INNER), ANY | st.lists(PART, max_size=2), max_size=4)


class TestAnyShape:
    @settings(max_examples=300, deadline=None)
    @given(
        parts=st.dictionaries(st.sampled_from(OUTER), ANY | st.lists(WHOLE, max_size=2), max_size=5),
        edited=st.booleans(),
        root=ANY,
    )
    def test_any_shape_gives_reports_or_nothing(self, parts: Any, *, edited: bool, root: Any) -> None:
        said = message() | parts
        event = changed(said, message() | parts | {"text": "before"}) if edited else said
        parsed = read(event, root=root, was=root, permalink=root)
        assert parsed.problems == ()
        for found in parsed.reports:
            assert found.fingerprint
            assert found.title
            assert found.starts_at.utcoffset() == timedelta(0)
            assert all(isinstance(value, str) and value for value in found.labels.values())

    @given(body=ANY)
    def test_any_json_gives_nothing_worse_than_nothing(self, body: Any) -> None:
        assert parse(delivery(body)).problems == ()

    @given(body=st.binary(max_size=64))
    def test_no_bytes_make_it_raise(self, body: bytes) -> None:
        parse(delivery(body))

    def test_a_message_as_long_as_slack_allows_is_read_at_once(self) -> None:
        for filler in ("a b=c ", "[", ":x:", "key: ", "a:b,", "1.1.", "(", "*`", "- "):
            text = filler * (40_000 // len(filler))
            assert len(read(message(text=text, attachments=[{"title": text, "text": text}])).reports) <= 2

    @given(title=st.text(max_size=120))
    def test_a_title_taken_apart_stays_apart(self, title: str) -> None:
        found = headline(title)
        assert len(found.name) <= 300
        assert headline(title) == found

    @pytest.mark.parametrize(
        ("color", "told"),
        [
            ("good", Told.OVER),
            ("2eb886", Told.OVER),
            ("#36a64f", Told.OVER),
            ("danger", Told.FIRING),
            ("a30200", Told.FIRING),
            ("#daa038", Told.FIRING),
            ("#439FE0", None),
            ("", None),
            ("zzz", None),
        ],
    )
    def test_colours_tell_where_words_do_not(self, color: str, told: Told | None) -> None:
        assert told_by_color(color) is told
