"""Firefox and WebKitGTK, each driven by the protocol it speaks, behind one small interface.

Debian packages no geckodriver, and Firefox speaks WebDriver BiDi without one; Playwright's client
of it asks for commands that Firefox ESR has not, hence `Firefox`, which sends the few that are
needed. WebKitGTK has a driver for classic WebDriver, and Selenium a client.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import urlsplit

import websocket
from playwright.sync_api import sync_playwright
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.interaction import POINTER_MOUSE, POINTER_TOUCH
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from urllib3.exceptions import ReadTimeoutError

from tests.conftest import LOCAL_SCHEMES, watched

Point = tuple[float, float]

STRIDE = 50  # milliseconds from one place of a drag to the next
#: Playwright's names of the keys that WebDriver writes as private characters.
NAMES = {key: name.title().replace("_", "") for name, key in vars(Keys).items() if name.isupper()}
ANSWER = 60  # seconds that a browser may take for one command, on a busy machine
#: What a page reports of itself where no protocol does; runs before all that the page brings.
RECORDER = """<script>(() => {
    const faults = window.faultsOfThisPage = [];
    const note = (...words) => faults.push(words.join(' '));
    // "ResizeObserver loop completed": what resizes in a callback is delivered in the next frame.
    // No error, but an event like one, and from the disk WebKit names neither kind.
    let observing = false;
    window.ResizeObserver = class extends ResizeObserver {
        constructor(callback) {
            super((...given) => {
                observing = true;
                setTimeout(() => (observing = false));
                try { callback(...given); } catch (error) { note('error:', error); }
            });
        }
    };
    addEventListener('error', e => {
        const notice = observing && /^(ResizeObserver loop|Script error)/.test(e.message);
        if (!notice) note('error:', e.message ?? e.target.outerHTML);
    }, true);
    addEventListener('unhandledrejection', e => note('rejected:', e.reason));
    addEventListener('securitypolicyviolation', e => note(e.effectiveDirective, e.blockedURI));
    for (const level of ['error', 'warn']) {
        const log = console[level];
        console[level] = (...words) => (note(level + ':', ...words), log.apply(console, words));
    }
})()</script>"""


class Engine(Protocol):
    """A browser with one page."""

    version: str

    def prepared(self, site: Path, copy: Path) -> Path:
        """Return the folder to open pages from: `site`, or what is put into `copy` for it."""

    def open(self, address: str, width: int = 1280, height: int = 800) -> None:
        """Open an address and wait until it is loaded; the faults start anew."""

    def back(self) -> None:
        """Go back to the page that was opened before."""

    def ask(self, function: str, *arguments: Any) -> Any:
        """Return what a JavaScript function of the page, or its promise, gives; all as JSON."""

    def press(self, keys: str) -> None:
        """Press and release keys, one after another, on what has the focus; `Keys` names some."""

    def drag(self, *way: Point, finger: bool = False) -> None:
        """Press at the first place of a way through the window, go along it, and let go."""

    def wheel(self, at: Point, down: int) -> None:
        """Turn the mouse's wheel at a place of the window."""

    def screenshot(self) -> bytes:
        """Return what is on screen, as PNG."""

    def faults(self) -> list[str]:
        """Return errors, warnings and requests to other machines since `open`."""


def leaves(address: str) -> bool:
    """Say whether a request leaves the machine."""
    parts = urlsplit(address)
    return parts.scheme not in LOCAL_SCHEMES and parts.hostname != "127.0.0.1"


def expression(function: str, arguments: tuple[Any, ...]) -> str:
    given = ", ".join(map(json.dumps, arguments))
    return f"Promise.resolve(({function})({given})).then(a => JSON.stringify(a ?? null))"


