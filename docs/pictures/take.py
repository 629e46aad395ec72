"""Takes the pictures of the README and the guides: the demo's story, seen in Chromium.

    python docs/pictures/take.py            # needs Debian's chromium, and `pip install -e '.[dev]'`
"""

import asyncio
import shutil
import tempfile
from contextlib import chdir
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from headwater.cli.playing import Player, length_of
from headwater.cli.stage import Stage, stage
from headwater.cli.stories import find
from headwater.cli.story_clock import StoryClock
from headwater.clock import system_clock
from headwater.core.tuning import Tuning
from headwater.sample import OWNERSHIP

HERE = Path(__file__).resolve().parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


async def main() -> None:
    """Play the story in a folder of its own, and take every picture."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    story = find("nomad-status-first")
    with tempfile.TemporaryDirectory() as place, chdir(place):
        shutil.copyfile(OWNERSHIP, "ownership.yaml")
        clock = StoryClock(system_clock, length_of(story, Tuning().settle))
        async with stage(Path("ownership.yaml"), Path(place), clock=clock) as scene, async_playwright() as p:
            await Player(stage=scene, clock=clock, tell=lambda *_: None, fast=True).play(story)
            browser = await p.chromium.launch(executable_path=chromium, args=FLAGS)
            await take(scene, browser, address(scene))
            await browser.close()


def address(scene: Stage) -> str:
    """The page as whoever is on call for the team that has the incident sees it."""
    card = next(card for card in scene.headwater.reader.cards(1) if card.kind == "full")
    team = next(team for team in scene.registry.teams.values() if team.channel == card.channel)
    person = scene.registry.people[team.members[0]]
    return f"{scene.url}/archives/{card.place}?as={person.slack}"


async def take(scene: Stage, browser: Browser, url: str) -> None:
    """One after the other, as a person would come upon them."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1.5)
    await page.goto(url)
    card = page.locator("article", has_text="INC-1").first
    await shoot(page, "demo")
    await card.get_by_role("button", name="Acknowledge").click()
    await page.get_by_text("acknowledged").first.wait_for()
    await card.get_by_role("button", name="Add note").click()
    note = page.get_by_role("dialog").get_by_label("Note")
    await note.fill("The token of the docs repository ran out on Friday")
    await shoot(page, "note")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("dialog").wait_for(state="detached")
    await page.close()
    phone = await browser.new_page(viewport={"width": 390, "height": 780}, device_scale_factor=2, color_scheme="dark")
    await phone.goto(url)
    await phone.locator("article", has_text="INC-1").first.wait_for()
    await shoot(phone, "phone")
    await phone.close()
    await scene.settled()


async def shoot(page: Page, name: str) -> None:
    """One picture, once everything has been drawn."""
    await page.evaluate("document.fonts.ready")
    await page.wait_for_timeout(300)
    await page.screenshot(path=HERE / f"{name}.png")
    print(f"docs/pictures/{name}.png")


asyncio.run(main())
