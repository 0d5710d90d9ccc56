"""What the tests of the built site share: the site, a server, a browser, a page that is strict."""

import fcntl
import multiprocessing.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, Request, expect

from website.chromium import launch
from website.server import serving

# The tests are what runs in parallel: threads of NumPy's BLAS and of torch would wait for each
# other by counting, which was a quarter of what `make check` computed.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")

ROOT = Path(__file__).resolve().parents[1]
LOCAL_SCHEMES = {"file", "data", "blob", "about"}


#: These compute for half a minute when they are imported, and have no examples to try.
collect_ignore = [
    str(path) for path in (ROOT / "tests" / "numbers").glob("*.py") if path.stem != "test_numbers"
]

# What is looked for at random is found, and fails, by chance: the examples are the same few at each
# run, however slow the machine. `make stress` looks for others (`--hypothesis-profile=search`).
patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, max_examples=60, **patient)
settings.register_profile("search", max_examples=600, **patient)
settings.load_profile("same")

#: What only a test that is live may start.
LIVE = re.compile(
    r"chrom(e|ium)|firefox|playwright|ipykernel|jupyter|nbgrader|bwrap|--multiprocessing-fork"
    r"|-m (course|benchmarks|website\.(build|serve|lab|pdf|archive))\b"
)
running: list[pytest.Item] = []

#: What takes longest, the longest first: begun late, one of these would end alone. The first builds
#: the site while the next, which need none, are under way on other processors.
LONG = (
    "tests/site/test_whole.py::test_pdf_holds_a_short_book",
    "tests/course/test_class.py",
    "tests/jupyter/",
    "tests/site/test_build.py",
    "tests/course/",
    "tests/site/test_serve.py",
    "tests/site/test_readme.py",
    "tests/site/test_kernels.py",
    "tests/site/test_notebooks.py",
    "tests/numbers/",
    "tests/site/",
    "tests/browser/",
)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return what `-n auto` means: where tests wait for frames and servers, more than processors.

    Those of `make check` only compute, and those of `make stress` fill the machine by themselves.
    """
    processors = os.cpu_count() or 1
    marks = config.option.markexpr
    return processors if "not live" in marks or "stress or" in marks else processors * 2


def place(item: pytest.Item) -> int:
    """Return when a test's turn comes, as far as that is told by how long it takes."""
    return next((at for at, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG))


@pytest.fixture(scope="session")
def live() -> None:
    """Asked for by what starts a browser, a kernel, a server, a build of the site or a course.

    A test that needs it, directly or through its other fixtures, is marked `live`, and `make check`
    leaves it out.
    """


@pytest.hookimpl(tryfirst=True)  # before pytest deselects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "live" in getattr(item, "fixturenames", ()):
            item.add_marker("live")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=place)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    running.append(item)
    try:
        return (yield)
    finally:
        running.remove(item)


def refuse_live(event: str, arguments: tuple[object, ...]) -> None:
    """Fail a test that starts what is live without being marked so; runs at each audited event."""
    if event != "subprocess.Popen" or not running or running[-1].get_closest_marker("live"):
        return
    command = arguments[1]
    words = [command] if isinstance(command, str | bytes | os.PathLike) else command
    assert isinstance(words, Sequence)
    line = " ".join(os.fsdecode(word) for word in words)
    if LIVE.search(line) and "--version" not in line:
        raise RuntimeError(f"only a test that asks for the fixture `live` may start: {line}")


def spawn(path: object, arguments: Sequence[bytes], handles: Sequence[int]) -> int:
    """Start a process of multiprocessing's, which may start anything and raises no audit event."""
    refuse_live("subprocess.Popen", (path, arguments))
    return spawn_unwatched(path, arguments, handles)


