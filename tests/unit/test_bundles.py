"""The committed bundles are what their sources make, and stay light."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest
from ipywidgets.embed import dependency_state

from lib.explorables import REGISTRY, generate
from tests.page_side import ROOT, node

EXPLORABLES = ROOT / "lib" / "explorables"
STATIC = EXPLORABLES / "static"


def test_the_committed_bundles_are_fresh() -> None:
    result = subprocess.run(
        [node(), str(EXPLORABLES / "js" / "build.mjs"), "--check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("file", generate.FILES, ids=lambda file: file.stem)
def test_what_the_page_takes_from_the_records_is_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == generate.FILES[file](), "run `make bundles`"


def zipped(*files: str) -> int:
    return sum(len(gzip.compress((STATIC / file).read_bytes(), 9)) for file in files)


def test_the_page_script_is_light_and_classic() -> None:
    assert zipped("explorables.js") <= 26_000
    assert max(zipped(f"view-{name}.js") for name in REGISTRY) <= 9_500
    # Compiled as a script, not as a module: what file:// pages can load.
    compile_it = "process.argv.slice(1).map((path) => new vm.Script(fs.readFileSync(path, 'utf8')))"
    subprocess.run([node(), "-e", compile_it, *map(str, STATIC.glob("*.js"))], check=True)


def test_a_script_holds_its_own_view_alone() -> None:
    """The kit has no view, a view's script no other and no kit, a widget its view and the kit."""
    kit = "Show the Python"
    script = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*js")}
    own = {name: f'name:"{name}",' for name in REGISTRY}
    assert kit in script["explorables.js"]
    for name in REGISTRY:
        page, widget = script[f"view-{name}.js"], script[f"{name}.mjs"]
        assert kit not in page
        assert kit in widget
        for other, mark in own.items():
            assert (mark in page) == (mark in widget) == (other == name), (name, other)
            assert mark not in script["explorables.js"]
    assert set(script) == {
        *(f"view-{name}.js" for name in REGISTRY),
        *(f"{name}.mjs" for name in REGISTRY),
        "explorables.js",
        "explorables-3d.js",
        "explorables-tables.js",
    }


@pytest.mark.parametrize("name", REGISTRY)
def test_a_widget_is_one_light_module(name: str) -> None:
    """Notebooks load it by itself, also without a network: no import, no request, no worker."""
    script = (STATIC / f"{name}.mjs").read_text(encoding="utf-8")
    assert len(script.encode()) <= 90_000
    for word in (r"\bimport\b", r"\bfetch\(", r"\bWorker\(", r"XMLHttpRequest"):
        outside = re.sub(r"`(?:[^`\\]|\\.)*`", "", script)  # of the Python that it shows
        assert not re.search(word, outside), word


def test_the_saved_state_of_two_widgets_is_light() -> None:
    saved = dependency_state([REGISTRY[name]() for name in ("kl", "softmax")])
    # As nbformat writes it.
    assert len(json.dumps(saved, ensure_ascii=False).encode()) <= 220_000


def test_what_few_readers_ask_for_is_apart() -> None:
    """What draws surfaces and what makes tables is called by the kit, and stands elsewhere."""
    shared = (STATIC / "explorables.js").read_text(encoding="utf-8")
    for words, file in (
        ("drag to turn", "explorables-3d.js"),
        ("goes up and down", "explorables-tables.js"),
    ):
        assert words not in shared
        assert words in (STATIC / file).read_text(encoding="utf-8")


def test_the_page_side_of_the_kit() -> None:
    """Run the JavaScript unit tests with Node's own runner."""
    files = sorted(map(str, (ROOT / "tests" / "js").glob("*.test.mjs")))
    assert files
    result = subprocess.run(
        [node(), "--test", *files], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert result.returncode == 0, result.stdout[-4000:]


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_is_readable_as_text(theme: str) -> None:
    palette = json.loads((EXPLORABLES / "palette.json").read_text())[theme]
    for tone in ("ink", "muted", "p", "q", "h", "d"):
        for ground in ("paper", "panel"):
            assert contrast(palette[tone], palette[ground]) >= 4.5, (tone, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_surface_map_is_monotone_and_lets_marks_show(theme: str) -> None:
    palette = json.loads((EXPLORABLES / "palette.json").read_text())[theme]
    levels = [luminance(c) for c in palette["surface"]]
    assert levels == sorted(levels, reverse=theme == "light")
    for color in palette["surface"]:
        assert contrast(palette["ink"], color) >= 3


def test_views_and_classes_have_the_same_names() -> None:
    views = {p.stem for p in (EXPLORABLES / "js" / "explorables").glob("*.js")}
    assert views == set(REGISTRY)
