"""The page about the benchmarks, made from their saved results: `python -m benchmarks.page`."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from benchmarks.bench_lib import NEARLY_EQUAL
from benchmarks.report import NOT_RUN, ROOT, VERDICT, bound, number, read
from lib.figures import new_figure
from lib.figures.style import COLORS

PAGE = ROOT / "chapters" / "benchmarks.md"
IMAGES = ROOT / "chapters" / "images"

TITLES = {
    "latency": "From the input to the painted frame",
    "surface": "The same surface, drawn by others",
    "page": "Loading a chapter",
    "audit": "Audits",
    "lib": "The library",
    "build": "Building the book",
    "grading": "Grading",
}
NOTES = {
    "latency": """
Real mouse moves drag every slider and every mark of each explorable on its own page, in every view,
the processor slowed four times. Measured is the time from the event's arrival in the page to the
end of style, layout and paint. The control whose short drag is the slowest stands for the
explorable: it is dragged {rounds} times more, each time right after a bare page with one slider
that writes its own value, which is what the browser itself needs. The targets of the painted
frame bound the ratio, a median of {rounds}. That frame holds the control, the numbers and the
chart under the hand; what there is no time for is drawn in the next frames, and the rows “input
to everything drawn” say when every part of the figure has been drawn since. For surfaces in three
dimensions the figure is how often a second the slowest of them is painted while the page itself
moves a control in every frame.
""",
    "surface": """
A cross-entropy over two scores: 64 × 64 values, contours and 100 arrows, all drawn again for each
move of a slider. Plotly.js and Observable Plot are updated as their documentation shows.
`interact` runs in a real JupyterLab with a kernel, and each picture is waited for, so that no
queue builds up. The target bounds the ratio.
""",
    "page": """
Our chapter on cross-entropy beside its prose and formulas in a stock Jupyter Book 1 page with one
`interact` slider and one plot. The line is slowed to 1.6 Mbit/s and 150 ms, the processor four
times, the cache is empty. The stock page's third parties answer from the same machine. Pyodide is
started as far as its npm package goes: Python without NumPy or matplotlib. Both pages'
figures are {loads}.
""",
    "audit": """
Every page of the built site. Where Lighthouse does not give a page all points for its
performance, that was measured {audits} times, and the median counts. What does not depend on the
machine (axe-core in light and dark, explorables opened from a folder without a network, page
against library) is asserted by the tests.
""",
    "lib": """
Times are {times}; each repetition times ours and the peer one after the other, and the ratio is
the median of the ratios of these pairs. The target bounds the ratio.{digits}
""",
    "build": """
In a copy of the tree, on all processors. Builds after an edit of a chapter {edits}, the others were
made once. A page is stale if it still shows what the library returned before.
""",
    "grading": """
The same {students} submissions, graded by this project in a sandbox each, and by nbgrader as it
comes.
""",
}


#: Said where the rows are there.
DIGITS = """ The divergence of nearly equal distributions, which differ in the seventh digit, takes
longer than SciPy's because it keeps its digits: the row “relative error” has the medians of both.
"""


def repeated(rows: Sequence[dict], start: str) -> int:
    """Return how often that was measured which rows tell whose names begin so; 0 if none says."""
    return max((r.get("samples") or 0 for r in rows if r["name"].startswith(start)), default=0)


def medians(count: int) -> str:
    return f"medians of {count}" if count else "medians"


def made(count: int) -> str:
    return "were made once" if count == 1 else f"are {medians(count)}"


def note(group: str, rows: Sequence[dict]) -> str:
    """Return what is said above a group's table; how often something was measured its rows tell."""
    text = NOTES[group].format(
        rounds=max(
            (r.get("samples") or 0 for r in rows if "painted frame" in r["name"]), default=0
        ),
        times=medians(repeated(rows, "softmax, ")),
        loads=medians(repeated(rows, "a chapter's first load: largest")),
        audits=repeated(rows, "Lighthouse"),
        edits=made(repeated(rows, "build, prose")),
        students=repeated(rows, "grading") or "",
        digits=DIGITS if any(NEARLY_EQUAL in r["name"] for r in rows) else "",
    )
    words = " ".join(text.split())
    return textwrap.fill(words, 100, break_long_words=False, break_on_hyphens=False) + "\n"


