"""The rows of the benchmarks: made, saved as JSON, shown as a table."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
NOT_RUN = "not run"
FIELDS = ("name", "ours", "peer", "peer_name", "unit", "ratio", "target", "met")
PACKAGES = (
    *("numpy", "scipy", "scikit-learn", "torch", "matplotlib", "ipywidgets"),
    *("jupyterlab", "jupyter-book", "sphinx", "playwright", "nbgrader"),
)


def row(
    name: str,
    unit: str,
    ours: float | str,
    *,
    peer_name: str = "",
    peer: float | str | None = None,
    ratio: float | None = None,
    target: float | str | None = None,
    met: bool | None = None,
    **more: object,
) -> dict:
    """Return one row: ours beside a peer's, with its target and whether it is met.

    `ratio` is ours / peer, computed here where both are numbers and it is not given. What was not
    run has ``"not run"`` in place of its number, and neither a ratio nor a verdict.
    """
    numbers = all(isinstance(x, int | float) for x in (ours, peer))
    if ratio is None and numbers and peer:
        ratio = ours / peer
    if ours == NOT_RUN or peer == NOT_RUN:
        ratio = met = None
    values = (name, ours, peer, peer_name, unit, ratio, target, met)
    return dict(zip(FIELDS, values, strict=True), **more)


def pair_ratio(ours: Sequence[float], peers: Sequence[float]) -> float:
    """Return the median of the ratios of measurements taken one after the other."""
    return statistics.median(a / b for a, b in zip(ours, peers, strict=True))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile by linear interpolation, as NumPy does."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def progress(text: str) -> None:
    print(f"  {datetime.now():%H:%M:%S}  {text}", file=sys.stderr, flush=True)


def version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def processor() -> str:
    """Return the processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def machine() -> dict:
    """Return what the figures depend on: the machine, its load, and the versions."""
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "chromium": chromium_version(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def chromium_version() -> str | None:
    from website.chromium import path

    try:
        answer = subprocess.run(
            [path(), "--version"], capture_output=True, encoding="utf-8", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    words = answer.stdout.split()
    return next((word for word in words if word[:1].isdigit()), None)


def load() -> list[float]:
    """Return the load averages: how many programs wanted a processor in the last minutes."""
    return [round(x, 2) for x in os.getloadavg()]


def save(results: dict, path: Path = RESULTS) -> None:
    text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path = RESULTS) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def number(value: object) -> str:
    """Write a number with three digits that count; words stay words."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 1 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}" if abs(value) >= 0.01 else f"{value:.1e}"


VERDICT = {None: "", True: "yes", False: "no"}


def bound(one: dict) -> str:
    """Return a row's target in words: which way it bounds, and what."""
    target = one["target"]
    if target is None or isinstance(target, str):
        return target or ""
    return f"{one.get('sense', '≤')} {number(target)}"


def table(rows: Sequence[dict]) -> str:
    """Return the rows as a table for the terminal."""
    width = max((len(one["name"]) for one in rows), default=0)
    lines = [f"{'':{width}} {'ours':>9} {'peer':>9} {'unit':9} {'':26} {'ratio':>7} target"]
    for one in rows:
        lines.append(
            f"{one['name']:{width}} {number(one['ours']):>9} {number(one['peer']):>9} "
            f"{one['unit']:9} {one['peer_name']:26} "
            f"{number(one['ratio']) if one['ratio'] else '':>7} {bound(one):10} "
            f"{VERDICT[one['met']]}"
        )
    return "\n".join(lines)
