"""The demo clicked through as a person would: the card, a modal, commands, through two people's eyes."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from needs import need
from stories.test_demo import demo, read_until, stop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page of a demo whose story is over, as the terminal prints it."""
    with demo("--fast", "--no-browser", cwd=tmp_path) as program:
        found = re.search(r"The page\s+(http://\S+)", read_until(program, "Ctrl-C"))
        assert found is not None
        yield found[1]
        assert "Nothing is left behind." in stop(program)


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(need("browser")), args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(address)
        yield page
        await browser.close()
        assert wrong == []


async def test_a_newcomer_takes_the_incident_on_notes_something_and_asks_why(page: Page) -> None:
    card = page.locator("article", has_text="INC-1").first
    await expect(card).to_contain_text("SEV1")
    await expect(card).to_contain_text("Docs data")

    await card.get_by_role("button", name="Acknowledge").click()
    await expect(card).to_contain_text("acknowledged")
    await expect(card.get_by_role("button", name="Acknowledge")).to_have_count(0)

    await card.get_by_role("button", name="Add note").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Note").fill("The token of the docs repository ran out on Friday")
    await form.get_by_role("button", name="Add", exact=True).click()
    await expect(form).to_have_count(0)

    await card.get_by_role("button", name="Why us?").click()
    await expect(page.get_by_role("log").first).to_contain_text("ownership.yaml:")

    line = page.get_by_role("combobox", name="Message #docs-data")
    await line.fill("/incident timeline 1")
    await line.press("Enter")
    await expect(page.get_by_role("log").first).to_contain_text("The token of the docs repository ran out")
    await line.fill("/owner restore a snapshot")
    await line.press("Enter")
    await expect(page.get_by_role("log").first).to_contain_text("Database")


async def test_another_team_sees_one_line_and_where_the_card_is(page: Page) -> None:
    await page.get_by_label("Acting as").select_option(label="Ana Okafor")
    await page.get_by_role("button", name=re.compile("backup-ml")).click()
    await expect(page).to_have_title(re.compile("#backup-ml"))
    pointer = page.locator("article", has_text="INC-1")
    await expect(pointer).to_have_count(1)
    await expect(pointer.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await pointer.get_by_role("link", name="INC-1").click()
    await expect(page).to_have_title(re.compile("#docs-data"))
