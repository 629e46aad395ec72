"""The page, clicked through in Chromium as a newcomer would."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

import workspace_scene as scene
from headwater.clock import system_clock
from headwater.workspace import App, Workspace, WorkspaceServer
from headwater.workspace.posting import post
from needs import need
from workspace_bolt import Bolt, over_sockets
from workspace_cast import Json, actions, button, modal_view, plain, section

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chromium = str(need("browser"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(system_clock)


@pytest.fixture
def app(workspace: Workspace) -> App:
    return scene.morning(workspace)


@pytest.fixture
async def bolt(server: WorkspaceServer, app: App) -> AsyncIterator[Bolt]:
    async with over_sockets(server, app) as running:
        yield running


@pytest.fixture
async def page(browser: Browser, server: WorkspaceServer) -> AsyncIterator[Page]:
    """Ana's page in #docs-data; a script error or a refused resource fails the test."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda line: wrong.append(line.text) if line.type == "error" and "409" not in line.text else None,
    )
    await page.goto(f"{server.url}/archives/C0DOCS?as=U0ANA")
    await page.wait_for_selector(".msg")
    yield page
    await page.close()
    assert wrong == []


async def test_the_card_is_drawn_with_its_bar_its_words_and_its_buttons(page: Page) -> None:
    card = page.locator(".attachment")
    await expect(card).to_contain_text("since 09:00".replace("09:00", await _local_nine(page)))
    await expect(card.get_by_role("button")).to_have_text(
        ["Acknowledge", "Add note", "Not ours", "Resolve", ""]
    )
    await expect(card.get_by_role("link", name="INC-7 Answers lost their ground")).to_have_attribute(
        "href", "https://example.com/7"
    )
    bar = await card.evaluate("node => getComputedStyle(node, '::before').backgroundColor")
    assert bar == "rgb(214, 69, 69)"


async def _local_nine(page: Page) -> str:
    """Nine o'clock UTC where Ana lives: Berlin."""
    zone = "{timeZone: 'Europe/Berlin', timeStyle: 'short'}"
    asked = f"seconds => new Intl.DateTimeFormat('en-GB', {zone}).format(seconds * 1000)"
    shown: str = await page.evaluate(asked, scene.SINCE)
    return shown


async def test_a_click_reaches_the_app_and_the_card_changes_under_ones_eyes(page: Page, bolt: Bolt) -> None:
    @bolt.app.action("ack")
    async def acknowledge(ack: Any, body: Json, client: Any) -> None:
        await ack()
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        taken = [section(f":large_yellow_circle: *Acknowledged* by <@{body['user']['id']}>")]
        await client.chat_update(text="INC-7", attachments=[{"color": "#d9a400", "blocks": taken}], **where)

    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator(".attachment")).to_contain_text("Acknowledged by @ana")
    await expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


async def test_a_confirm_dialog_asks_first_and_no_means_no(page: Page, bolt: Bolt) -> None:
    clicks: list[str] = []

    @bolt.app.action("resolve")
    async def resolve(ack: Any, body: Json) -> None:
        await ack()
        clicks.append(body["user"]["id"])

    await page.get_by_role("button", name="Resolve").click()
    await page.get_by_role("button", name="Not yet").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert clicks == []
    await page.get_by_role("button", name="Resolve").click()
    async with page.expect_response("**/control/act"):
        await page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    assert clicks == ["U0ANA"]


async def test_an_overflow_menu_offers_its_options(page: Page, bolt: Bolt) -> None:
    chosen: list[str] = []

    @bolt.app.action("more")
    async def more(ack: Any, action: Json) -> None:
        await ack()
        chosen.append(action["selected_option"]["value"])

    await page.get_by_role("button", name="More choices").click()
    async with page.expect_response("**/control/act"):
        await page.get_by_role("menuitem", name="Escalate").click()
    assert chosen == ["escalate"]


async def test_a_command_is_completed_run_and_answered_for_ones_eyes_only(page: Page, bolt: Bolt) -> None:
    @bolt.app.command("/incident")
    async def incident(ack: Any, command: Json) -> None:
        await ack(f"Nothing matches `{command['text']}`")

    field = page.get_by_role("combobox", name="Message #docs-data")
    await field.fill("/inc")
    await expect(page.get_by_role("option")).to_contain_text(["/incident"])
    await field.press("Tab")
    await expect(page.locator(".composer .grow")).to_have_text("/incident list | show 1")
    await field.press_sequentially("list open")
    await field.press("Enter")
    whisper = page.locator(".msg.whisper").last
    await expect(whisper).to_contain_text("Only visible to you")
    await expect(whisper).to_contain_text("Nothing matches list open")
    await whisper.hover()
    await whisper.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Nothing matches")).to_have_count(0)


