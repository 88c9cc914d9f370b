"""The page and the embedded panel in a real browser: what shows, what the keyboard does, what a strict policy allows."""

import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from live_kit import TOKEN, Opened, Served
from test_suggestions import LATE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
LOOK = os.environ.get("HEARD_SCREENSHOTS")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def host():
    """A help desk of another origin, with a policy that allows the panel's script and socket, and no style at all."""
    pages = {}

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self):
            body, policy = pages.get(self.path, (b"", ""))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.pages, server.base = pages, f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def served(host):
    made = Served(Opened(), embed=(host.base,))
    yield made
    made.stop()


@pytest.fixture
def page(browser):
    made = browser.new_page(viewport={"width": 1100, "height": 900})
    made.set_default_timeout(10_000)
    made.faults = []
    made.on("console", lambda message: made.faults.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: made.faults.append(str(error)))
    yield made
    made.close()


def look(page, name):
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


def connect(page):
    page.get_by_label("Token of this desk").fill(TOKEN)
    page.keyboard.press("Enter")
    page.get_by_text("Connected.").wait_for()


def test_from_a_turn_to_a_reply_by_keyboard_alone(page, served):
    page.goto(served.base)
    connect(page)
    page.get_by_text("Nothing is open").wait_for()
    page.get_by_label("Words").fill(LATE)
    page.get_by_label("Words").press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The customer wrote words of").wait_for()
    assert page.locator("article").count() == 3
    assert page.get_by_role("button", name="Put into my reply").count() == 1  # an option is for the agent to read
    look(page, "page-open")
    draft = page.get_by_label("Your reply")
    draft.fill("We are sorry for the inconvenience.")
    page.get_by_text("would fit anybody").wait_for()
    look(page, "page-canned")
    draft.fill("")
    draft.press("Alt+1")
    assert draft.input_value() == "The cot is on our van tomorrow."
    draft.fill(
        "Three messages and a baby due on Friday: you should not have had to chase us. It's on our van for tomorrow."
    )
    page.locator("article").first.wait_for(state="detached")
    assert page.get_by_text("acknowledges").count()
    look(page, "page-answered")
    assert page.faults == []


def test_words_that_look_like_markup_stay_words(page, served):
    page.goto(served.base)
    connect(page)
    page.get_by_label("Words").fill(f"<img src=x onerror=\"document.title='broken'\"> {LATE}")
    page.get_by_role("button", name="Add the turn").click()
    page.get_by_text("The customer wrote words of").wait_for()
    assert page.title() == "Heard: live assist"
    assert page.locator("img").count() == 0
    assert page.faults == []


def test_one_script_tag_embeds_the_panel_under_a_strict_policy(page, served, host):
    script = f'<script src="{served.base}/panel.js" data-session="desk:9" data-token="{TOKEN}"></script>'
    policy = f"default-src 'none'; script-src {served.base}; connect-src {served.live.removesuffix('/v1/live')}"
    host.pages["/ticket"] = (f"<!doctype html><title>Desk</title><h1>Ticket 9</h1>{script}".encode(), policy)
    page.goto(f"{host.base}/ticket")
    page.get_by_text("Connected.").wait_for()
    served_color = page.locator("heard-panel section").evaluate("one => getComputedStyle(one).backgroundColor")
    assert served_color == "rgb(251, 250, 247)"  # its own style, though the page allows none
    page.evaluate(
        "text => document.querySelector('heard-panel').send({type: 'turn', turn_id: '1', role: 'customer', text})", LATE
    )
    page.get_by_text("The customer wrote words of").wait_for()
    assert page.locator("heard-panel").get_attribute("token") is None
    look(page, "embedded")
    assert page.faults == []


def test_inside_chatwoot_the_panel_reads_the_context_that_it_sends(page, served, host):
    messages = f"""[{{id: 1, content: {LATE!r}, message_type: 0, created_at: 1795600000, sender: {{id: 7}}}},
        {{id: 2, content: "What is your order number?", message_type: 1, created_at: 1795600060, sender: {{id: 3}}}}]"""
    inside = f"""<!doctype html><title>Chatwoot</title><iframe width="900" height="800" src="{served.base}/chatwoot"></iframe>
        <script nonce="n">addEventListener("message", (event) => {{ if (event.data === "chatwoot-dashboard-app:fetch-info")
        event.source.postMessage(JSON.stringify({{event: "appContext", data: {{conversation: {{id: 17,
        meta: {{sender: {{name: "Zebedee"}}}}, messages: {messages}}}}}}}), "*"); }});</script>"""
    host.pages["/chatwoot"] = (inside.encode(), f"default-src 'none'; script-src 'nonce-n'; frame-src {served.base}")
    page.goto(f"{host.base}/chatwoot")
    frame = page.frame_locator("iframe")
    frame.get_by_label("Token of this desk").fill(TOKEN)
    frame.get_by_label("Token of this desk").press("Enter")
    frame.get_by_text("The customer wrote words of").wait_for()
    assert frame.get_by_text("1 turn since").count()
    look(page, "chatwoot")
    assert [fault for fault in page.faults if "favicon" not in fault] == []


def test_a_wrong_token_is_told_and_may_be_corrected(page, served):
    page.goto(served.base)
    page.get_by_label("Token of this desk").fill("hla_other_x")
    page.keyboard.press("Enter")
    page.get_by_text("another workspace").wait_for()
    connect(page)


def test_the_page_is_accessible_wide_and_narrow(page, served):
    from axe_playwright_python.sync_playwright import Axe

    for width in (1100, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(served.base)
        if page.get_by_label("Token of this desk").count():
            connect(page)
        page.get_by_text("Nothing is open").wait_for()
        page.get_by_label("Words").fill(LATE)
        page.get_by_role("button", name="Add the turn").click()
        page.get_by_text("The customer wrote words of").wait_for()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        look(page, f"page-{width}")