def bars(
    path: Path,
    labels: Sequence[str],
    values: Sequence[float],
    unit: str,
    *,
    budget: float | None = None,
    log: bool = False,
    ours: Sequence[bool] = (),
) -> None:
    """Write a chart of horizontal bars, ours in the colour of predictions."""
    figure, ax = new_figure(height=0.7 + 0.27 * len(values))
    mine = list(ours) or [True] * len(values)
    tones = [COLORS["q"] if own else COLORS["muted"] for own in mine]
    places = range(len(values))
    ax.barh(places, values, color=tones)
    ax.set_yticks(places, labels)
    ax.invert_yaxis()
    ax.set_xlabel(unit)
    if log:
        ax.set_xscale("log")
    if budget is not None:
        ax.axvline(budget, color=COLORS["ink"], linestyle="--", linewidth=1)
    for place, value in zip(places, values, strict=True):
        ax.annotate(number(value), (value, place), (3, 0), textcoords="offset points", va="center")
    ax.margins(x=0.12)
    save_chart(figure, path)


def save_chart(figure: object, path: Path) -> None:
    """Write a figure as SVG, the same bytes for the same figure."""
    path.parent.mkdir(exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "benchmarks", "svg.fonttype": "path"}):
        figure.savefig(path, metadata={"Date": None, "Creator": None})


def figure_of(file: str, caption: str, alt: str) -> str:
    return f"```{{figure}} images/{file}\n:alt: {alt}\n\n{caption}\n```\n"


def latency_chart(rows: list[dict], images: Path) -> str:
    chosen = [r for r in rows if "painted frame, p95" in r["name"]]
    if not chosen:
        return ""
    labels = [r["name"].split(":")[0].replace("_", " ") for r in chosen]
    values = [r["ratio"] for r in chosen]
    file = "benchmarks-latency.svg"
    words = "times a bare slider's frame, 95th percentile, processor slowed 4×"
    bars(images / file, labels, values, words, budget=chosen[0]["target"])
    said = ", ".join(f"{a} {number(b)}" for a, b in zip(labels, values, strict=True))
    caption = "The slowest control of each explorable. The dashed line is the budget."
    return figure_of(file, caption, f"Bars, one for each explorable: {said}.")


def peers_chart(rows: list[dict], images: Path, file: str, name: str, words: str) -> str:
    """Draw one figure of ours beside every peer's that has been measured."""
    chosen = [r for r in rows if r["name"] == name and isinstance(r["peer"], int | float)]
    if not chosen:
        return ""
    labels = ["this book", *(r["peer_name"] for r in chosen)]
    values = [chosen[0]["ours"], *(r["peer"] for r in chosen)]
    bars(
        images / file,
        labels,
        values,
        f"{words}, logarithmic",
        log=True,
        ours=[True] + [False] * len(chosen),
    )
    said = ", ".join(f"{a} {number(b)}" for a, b in zip(labels, values, strict=True))
    return figure_of(file, f"{words[0].upper()}{words[1:]}.", f"Bars: {said}.")


def build_chart(rows: list[dict], images: Path) -> str:
    """Draw what each kind of build takes."""
    timed = [r for r in rows if r["unit"] == "s" and r["peer"] is None]
    if not timed:
        return ""
    labels = [r["name"].removeprefix("build, ") for r in timed]
    file = "benchmarks-build.svg"
    bars(images / file, labels, [r["ours"] for r in timed], "seconds")
    said = ", ".join(f"{a}: {number(r['ours'])} s" for a, r in zip(labels, timed, strict=True))
    return figure_of(file, "Seconds a build takes.", f"Bars. {said[0].upper()}{said[1:]}.")


def growth_chart(rows: list[dict], images: Path) -> str:
    """Draw how the time of the softmax cross-entropy grows with the batch, and with the classes."""
    timed = [r for r in rows if r["name"].startswith("softmax cross-entropy") and "shape" in r]
    timed = [r for r in timed if r["peer_name"] == "SciPy"]
    by_shape = {tuple(r["shape"]): r for r in timed}
    with_ten = sorted(shape for shape in by_shape if shape[1] == 10)
    of_ten_thousand = sorted(shape for shape in by_shape if shape[0] == 10_000)
    if len(with_ten) < 3 or len(of_ten_thousand) < 3:
        return ""
    figure, axes = new_figure(2, height=2.6, sharey=True)
    panels = ((with_ten, 0, "rows of 10 classes"), (of_ten_thousand, 1, "classes of 10,000 rows"))
    for ax, (shapes, which, words) in zip(axes, panels, strict=True):
        for side, name, color in (("ours", "this book", "q"), ("peer", "SciPy", "muted")):
            # A peer that was not run has words in the place of its number, and no line.
            points = [
                (
                    shape[which],
                    by_shape[shape][side] / (1 if by_shape[shape]["unit"] == "ms" else 1e3),
                )
                for shape in shapes
                if isinstance(by_shape[shape][side], int | float)
            ]
            if points:
                ax.plot(*zip(*points, strict=True), "o-", color=COLORS[color], label=name)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlabel(words)
    axes[0].set_ylabel("ms")
    axes[0].legend()
    file = "benchmarks-growth.svg"
    save_chart(figure, images / file)
    ends = [by_shape[shapes[i]] for shapes in (with_ten, of_ten_thousand) for i in (0, -1)]
    said = ", ".join(f"{r['name'].split(', ', 1)[1]} {number(r['ours'])} {r['unit']}" for r in ends)
    caption = (
        "The time of one softmax cross-entropy as the batch grows (left) and as the classes do "
        "(right); both axes are logarithmic."
    )
    return figure_of(file, caption, f"Lines that rise with the size. This book: {said}.")