@contextmanager
def wall() -> Iterator[tuple[str, list[str]]]:
    """Run a proxy that lets nothing through; yield its address and a list of what was asked."""
    asked = []

    class Refusing(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        do_GET = do_HEAD = do_POST = do_CONNECT = refuse

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def through(proxy: str) -> dict[str, Any]:
    """Return WebDriver's capability that sends all but the loopback's traffic to a proxy."""
    return {
        "proxyType": "manual",
        "httpProxy": proxy,
        "sslProxy": proxy,
        "noProxy": ["127.0.0.1"],
    }


# ---- Firefox --------------------------------------------------------------------------------


# In Firefox's own window: a finger goes along a way through the page that is on show.
SWIPE = """async (way, stride) => {
    const page = gBrowser.selectedBrowser.getBoundingClientRect();
    const touch = (state, [x, y]) => windowUtils.sendNativeTouchPoint(1, state,
        (mozInnerScreenX + page.left + x) * devicePixelRatio,
        (mozInnerScreenY + page.top + y) * devicePixelRatio, 1, 90);
    for (const place of way) {
        touch(Ci.nsIDOMWindowUtils.TOUCH_CONTACT, place);
        await new Promise(done => setTimeout(done, stride));
    }
    touch(Ci.nsIDOMWindowUtils.TOUCH_REMOVE, way.at(-1));
}"""


class Firefox:
    """The machine's Firefox, over WebDriver BiDi."""

    def __init__(self, address: str, proxy: str) -> None:
        self._socket = websocket.create_connection(address, timeout=ANSWER, suppress_origin=True)
        self._ids = count(1)
        self._events: list[dict[str, Any]] = []
        session = self._call("session.new", capabilities={"alwaysMatch": {"proxy": through(proxy)}})
        self.version = session["capabilities"]["browserVersion"]
        self._call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._page = self._call("browsingContext.create", type="tab")["context"]

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (message := json.loads(self._socket.recv())).get("id") != number:
            self._events.append(message)
        if message["type"] == "error":
            raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
        return message["result"]

    def prepared(self, site: Path, copy: Path) -> Path:
        return site

    def open(self, address: str, width: int = 1280, height: int = 800) -> None:
        size = {"width": width, "height": height}
        self._call("browsingContext.setViewport", context=self._page, viewport=size)
        self._go("about:blank")  # what the page before still says is not this one's
        self.ask("() => null")
        self._events.clear()
        self._go(address)

    def _go(self, address: str) -> None:
        self._call("browsingContext.navigate", context=self._page, url=address, wait="complete")
        until(lambda: self.ask("() => document.URL") == address, f"{address} to be open")

    def back(self) -> None:
        self._call(
            "browsingContext.traverseHistory", context=self._page, delta=-2
        )  # over the blank

    def ask(self, function: str, *arguments: Any) -> Any:
        return self._ask(self._page, function, *arguments)

    def _ask(self, context: str, function: str, *arguments: Any) -> Any:
        answer = self._call(
            "script.evaluate",
            expression=expression(function, arguments),
            target={"context": context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def _perform(self, kind: str, *actions: dict[str, Any], **more: Any) -> None:
        source = {"type": kind, "id": str(more or kind), "actions": list(actions), **more}
        self._call("input.performActions", context=self._page, actions=[source])

    def press(self, keys: str) -> None:
        kinds = ("keyDown", "keyUp")
        self._perform("key", *({"type": kind, "value": key} for key in keys for kind in kinds))

    def drag(self, *way: Point, finger: bool = False) -> None:
        if finger:
            return self._swipe(way)
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in way]
        rest = [{**move, "duration": STRIDE} for move in moves[1:]]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._perform("pointer", moves[0], down, *rest, up)

    def _swipe(self, way: tuple[Point, ...]) -> None:
        # A finger of the protocol's is one to the page alone; one of the window's scrolls.
        self._call("browsingContext.activate", context=self._page)
        windows = self._call("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        self._ask(windows[0]["context"], SWIPE, way, STRIDE)

    def wheel(self, at: Point, down: int) -> None:
        x, y = map(round, at)
        self._perform("wheel", {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": down})

    def screenshot(self) -> bytes:
        shot = self._call("browsingContext.captureScreenshot", context=self._page)
        return base64.b64decode(shot["data"])

    def faults(self) -> list[str]:
        self.ask("() => null")  # what happened before has then been reported
        found = []
        for event in self._events:
            of = event["params"]
            if event["method"] == "log.entryAdded" and of["level"] in {"error", "warn"}:
                found.append(f"{of['level']}: {of['text']}")
            elif event["method"] == "network.beforeRequestSent" and leaves(of["request"]["url"]):
                found.append(f"request to {of['request']['url']}")
        return found


def firefox_program() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start the machine's Firefox, headless, with a profile of its own."""
    with ExitStack() as stack:
        proxy, _ = stack.enter_context(wall())
        profile = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        command = [firefox_program(), "--headless", "--no-remote", "--profile", str(profile)]
        command += ["--remote-allow-system-access", "--remote-debugging-port", "0", "about:blank"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(browser.wait)
        stack.callback(browser.kill)
        said = profile / "WebDriverBiDiServer.json"
        until(lambda: said.exists() and said.read_text(), "Firefox to listen")
        at = json.loads(said.read_text())
        yield Firefox(f"ws://{at['ws_host']}:{at['ws_port']}/session", proxy)


class PlaywrightFirefox:
    """Playwright's own Firefox, which speaks Playwright's protocol."""

    def __init__(self, browser: Any) -> None:
        self.version = f"{browser.version} (Playwright's)"
        self._page = browser.new_page()
        self._watch = watched(self._page)

    def prepared(self, site: Path, copy: Path) -> Path:
        return site

    def open(self, address: str, width: int = 1280, height: int = 800) -> None:
        self._page.set_viewport_size({"width": width, "height": height})
        self._watch.faults.clear()
        self._page.goto(address, timeout=ANSWER * 1000)

    def back(self) -> None:
        self._page.go_back(timeout=ANSWER * 1000, wait_until="commit")

    def ask(self, function: str, *arguments: Any) -> Any:
        return json.loads(self._page.evaluate("() => " + expression(function, arguments)))

    def press(self, keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(NAMES.get(key, key))

    def drag(self, *way: Point, finger: bool = False) -> None:
        if finger:
            raise NotImplementedError("Playwright gives Firefox no finger")
        mouse = self._page.mouse
        mouse.move(*way[0])
        mouse.down()
        for place in way[1:]:
            mouse.move(*place)
        mouse.up()

    def wheel(self, at: Point, down: int) -> None:
        self._page.mouse.move(*at)
        self._page.mouse.wheel(0, down)

    def screenshot(self) -> bytes:
        return self._page.screenshot()

    def faults(self) -> list[str]:
        self.ask("() => null")
        return list(self._watch.faults)


def playwright_program() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.firefox.executable_path
    return path if Path(path).exists() else None


@contextmanager
def playwright_firefox() -> Iterator[PlaywrightFirefox]:
    """Start Playwright's own Firefox, headless."""
    with wall() as (proxy, _), sync_playwright() as playwright:
        way = {"server": f"http://{proxy}", "bypass": "127.0.0.1"}
        browser = playwright.firefox.launch(proxy=way)
        yield PlaywrightFirefox(browser)
        browser.close()


# ---- WebKitGTK --------------------------------------------------------------------------------


class WebKit:
    """WebKitGTK's MiniBrowser, over classic WebDriver.

    That protocol reports neither errors nor requests, and a controlled MiniBrowser writes no
    console: its pages are copies that begin with `RECORDER`, and what leaves meets the wall.
    """

    def __init__(self, driver: webdriver.Remote, asked: list[str]) -> None:
        self._driver = driver
        self._asked = asked
        self.version = driver.capabilities["browserVersion"]
        driver.set_page_load_timeout(ANSWER)
        driver.set_script_timeout(ANSWER)

    def prepared(self, site: Path, copy: Path) -> Path:
        shutil.copytree(site, copy, dirs_exist_ok=True)
        for page in copy.rglob("*.html"):
            html, heads = re.subn(r"<head\b[^>]*>", rf"\g<0>{RECORDER}", page.read_text(), count=1)
            assert heads, f"{page} has no head"
            page.write_text(html)
        return copy

    def open(self, address: str, width: int = 1280, height: int = 800) -> None:
        self._driver.set_window_size(width, height)
        self._asked.clear()
        self._driver.get(address)

    def back(self) -> None:
        self._driver.back()

    def ask(self, function: str, *arguments: Any) -> Any:
        return json.loads(self._driver.execute_script("return " + expression(function, arguments)))

    def press(self, keys: str) -> None:
        ActionChains(self._driver).send_keys(keys).perform()

    def drag(self, *way: Point, finger: bool = False) -> None:
        kind = POINTER_TOUCH if finger else POINTER_MOUSE
        actions = ActionBuilder(self._driver, mouse=PointerInput(kind, kind), duration=STRIDE)
        for step, place in enumerate(way):
            actions.pointer_action.move_to_location(*map(round, place))
            if not step:
                actions.pointer_action.pointer_down()
        actions.pointer_action.pointer_up()
        actions.perform()

    def wheel(self, at: Point, down: int) -> None:
        x, y = map(round, at)
        ActionChains(self._driver).scroll_from_origin(
            ScrollOrigin.from_viewport(x, y), 0, down
        ).perform()

    def screenshot(self) -> bytes:
        return self._driver.get_screenshot_as_png()

    def faults(self) -> list[str]:
        return self.ask("() => faultsOfThisPage") + [f"request to {a}" for a in self._asked]


def minibrowser() -> str | None:
    places = [*Path("/usr").glob("lib*/webkit2gtk-4.?/MiniBrowser")]
    places += Path("/usr/lib").glob("*/webkit2gtk-4.?/MiniBrowser")
    return str(max(places, default="")) or None


@contextmanager
def display() -> Iterator[str]:
    """Run a screen that nobody sees and yield its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24"]
    screen = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with open(reading) as said:
            yield ":" + said.readline().strip()
    finally:
        screen.terminate()
        screen.wait()


@contextmanager
def webkit() -> Iterator[WebKit]:
    """Start WebKitGTK's MiniBrowser on a screen of its own."""
    with ExitStack() as stack:
        proxy, asked = stack.enter_context(wall())
        screen = stack.enter_context(display())
        options = Options()
        options.binary_location = minibrowser()
        options.add_argument("--automation")
        options.set_capability("proxy", through(proxy))
        service = Service(shutil.which("WebKitWebDriver"), env={**os.environ, "DISPLAY": screen})
        stack.callback(service.stop)
        service.start()
        client = ClientConfig(remote_server_addr=service.service_url, timeout=ANSWER)
        driver = webdriver.Remote(service.service_url, options=options, client_config=client)
        stack.callback(driver.quit)
        yield WebKit(driver, asked)


# ---- which are here -----------------------------------------------------------------------------


def until(condition: Any, what: str, seconds: float = ANSWER) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def find_firefox() -> Any:
    """Return what starts a Firefox, or a sentence on why there is none."""
    if firefox_program():
        return firefox
    if playwright_program():
        return playwright_firefox
    return "no firefox-esr or firefox on PATH, and Playwright has none of its own"


def find_webkit() -> Any:
    """Return what starts WebKitGTK, or a sentence on why there is none."""
    lacks = [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]
    lacks += [] if minibrowser() else ["MiniBrowser"]
    return f"no {', no '.join(lacks)}" if lacks else webkit


#: What is raised if a browser does not answer in time.
SILENT = (TimeoutError, websocket.WebSocketTimeoutException, ReadTimeoutError)

ENGINES = {"firefox": find_firefox, "webkit": find_webkit}
