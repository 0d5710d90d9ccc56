"""Each engine is started once; one that is missing is said to be not run, and never passes."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engines.browsers import ENGINES, SILENT, Engine
from website.server import serving


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        default="",
        help=f"engines that must be here, of {','.join(ENGINES)}; else a missing one is not run",
    )


def pytest_configure(config: pytest.Config) -> None:
    required = set(filter(None, config.getoption("--require", "").split(",")))
    if unknown := required - set(ENGINES):
        raise pytest.UsageError(f"--require: no engine is called {', '.join(unknown)}")
    missing = {name: lack for name in required if isinstance(lack := ENGINES[name](), str)}
    if missing:
        raise pytest.UsageError(
            "".join(f"{name} is required, but there is {lack}. " for name, lack in missing.items())
            + "`python -m tests.engines` says how to get it."
        )


@pytest.fixture(
    scope="session", params=[pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in ENGINES]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A browser of each kind."""
    start = ENGINES[request.param]()
    if isinstance(start, str):
        pytest.skip(f"{request.param} is not run: {start}")
    with ExitStack() as stack:
        for left in (2, 1, 0):
            # On a busy machine either may start and never answer the first request of a session.
            try:
                started = stack.enter_context(start())
                break
            except SILENT:
                if not left:
                    raise
        yield started


@pytest.fixture(scope="session")
def addresses(
    engine: Engine, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Where the site begins: served on the loopback, and on the disk."""
    root = engine.prepared(site, tmp_path_factory.mktemp("site"))
    with serving(root) as served:
        yield {"served": served, "disk": root.as_uri() + "/"}


@pytest.fixture(autouse=True)
def its_version(request: pytest.FixtureRequest, record_property) -> None:
    if "engine" in request.fixturenames:
        name = request.node.callspec.params["engine"]
        record_property("engine", f"{name} {request.getfixturevalue('engine').version}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    ran = reporter and any(reporter.stats.get(kind) for kind in ("passed", "failed", "error"))
    if exitstatus == pytest.ExitCode.OK and reporter and not ran:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say of each engine whether it was run."""
    reports = {
        kind: [r for r in terminalreporter.stats.get(kind, []) if "tests/engines/" in r.nodeid]
        for kind in ("passed", "failed", "error", "skipped")
    }
    if not any(reports.values()):
        return
    terminalreporter.section("engines")
    for name, find in ENGINES.items():
        counts, said = {}, {name}
        for kind in ("passed", "failed", "error"):
            mine = [r for r in reports[kind] if re.search(rf"\[{name}[-\]]", r.nodeid)]
            counts[kind] = len(mine)
            said |= {v for r in mine for k, v in r.user_properties if k == "engine"}
        lack = find()
        if any(counts.values()):
            line = f"{max(said, key=len)}: run; " + ", ".join(f"{n} {k}" for k, n in counts.items())
        else:
            line = f"{name}: NOT RUN" + (f" ({lack})" if isinstance(lack, str) else "")
        bad = counts["failed"] or counts["error"]
        look = {"red": True} if bad else {"green": True} if counts["passed"] else {"yellow": True}
        terminalreporter.write_line(line, bold=True, **look)