async def test_a_modal_is_filled_refused_corrected_and_saved(page: Page, bolt: Bolt) -> None:
    saved: list[Json] = []

    @bolt.app.action("note")
    async def note(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=scene.form())

    @bolt.app.view("note")
    async def save(ack: Any, view: Json) -> None:
        values = view["state"]["values"]
        if len(values["note"]["text"]["value"]) < 5:
            await ack(response_action="errors", errors={"note": "Say a little more"})
            return
        await ack()
        saved.append(values)

    await page.get_by_role("button", name="Add note").click()
    dialog = page.get_by_role("dialog", name="Add to timeline")
    await dialog.get_by_label("Note").fill("404")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("'It is a' is required")
    await dialog.get_by_label("Cause").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Say a little more")
    await dialog.get_by_label("Note").fill("the crawler gets 404")
    await dialog.get_by_label("Severity").select_option("SEV2")
    await dialog.get_by_label("Tell").select_option("Bo Lind")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    (values,) = saved
    assert values["note"]["text"]["value"] == "the crawler gets 404"
    assert values["sev"]["sev"]["selected_option"]["value"] == "SEV2"
    assert values["kind"]["kind"]["selected_option"]["value"] == "cause"
    assert values["who"]["who"]["selected_users"] == ["U0BO"]
    assert values["day"]["day"]["selected_date"] == "2026-11-21"


