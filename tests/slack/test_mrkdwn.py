import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from headwater.slack import mrkdwn
from slack_cast import NASTY, foreign

ENTITY = re.compile(r"<[^<>]*>")


def test_exactly_three_characters_are_escaped() -> None:
    assert mrkdwn.escape("a & b < c > d \"e\" 'f' *g*") == "a &amp; b &lt; c &gt; d \"e\" 'f' *g*"


@given(foreign)
def test_foreign_text_never_holds_markup_of_slacks(text: str) -> None:
    for written in (mrkdwn.escape(text), mrkdwn.line(text), mrkdwn.code(text), mrkdwn.fenced(text)):
        assert not ENTITY.search(written)
        assert "<" not in written


def test_a_title_with_newlines_stays_one_line() -> None:
    assert mrkdwn.line("one\ntwo\r\n  three\u2028four") == "one two three four"


def test_characters_that_turn_the_reading_round_are_dropped() -> None:
    assert mrkdwn.escape("safe\u202egpj.exe\x00") == "safegpj.exe"


def test_only_ids_are_mentioned() -> None:
    assert mrkdwn.mention("U0ANA") == "<@U0ANA>"
    assert mrkdwn.mention("S0BACKUP") == "<!subteam^S0BACKUP>"
    assert mrkdwn.mention("!channel") == "!channel"
    assert mrkdwn.mention("<!here>") == "&lt;!here&gt;"


def test_a_moment_shows_in_each_readers_zone_and_falls_back_to_utc() -> None:
    at = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert mrkdwn.moment(at) == "<!date^1700000000^{date_short_pretty} {time}|2023-11-14 22:13 UTC>"


def test_a_link_is_made_only_to_the_web_and_its_label_can_not_end_it() -> None:
    assert mrkdwn.link("https://x.example/a?b=1&c=2", "INC-7") == "<https://x.example/a?b=1&amp;c=2|INC-7>"
    assert mrkdwn.link("https://x.example/|evil", "a|b>c") == "<https://x.example/%7Cevil|a¦b&gt;c>"
    assert mrkdwn.link("javascript:alert(1)", "INC-7") == "INC-7"
    assert mrkdwn.link(None, "INC-7") == "INC-7"


def test_an_answers_mention_is_kept_and_all_else_is_escaped() -> None:
    said = mrkdwn.sentence("INC-7 was acknowledged by <@U0ANA> <!channel> <@U0BO|bo> & co")
    assert said == "INC-7 was acknowledged by <@U0ANA> &lt;!channel&gt; &lt;@U0BO|bo&gt; &amp; co"


def test_a_cut_never_falls_inside_an_entity() -> None:
    assert mrkdwn.cut("ab &amp; cd", 7) == "ab…"
    assert mrkdwn.cut("see <@U0ANA> now", 9) == "see…"
    assert mrkdwn.cut("see <@U0ANA> now", 14) == "see <@U0ANA>…"
    assert mrkdwn.cut("short", 10) == "short"


@given(
    st.lists(st.sampled_from(["&amp;", "<@U0ANA>", "<https://x.example|y>", "word", " "])), st.integers(1, 60)
)
def test_whatever_is_cut_fits_and_keeps_only_whole_entities(pieces: list[str], limit: int) -> None:
    cut = mrkdwn.cut("".join(pieces), limit)
    assert len(cut) <= limit
    rest = ENTITY.sub("", cut).replace("&amp;", "")
    assert not set("&<>") & set(rest)


def test_backticks_can_not_end_code() -> None:
    assert mrkdwn.code("a`b") == "`a'b`"
    assert mrkdwn.fenced("x\n```\ny").count("```") == 2


def test_every_line_of_a_quotation_is_quoted() -> None:
    assert mrkdwn.quoted("one\n<two>") == ">one\n>&lt;two&gt;"


def test_plain_text_is_not_escaped_because_slack_shows_it_as_it_is() -> None:
    assert mrkdwn.plain("a & b\n<c>", 50) == "a & b <c>"
    assert mrkdwn.plain("x" * 10, 5) == "xxxx…"


def test_nasty_text_is_harmless_in_every_form() -> None:
    assert mrkdwn.line(NASTY).startswith("&lt;!channel&gt; &lt;@U0EVE&gt;")
