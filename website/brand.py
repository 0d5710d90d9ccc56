"""The book's cover and icons, drawn from what it teaches.

The cover is the loss surface of cross-entropy for the forecast P = (0.5, 0.3, 0.2): the bands are
level sets of H(P, Q) over the triangle of all predictions Q, and the dots the way that gradient
descent on the logits takes from a bad Q to P. `python -m website.brand` writes the files in
`website/static/brand` (it needs Chromium); the front page draws the cover while the book is built.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from lib.activations import softmax
from lib.information import cross_entropy, entropy

ROOT = Path(__file__).resolve().parents[1]
BRAND = ROOT / "website" / "static" / "brand"
PALETTE = ROOT / "lib" / "explorables" / "palette.json"
TRUTH = np.array([0.5, 0.3, 0.2])
START = np.array([0.04, 0.12, 0.84])
LEVELS = (0.02, 0.06, 0.13, 0.24, 0.4, 0.62, 0.95, 1.45)  # nats above H(P)
CORNERS = np.array([[500.0, 40.0], [60.0, 802.0], [940.0, 802.0]])


def level_set(excess: float, directions: int = 240) -> np.ndarray:
    """Return points around P where H(P, Q) = H(P) + `excess`, as probabilities (directions, 3).

    The level sets are convex curves around P, so each ray from P crosses one once: bisection.
    """
    angles = np.linspace(0, 2 * math.pi, directions, endpoint=False)
    axes = np.array([[1, -0.5, -0.5], [0, math.sqrt(3) / 2, -math.sqrt(3) / 2]])
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1) @ axes
    inside = np.where(rays < 0, TRUTH / np.where(rays < 0, -rays, 1), np.inf).min(axis=1)
    low, high = np.zeros(directions), inside * (1 - 1e-9)
    target = entropy(TRUTH) + excess
    for _ in range(50):
        middle = (low + high) / 2
        below = cross_entropy(TRUTH, TRUTH + middle[:, None] * rays) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    curve: np.ndarray = TRUTH + low[:, None] * rays
    return curve


def descent(steps: int = 400, rate: float = 0.06) -> np.ndarray:
    """Return the predictions that gradient descent on the logits passes, (steps + 1, 3)."""
    logits = np.log(START)
    path = [START]
    for _ in range(steps):
        logits = logits - rate * (softmax(logits) - TRUTH)
        path.append(softmax(logits))
    return np.array(path)


def even(path: np.ndarray, gap: float) -> np.ndarray:
    """Return points of a path in the plane, `gap` apart."""
    kept = [path[0]]
    for point in path[1:]:
        if np.hypot(*(point - kept[-1])) >= gap:
            kept.append(point)
    return np.array(kept)


def _points(points: np.ndarray) -> str:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points)


def cover(
    colours: dict[str, str], *, bands: tuple[float, ...] = LEVELS, detail: bool = True
) -> str:
    """Return the triangle as the inner part of an SVG with the view box 0 0 1000 842.

    `colours` are paint for `surface-0` … `surface-8`, `p`, `q`, `ink` and `paper`: colours or
    `var(--…)`; `bands` are the level sets to draw, in nats above H(P); `detail` says whether to
    draw the descent, for which an icon is too small.
    """
    parts = [
        f'<polygon points="{_points(CORNERS)}" fill="{colours["surface-8"]}" '
        f'stroke="{colours["surface-8"]}" stroke-width="24" stroke-linejoin="round"/>'
    ]
    for index, excess in reversed(list(enumerate(bands))):
        shade = round(index * 8 / len(bands))
        parts.append(
            f'<polygon points="{_points(level_set(excess) @ CORNERS)}" '
            f'fill="{colours[f"surface-{shade}"]}"/>'
        )
    way = descent() @ CORNERS
    goal, start = TRUTH @ CORNERS, way[0]
    if detail:
        for x, y in even(way, 26)[1:-1]:
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{colours["ink"]}"/>')
    radius = 21 if detail else 74
    for (x, y), name in ((goal, "p"), (start, "q")):
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}" fill="{colours[name]}" '
            f'stroke="{colours["paper"]}" stroke-width="{radius // 4}"/>'
        )
    return "".join(parts)


def palette(theme: str) -> dict[str, str]:
    """Return the palette's colours of a theme by name."""
    colours: dict[str, Any] = json.loads(PALETTE.read_text(encoding="utf-8"))[theme]
    surface = {f"surface-{i}": c for i, c in enumerate(colours.pop("surface"))}
    return colours | surface


def svg(inner: str, *, title: str = "", size: str = "") -> str:
    """Return a whole SVG document."""
    label = f"<title>{title}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"{size}>{label}'
        f'<g transform="translate(0 79)">{inner}</g></svg>\n'
    )


CARD = """<!doctype html><meta charset="utf-8"><style>
@font-face {{ font-family: S; src: url({fonts}/source-serif.woff2); font-weight: 400 700 }}
body {{ margin: 0; width: 1200px; height: 630px; display: grid; grid-template-columns: 1fr 560px;
  align-items: center; background: {paper}; color: {ink}; font-family: S }}
h1 {{ margin: 0 0 20px 72px; font: 600 100px/1.02 S; letter-spacing: -.015em }}
p {{ margin: 0 0 0 72px; font: 400 42px/1.25 S; color: {muted} }} svg {{ width: 520px }}
</style><div><h1>Cross-<br>Entropy</h1><p>From Surprise<br>to Training</p></div>{art}"""


def main() -> None:
    from website.chromium import launch

    light = palette("light")
    BRAND.mkdir(parents=True, exist_ok=True)
    icon = svg(cover(light, bands=LEVELS[1::2], detail=False))
    (BRAND / "favicon.svg").write_text(icon, encoding="utf-8")
    fonts = (ROOT / "website" / "static" / "fonts").as_uri()
    with launch() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        scratch = BRAND / "card.html"
        scratch.write_text(
            CARD.format(fonts=fonts, art=svg(cover(light)), **light), encoding="utf-8"
        )
        page.goto(scratch.as_uri(), wait_until="networkidle")
        page.screenshot(path=BRAND / "card.png")
        scratch.unlink()
        for side in (48, 180):
            page.set_viewport_size({"width": side, "height": side})
            page.set_content(f'<body style="margin:0">{icon.replace("<svg", f"<svg width={side}")}')
            page.screenshot(path=BRAND / f"favicon-{side}.png", omit_background=side == 48)


if __name__ == "__main__":
    main()