sys.addaudithook(refuse_live)
spawn_unwatched = multiprocessing.util.spawnv_passfds
multiprocessing.util.spawnv_passfds = spawn


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled, once a run, in whichever process comes first.

    The others wait. What is in it is there to be copied, not to be changed.
    """
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder, done = base / name, base / f"{name}.done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def site(live: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the built site; built once a run, by whichever worker comes first."""
    if named := os.environ.get("BOOK_SITE"):
        return Path(named).resolve()
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    done = shared / "site-is-built"
    (ROOT / "_build").mkdir(exist_ok=True)
    with (ROOT / "_build" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            command = [sys.executable, "-m", "website.build", "--quiet"]
            built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if built.returncode:
                pytest.fail(f"the book does not build:\n{built.stdout}\n{built.stderr}")
            done.touch()
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """The address of the site, served on the loopback."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser(live: None) -> Iterator[Browser]:
    """A Chromium that can reach nothing but the loopback."""
    # As long as for a page's own actions: on a busy machine five seconds are no fault.
    expect.set_options(timeout=30_000)
    with launch(closed=True) as started:
        yield started


@dataclass
class Watch:
    """What a page did that it must not do."""

    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and parts.hostname != "127.0.0.1":
            self.faults.append(f"request to {request.url}")

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console {message.type}: {message.text} ({message.location})")


def watched(page: Page) -> Watch:
    """Watch a page for errors on its console and requests that leave the machine."""
    watch = Watch()
    page.on("request", watch.request)
    page.on("console", watch.console)
    page.on("pageerror", lambda error: watch.faults.append(f"uncaught: {error}"))
    return watch


def strict_page(browser: Browser, width: int, height: int, **options: object) -> Page:
    """Return a page in a context of its own whose `watch` notes what it must not do."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    page.watch = watched(page)
    return page


@pytest.fixture
def new_page(browser: Browser):
    """Return a factory of strict pages: `new_page(width=…, height=…, **context options)`.

    The test fails if such a page logs an error or a warning, throws, or asks anything of another
    host. `page.watch.requests` lists what it asked for.
    """
    pages = []

    def make(width: int = 1280, height: int = 800, **options: object) -> Page:
        pages.append(strict_page(browser, width, height, **options))
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()
    faults = [fault for page in pages for fault in page.watch.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def kept(browser: Browser) -> Iterator[dict[str, Page]]:
    """Strict pages that one test leaves to the next, by the options of their contexts."""
    pages: dict[str, Page] = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def kept_page(browser: Browser, kept: dict[str, Page]):
    """Return a factory as `new_page` is, for tests that ask a page only for what its address shows.

    One page with the same options goes on from test to test, and another one `beside` it: a context
    and its processes take longer to start than an explorable.
    """
    used: list[Page] = []

    def make(
        width: int = 1280, height: int = 800, *, beside: bool = False, **options: object
    ) -> Page:
        key = repr((beside, sorted(options.items())))
        if key not in kept or kept[key].is_closed():
            kept[key] = strict_page(browser, width, height, **options)
        page = kept[key]
        if page not in used:
            used.append(page)
            page.bring_to_front()
            page.mouse.move(0, 0)
        page.set_viewport_size({"width": width, "height": height})
        return page

    yield make
    faults = []
    for page in used:
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.unroute_all()
        page.goto("about:blank")
        faults += page.watch.faults
        page.watch.faults.clear()
        page.watch.requests.clear()
    assert not faults, "\n".join(faults)


@pytest.fixture
def attached() -> Iterator[Callable[[Page], CDPSession]]:
    """Return what attaches the browser's own tools to a page, until the test ends.

    Left attached to a page that is kept, they would slow down all tests that come after.
    """
    sessions: list[CDPSession] = []

    def attach(page: Page) -> CDPSession:
        sessions.append(page.context.new_cdp_session(page))
        return sessions[-1]

    yield attach
    for session in sessions:
        session.detach()


@pytest.fixture
def page(new_page) -> Page:
    """One strict page, 1280 × 800, light."""
    return new_page()