def charts(group: str, rows: list[dict], images: Path) -> str:
    if group == "latency":
        return latency_chart(rows, images)
    if group == "surface" and rows:
        name = rows[0]["name"]
        words = "milliseconds from the input to the painted frame, 95th percentile"
        return peers_chart(rows, images, "benchmarks-surface.svg", name, words)
    if group == "page" and rows:
        words = "kilobytes transferred by the first load of a chapter"
        return peers_chart(rows, images, "benchmarks-page.svg", rows[0]["name"], words)
    if group == "lib":
        return growth_chart(rows, images)
    if group == "build":
        return build_chart(rows, images)
    return ""


def cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def ratio_text(one: dict) -> str:
    return "" if one["ratio"] is None else number(one["ratio"])


def markdown_table(rows: Sequence[dict]) -> str:
    """Return the rows as a Markdown table, a peer's columns only where there is one."""
    has_peer = any(one["peer"] is not None for one in rows)
    head = ["What", "Ours"] + ["Peer", "Which", "Ratio"] * has_peer + ["Unit", "Target", "Met"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for one in rows:
        theirs = [number(one["peer"]), one["peer_name"], ratio_text(one)] if has_peer else []
        cells = [
            one["name"],
            number(one["ours"]),
            *theirs,
            one["unit"],
            bound(one),
            VERDICT[one["met"]],
        ]
        lines.append("| " + " | ".join(map(cell, cells)) + " |")
    return "\n".join(lines)


def about(results: dict) -> str:
    """Say in a paragraph on what and when the figures were measured."""
    m = results["machine"]
    versions = ", ".join(f"{name} {v}" for name, v in m["packages"].items() if v)
    loads = [x for group in results["groups"].values() for pair in group["load"] for x in pair[:1]]
    busy = f"between {min(loads):.1f} and {max(loads):.1f}" if loads else "unknown"
    return (
        f"Measured on {m['date']}: {m['processor']}, {m['processors']} processors, {m['system']}, "
        f"Python {m['python']}, Chromium {m['chromium'] or NOT_RUN}, {versions}. "
        f"The load average (programs that wanted a processor, over a minute) was {busy}; above "
        f"{m['processors']}, other programs were in the way, and times are too long."
    )


def render(results: dict, images: Path) -> str:
    """Return the page, and write its charts into `images`."""
    rows = [one for group in results["groups"].values() for one in group["rows"]]
    met = sum(one["met"] is True for one in rows)
    missed = [one for one in rows if one["met"] is False]
    parts = [
        "---\ndescription: What the book's claims rest on, measured beside what readers would use "
        "instead, targets missed included.\nsearch: last, without tables\n---\n",
        "# Benchmarks\n",
        "Every figure below comes from one command, `make bench`, and stands beside a peer that "
        "was measured in the same run. A ratio is ours divided by the peer's. A peer that was not "
        f"installed is reported as {NOT_RUN}.\n",
        about(results) + "\n",
        f"Of {met + len(missed)} targets, {met} are met"
        + (" and these are missed:\n" if missed else ".\n"),
    ]
    if missed:
        parts.append(
            "\n".join(
                f"- {one['name']}"
                + (f", beside {one['peer_name']}" if one["peer_name"] else "")
                + f": {number(one['ours'])} {one['unit']}"
                + (f", ratio {ratio_text(one)}" if one.get("bounds") == "ratio" else "")
                + f", target {bound(one)}"
                for one in missed
            )
            + "\n"
        )
    for group, words in TITLES.items():
        if group in results["groups"]:
            own = results["groups"][group]["rows"]
            parts += [
                f"## {words}\n",
                note(group, own),
                charts(group, own, images),
                markdown_table(own) + "\n",
            ]
    return "\n".join(part for part in parts if part)


def write(results: dict) -> None:
    PAGE.write_text(render(results, IMAGES), encoding="utf-8")


if __name__ == "__main__":
    write(read())