async def test_a_loading_modal_fills_while_one_watches_and_escape_closes_it(page: Page, bolt: Bolt) -> None:
    @bolt.app.shortcut("declare")
    async def declare(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        loading = {"type": "modal", "title": plain("Declare"), "blocks": [section("One moment")]}
        view = (await client.views_open(trigger_id=shortcut["trigger_id"], view=loading))["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal_view(title="Declare"))

    await page.get_by_role("button", name="Shortcuts and commands").click()
    await page.get_by_role("menuitem", name="Declare incident").click()
    dialog = page.get_by_role("dialog", name="Declare")
    await expect(dialog.get_by_label("Note")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_a_message_shortcut_stands_in_the_messages_menu(page: Page, bolt: Bolt) -> None:
    used: list[str] = []

    @bolt.app.shortcut("add_to_timeline")
    async def add(ack: Any, shortcut: Json) -> None:
        await ack()
        used.append(shortcut["message"]["text"])

    message = page.locator(".msg", has_text="Morning!")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    async with page.expect_response("**/control/act"):
        await page.get_by_role("menuitem", name="Add to timeline").click()
    assert used[0].startswith("Morning!")


async def test_people_write_react_pin_edit_and_delete(page: Page, workspace: Workspace) -> None:
    field = page.get_by_role("combobox", name="Message #docs-data")
    await field.fill("see <b> & #alerts-llm @bo")
    await field.press("Enter")
    mine = page.locator(".msg", has_text="see <b> & #alerts-llm @bo")
    await expect(mine).to_be_visible()
    said = workspace.channel("#docs-data").messages[-1]
    assert said.text == "see &lt;b&gt; &amp; <#C0ALERTS|alerts-llm> <@U0BO>"
    await mine.hover()
    await mine.get_by_role("button", name="Add a reaction").click()
    await page.get_by_role("menuitem", name="tada").click()
    await expect(mine.get_by_role("button", name="tada, 1, ana")).to_have_attribute("aria-pressed", "true")
    await mine.get_by_role("button", name="tada, 1, ana").click()
    await expect(mine.locator(".reaction")).to_have_count(0)
    await mine.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Pin to channel").click()
    await expect(page.get_by_role("button", name="2 pinned")).to_be_visible()
    await mine.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(mine).to_have_count(0)


async def test_a_thread_opens_beside_and_takes_a_reply(page: Page, workspace: Workspace) -> None:
    await page.get_by_role("button", name="3 replies").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("columnheader", name="faithfulness")).to_be_visible()
    await expect(thread.locator("blockquote")).to_have_text("old URL")
    await thread.get_by_role("combobox", name="Reply").fill("/incident list")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("can't be used in threads")
    await thread.get_by_role("combobox", name="Reply").fill("fixed the URL")
    await thread.get_by_label("Also send to the channel").check()
    await thread.get_by_role("button", name="Send").click()
    await expect(thread).to_contain_text("fixed the URL")
    await expect(page.get_by_role("main")).to_contain_text("fixed the URL")
    assert workspace.channel("#docs-data").message("fixed the URL").raw.broadcast


async def test_unread_marks_come_live_and_go_by_reading(page: Page, workspace: Workspace) -> None:
    place = page.get_by_role("button", name="alerts-llm")
    await expect(place.get_by_label("for you")).to_have_text("1")
    await place.click()
    await expect(page.get_by_role("main")).to_contain_text("@ana is this us?")
    await expect(place.locator(".count")).to_have_count(0)
    workspace.person("cy").says("#docs-data", "psst")
    await expect(page.get_by_role("button", name="docs-data").get_by_label("unread")).to_have_text("1")


async def test_one_can_act_as_somebody_else(page: Page) -> None:
    await page.get_by_label("Acting as").select_option("U0CY")
    await expect(page.get_by_role("button", name="leads")).to_have_count(0)
    await expect(page.get_by_text("Already acknowledged by")).to_have_count(0)
    await page.get_by_role("combobox", name="Message #docs-data").fill("Cy here")
    await page.keyboard.press("Enter")
    await expect(page.locator(".msg", has_text="Cy here")).to_contain_text("Cy Okafor")


async def test_one_can_write_to_somebody(page: Page, workspace: Workspace) -> None:
    await page.get_by_role("button", name="Write to somebody").click()
    await page.get_by_role("menuitem", name="Bo Lind").click()
    await page.get_by_role("combobox", name="Message Bo Lind").fill("are you awake?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".msg")).to_contain_text("are you awake?")
    assert workspace.channel(workspace.direct("U0ANA", "U0BO").id).messages[0].text == "are you awake?"


async def test_the_home_is_drawn_and_its_buttons_work(page: Page, bolt: Bolt) -> None:
    @bolt.app.event("app_home_opened")
    async def show(event: Json, client: Any) -> None:
        blocks = [section("Fresh today"), actions(button("Refresh", "refresh"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @bolt.app.action("refresh")
    async def refresh(ack: Any, body: Json, client: Any) -> None:
        await ack()
        view = {"type": "home", "blocks": [section("Fresher still")]}
        await client.views_publish(user_id=body["user"]["id"], view=view)

    await page.get_by_role("navigation").get_by_role("button", name="Headwater").click()
    await page.get_by_role("button", name="Refresh").click()
    await expect(page.get_by_text("Fresher still")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await expect(page.get_by_role("combobox", name="Message Headwater")).to_be_visible()


async def test_a_link_to_a_message_leads_there_on_the_same_page(page: Page, workspace: Workspace) -> None:
    card = workspace.channel("#docs-data").messages[1]
    workspace.person("bo").says(
        "#alerts-llm", f"<{card.permalink}|the card> and <{card.thread[0].permalink}|why>"
    )
    await page.get_by_role("button", name="alerts-llm").click()
    await page.get_by_role("link", name="the card").click()
    await expect(page).to_have_title("#docs-data · Local workspace")
    await expect(page.locator(f'[data-ts="{card.ts}"]')).to_be_in_viewport()
    await page.get_by_role("button", name="alerts-llm").click()
    await page.get_by_role("link", name="why").click()
    await expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Evidence so far")


async def test_what_an_alert_says_never_becomes_markup(page: Page, workspace: Workspace, app: App) -> None:
    evil = "<img src=x onerror=alert(1)> <javascript:alert(1)|click> *<b>bold</b>*"
    post(workspace, workspace.channel("#docs-data").raw, user=app.user_id, app=app, text=evil)
    message = page.locator(".msg").last
    await expect(message).to_contain_text("click")
    assert await message.locator("img, a, b").count() == 0


async def test_on_a_phone_one_column_shows_at_a_time_and_nothing_is_cut_off(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await page.get_by_role("button", name="3 replies").click()
    await expect(page.get_by_role("main")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Back to the channel").click()
    await page.get_by_role("button", name="All conversations").click()
    await expect(page.get_by_role("main")).to_be_hidden()
    await page.get_by_role("button", name="alerts-llm").click()
    await expect(page.get_by_role("main")).to_contain_text("GroundednessDrop")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_text_keeps_its_contrast(page: Page, theme: str) -> None:
    await page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    await page.get_by_role("button", name="3 replies").click()
    await page.wait_for_selector(".thread .msg")
    assert await page.evaluate(CONTRAST) == []


async def test_everything_one_can_press_has_a_name(page: Page) -> None:
    nameless = await page.evaluate(
        "() => [...document.querySelectorAll('button, select, textarea, input')].filter((node) =>"
        "!(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length))"
        ".map((node) => node.outerHTML)"
    )
    assert nameless == []


async def test_the_keyboard_alone_reaches_a_button_and_keeps_its_place(
    page: Page, workspace: Workspace
) -> None:
    button_ = page.get_by_role("button", name="Add note")
    await button_.focus()
    card = workspace.channel("#docs-data").messages[1]
    workspace.person("bo").reacts(card.raw, "fire")
    await expect(page.get_by_role("button", name="fire, 1, bo")).to_be_visible()
    await expect(button_).to_be_focused()
