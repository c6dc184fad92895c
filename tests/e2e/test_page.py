"""The page as a person uses it: Chromium against a real ``wiremill up``, its own server, workers and models.

Screenshots go to ``test-artefacts/page``. Every test fails if the browser reports an error of a script, a breach of the
content security policy or a request to anywhere else.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from services.cli.server import free_port
from tests.conftest import ROOT, until

ARTEFACTS = ROOT / "test-artefacts" / "page"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SEED = ROOT / "samples" / "ap-pyongyang-on-a-blog.txt"
PHONE = {"width": 360, "height": 740}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202etxt.exe"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no chromium on PATH: apt-get install chromium"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``wiremill up``; its address."""
    folder, port = tmp_path_factory.mktemp("up"), free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("WIREMILL_")}
    command = [sys.executable, "-m", "services.cli", "up", "--data", str(folder / "data"), "--processes", "1"]
    with (folder / "up.log").open("wb") as log:
        up = subprocess.Popen(command, cwd=ROOT, env=env | {"WIREMILL_PORT": str(port)}, stdout=log, stderr=log)
    try:
        until(lambda: answers(port), seconds=60, every=0.2, why="the gateway answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        up.terminate()
        up.wait(30)


def answers(port: int) -> bool:
    import httpx

    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "CI must have chromium: .ci/run installs it"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[Open]:
    """Opens a page of the gateway: ``visit("/", phone=True, dark=True)``. A complaint of the browser fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "favicon" not in message.text:
            complaints.append(message.text)

    def request(sent: Request) -> None:
        if urlsplit(sent.url).netloc != urlsplit(base).netloc and not sent.url.startswith("data:"):
            complaints.append(f"asked for {sent.url}")

    def open_page(path: str = "/", *, phone: bool = False, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=base, color_scheme="dark" if dark else "light", java_script_enabled=scripts,
            viewport=PHONE if phone else {"width": 1200, "height": 900}, reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", request)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def sampled(browser: Browser, base: str) -> str:
    """The path of a finished job: the sample stories, by the button."""
    page = browser.new_page(base_url=base)
    page.goto("/")
    page.get_by_role("button", name="Try it with sample stories").click()
    expect(page.get_by_role("status")).to_have_text("Finished: 5 stories.", timeout=60_000)
    path = urlsplit(page.url).path
    page.close()
    return path


def paths(job: str) -> dict[str, str]:
    """Every page there is, by a name for its screenshot."""
    return {
        "first": "/",
        "job": job,
        "stories": f"{job}/stories",
        "story": f"{job}/stories/0",
        "original": f"{job}/stories/0?view=original",
        "copy": f"{job}/stories/1",
        "side-by-side": f"{job}/stories/1/compare",
        "versions": f"/clusters/{job.removeprefix('/jobs/')}-1",
        "withheld": f"{job}/stories/3",
    }


def shot(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def test_submit_watch_read(visit: Open) -> None:
    page = visit("/")
    page.get_by_label("Choose files").set_input_files(SEED)
    expect(page.locator("[data-chosen]")).to_have_text("ap-pyongyang-on-a-blog.txt 6.5 kB")
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Sentences in a summary").fill("2")
    page.get_by_role("button", name="Process").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ap-pyongyang-on-a-blog.txt")
    expect(page.get_by_role("status")).to_have_text("Finished: 1 story.", timeout=30_000)
    row = page.get_by_role("row", name="summarise")
    expect(row).to_contain_text("1 of 1")
    page.get_by_role("link", name="According to North Korean state media").click()
    summary = page.get_by_role("region", name="In short").get_by_role("listitem")
    expect(summary).to_have_count(2)
    said = summary.nth(1).inner_text()
    summary.nth(1).get_by_role("link").click()
    target = page.locator(":target")
    assert target.inner_text() == said
    assert target.evaluate("e => getComputedStyle(e).backgroundColor") != page.locator("#sentence-1").evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    expect(page.locator(".text .entity.person").first).to_have_attribute("title", "Vladimir Putin (PERSON)")
    page.get_by_role("link", name="Original with 10 cuts").click()
    assert page.locator(".original del").count() == 10
    expect(page.get_by_role("region", name="What was cut, and why").get_by_role("listitem")).to_have_count(10)
    shot(page, "seed-original")


def test_a_running_job_moves_by_itself_and_can_be_cancelled(visit: Open, browser: Browser, tmp_path: Path) -> None:
    many = tmp_path / "many.ndjson"
    words, order = SEED.read_text("utf-8").split(), random.Random(1)
    rows = ({"headline": f"Story {n}", "body": " ".join(order.sample(words, 200))} for n in range(4_000))
    many.write_text("".join(json.dumps(row) + "\n" for row in rows))
    page = visit("/")
    page.get_by_label("Choose files").set_input_files(many)
    page.get_by_role("button", name="Process").click()
    expect(page).to_have_url(re.compile("/jobs/"))
    row = page.get_by_role("row", name="clean")
    expect(row).not_to_contain_text(re.compile(r"\b0 of"))  # nobody reloads it
    says_when_the_gateway_is_away(browser, page.url)
    page.get_by_text("Cancel this job").click()
    page.wait_for_timeout(1500)
    expect(page.get_by_role("button", name="Cancel it now")).to_be_visible()  # what was opened stays open as it moves
    shot(page, "running")
    page.get_by_role("button", name="Cancel it now").click()
    expect(page.get_by_role("status")).to_contain_text("Cancelled:")
    expect(page.locator("[hx-trigger]")).to_have_count(0)
    assert page.get_by_text("Cancel this job").count() == 0


def says_when_the_gateway_is_away(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.route("**/progress", lambda route: route.abort())
    page.goto(url)
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    page.unroute_all()
    expect(page.locator("#offline")).to_be_hidden()
    page.close()


def test_stories_are_found_by_state_name_language_and_text(visit: Open, sampled: str) -> None:
    page = visit(f"{sampled}/stories")
    titles = page.locator(".stories h2")
    expect(titles).to_have_count(5)
    for label, value, found in [
        ("Text", "612 tapes", []),  # the text of a withheld story is not to be found out
        ("Text", "bake a cake", ["UPDATE 1-Lighthouse at Sandvik to stay lit until autumn"]),
        ("Language", "de", ["Leuchtturm von Sandvik bleibt bis Herbst an"]),
        ("Name", "Jon Vestby", ["Lighthouse at Sandvik to be switched off after 171 years",
                                "UPDATE 1-Lighthouse at Sandvik to stay lit until autumn"]),
    ]:  # fmt: skip
        page.goto(f"{sampled}/stories")
        page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name="Find").click()
        assert titles.all_inner_texts() == found, (label, value)
    page.goto(sampled)
    page.get_by_role("definition").filter(has_text="1 stories").first.get_by_role("link").click()
    assert titles.all_inner_texts() == ["Historic Sandvik lighthouse going dark"]
    expect(page.get_by_label("State", exact=True)).to_have_value("duplicate")


def test_a_copy_stands_beside_its_original(visit: Open, sampled: str) -> None:
    page = visit(f"{sampled}/stories/1")
    expect(page.get_by_text("a copy of a story seen before – nearly the same text")).to_be_visible()
    page.get_by_role("link", name="Side by side").click()
    titles = page.locator(".side h2").all_inner_texts()
    assert titles == [
        "Lighthouse at Sandvik to be switched off after 171 years",
        "Historic Sandvik lighthouse going dark",
    ]
    marks = " ".join(page.locator(".side mark").all_inner_texts())
    assert "Satellite navigation" in marks and "Eleven other lights" not in marks
    page.goto(f"{sampled}/stories/1")
    page.get_by_role("link", name="Its copies and versions").click()
    assert page.locator(".timeline h2").all_inner_texts() == [
        "Lighthouse at Sandvik to be switched off after 171 years",
        "Historic Sandvik lighthouse going dark",
        "UPDATE 1-Lighthouse at Sandvik to stay lit until autumn",
    ]
    expect(page.get_by_text("the newest version")).to_be_visible()


def test_a_withheld_text_is_shown_once_a_person_releases_it(visit: Open, sampled: str) -> None:
    page = visit(f"{sampled}/stories/3")
    expect(page.get_by_text("on hold: HOLD FOR RELEASE, time to be advised")).to_be_visible()
    assert "tape recorder" not in page.content()
    shot(page, "withheld")
    page.get_by_text("Release it").click()
    page.get_by_role("button", name="Release this story now").click()
    expect(page.get_by_role("region", name="Text", exact=True)).to_contain_text("tape recorder")


def test_by_keyboard_alone(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Choose files")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("OSLO, May 4 (TWS) - The mayor of Oslo, Kari Lund, opened a bridge on Monday, the city said.")
    while page.evaluate("document.activeElement.textContent") != "Process":
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("pasted.txt")
    expect(page.get_by_role("status")).to_have_text("Finished: 1 story.", timeout=30_000)
    while not page.evaluate("document.activeElement.textContent").startswith("The mayor of Oslo"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Text", exact=True)).to_contain_text("opened a bridge")


def test_files_can_be_dropped(visit: Open) -> None:
    page = visit("/")
    dropped = page.evaluate_handle(
        """() => { const all = new DataTransfer();
                   all.items.add(new File(["Fog.\\n"], "fog.txt")); all.items.add(new File(["Ice.\\n"], "ice.txt"));
                   return all; }"""
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    assert page.locator("[data-chosen] bdi").all_inner_texts() == ["fog.txt", "ice.txt"]
    page.keyboard.press("Enter")  # the focus is on Process
    expect(page.get_by_role("heading", level=1)).to_have_text("fog.txt, ice.txt")


def test_hostile_text_is_text(visit: Open, tmp_path: Path) -> None:
    rows = [
        {"headline": HOSTILE, "body": f"{HOSTILE} " * 30 + "word" * 50_000 + " the end", "source": "<b>Agency</b>"},
    ]  # fmt: skip
    file = tmp_path / "hostile.ndjson"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    page = visit("/", phone=True)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.get_by_label("Choose files").set_input_files(file)
    page.get_by_role("button", name="Process").click()
    expect(page.get_by_role("status")).to_have_text("Finished: 1 story.", timeout=30_000)
    page.locator(".stories a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script>")
    assert "\u202e" not in page.content()
    assert page.locator("main img, main script, main b").count() == 0
    expect(page.get_by_text("<b>Agency</b>").first).to_be_visible()
    assert "the end" not in page.locator(".text").inner_text()
    fits(page)
    page.get_by_role("link", name="Show all of it").click()
    expect(page.locator(".text")).to_contain_text("the end")
    fits(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desktop-light", "phone-dark"])
def test_every_page_is_accessible_and_fits(visit: Open, sampled: str, phone: bool, dark: bool) -> None:
    page, axe = visit("/", phone=phone, dark=dark), Axe()
    grounds = set()
    for name, path in paths(sampled).items():
        page.goto(path)
        fits(page)
        shot(page, f"{name}-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}")
        found = axe.run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        grounds.add(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert len(grounds) == 1
    light = sum(map(int, grounds.pop().removeprefix("rgb(").removesuffix(")").split(","))) > 3 * 128
    assert light is not dark


BREACH = """() => new Promise(tell => {
    const seen = []; addEventListener("securitypolicyviolation", event => seen.push(event.effectiveDirective));
    document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>x</p><img src='x:' onerror='window.ran = 1'>");
    const script = document.createElement("script"); script.src = "http://127.0.0.2:9/x.js";
    document.body.append(script);
    setTimeout(() => tell([...new Set(seen)].sort().concat(window.ran ? ["ran"] : [])), 300); })"""


def test_the_policy_keeps_what_is_inline_or_from_elsewhere_from_running(browser: Browser, base: str) -> None:
    page = browser.new_page(base_url=base)
    page.goto("/")
    assert page.evaluate(BREACH) == ["img-src", "script-src-attr", "script-src-elem", "style-src-attr"]
    page.close()


def test_it_works_without_scripts(visit: Open) -> None:
    page = visit("/", scripts=False)
    page.get_by_label("Or paste text").fill("The council met.")
    page.get_by_role("button", name="Process").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("pasted.txt")


def test_what_goes_wrong_is_explained(browser: Browser, base: str) -> None:
    page = browser.new_page(base_url=base)
    response = page.goto("/jobs/nosuchjob")
    assert response and response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such job")
    expect(page.get_by_text("there is no job 'nosuchjob'; it may have expired")).to_be_visible()
    page.goto("/")
    page.get_by_role("button", name="Process").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing was handed over")
    page.close()
