"""A real Chromium for tests of what people see. A console error, a script error or a blocked load fails the test."""

import os

import pytest

from tools import chromium

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the thread that asks the database
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # nothing leaves this machine
]  # fmt: skip
# A person presses what is there and ready; Playwright presses as soon as it is drawn, before the page's scripts came.
WHEN_LOADED = """
if (document.readyState !== "complete") {
  const wait = new CSSStyleSheet();
  wait.replaceSync("* { pointer-events: none !important }");
  document.adoptedStyleSheets = [wait];
  addEventListener("load", () => { document.adoptedStyleSheets = []; });
}
"""
WIDE = {"width": 1366, "height": 900}
PHONE = {"width": 360, "height": 740}
BOTH_COLOURS = pytest.mark.parametrize("color_scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
BOTH_WIDTHS = pytest.mark.parametrize(  # every walk at the desk each time; on a phone as well by `make verify`
    "viewport", [pytest.param(WIDE, id="desk"), pytest.param(PHONE, id="phone", marks=pytest.mark.full)]
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser():
    executable = chromium.find()
    if not executable:
        pytest.skip(f"no Chromium on this machine: {chromium.CURE}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """The server, asked for after the database is made: only then does it see whether that is one in memory."""
    assert not live_server.thread.connections_override  # each request has a connection of its own
    return live_server


@pytest.fixture
def new_page(browser, live_server):
    """Open pages: ``new_page(viewport=PHONE, color_scheme="dark")``; every complaint of theirs fails the test."""
    complaints, contexts = [], []

    def at_home(request):
        """A request to elsewhere is a fault of the page. (Listened to: to hold requests up would empty the cache.)"""
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            complaints.append(f"asked {request.url}")

    def open_page(**options):
        context = browser.new_context(
            base_url=live_server.url, locale="en-US", timezone_id="Asia/Ho_Chi_Minh", **({"viewport": WIDE} | options)
        )
        contexts.append(context)
        context.on("request", at_home)
        if options.get("java_script_enabled", True):
            context.add_init_script(WHEN_LOADED)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))  # CSP speaks here too
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 500 and complaints.append(f"{answer.status} {answer.url}"))
        return page

    open_page.complaints = complaints  # a test that provokes an error page empties the list itself
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page):
    """A page at 1366 px."""
    return new_page()


@pytest.fixture
def sign_in(client, live_server):
    """Sign a person in on a page without typing: ``sign_in(page, user)``."""

    def enter(page, user):
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )

    return enter


@pytest.fixture
def accessible():
    """Check a page against WCAG 2.2 A and AA with axe; a violation is told with the element it is on."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page):
        page.wait_for_load_state("load")  # a page is judged with its style sheets, not while they arrive
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        found = Axe().run(page, options=rules).response["violations"]
        assert [
            f"{fault['id']}: {node['failureSummary']} {node['html'][:160]}"
            for fault in found
            for node in fault["nodes"]
        ] == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the page is {wide} px wider than the screen"

    return check
