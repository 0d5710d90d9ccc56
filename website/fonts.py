"""Cut the site's fonts from the published ones: `python -m website.fonts`, after `npm ci`.

Only the glyphs that the book's prose can need, without hinting, which modern systems ignore: a
third of the bytes. The results are kept in `website/static`, so that the book builds without npm.
The Chinese characters of the chapters come from Debian's package `fonts-droid-fallback`.
"""

import re
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "node_modules" / "@fontsource-variable"
KATEX = ROOT / "node_modules" / "katex" / "dist" / "fonts"
STATIC = ROOT / "website" / "static"
PROSE = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+2013-2014,U+2018-201A,U+201C-201E,U+2020,"
    "U+2022,U+2026,U+2030,U+2032-2033,U+2039-203A,U+20AC,U+2190-2193,U+2212"
)
# Labels and buttons are English.
LABELS = "U+0020-007E,U+00A0,U+00A9,U+00B1,U+00B7,U+00D7,U+2013-2014,U+2018-201D,U+2026,U+2212"
# KaTeX's main font without arrows, suits and signs that no formula of the book has; a test looks,
# as it does for the signs below.
FORMULAS = (
    "U+0020-007E,U+00A0,U+00A8,U+00AC,U+00B0-00B1,U+00B4,U+00B7,U+00D7,U+00F7,U+0131,U+0237,"
    "U+02C6-02DD,U+0300-030C,U+0393-03A9,U+2013-2026,U+2032,U+20D7,U+2113,U+2190-2194,U+21A6,"
    "U+21D0-21D4,U+2200-2209,U+2211-2213,U+2216-221E,U+2223,U+2225,U+2227-222B,U+223C,U+2243,"
    "U+2245,U+2248,U+2250,U+2260-2265,U+226A-226B,U+227A-227B,U+2282-2287,U+2295-2299,"
    "U+22A4-22A5,U+22C5-22C6,U+22EE-22F1,U+2308-230B,U+27E8-27E9,U+27F5-27FA,U+E020"
)
# Of the American Mathematical Society's signs, the double-struck letters and a few that are near.
SIGNS = (
    "U+0041-005A,U+006B,U+2204-2205,U+2234-2235,U+225C,U+2272-2273,U+25A0-25A1,U+2713,U+2A7D-2A7E"
)
PARTS = {"KaTeX_Main-Regular": FORMULAS, "KaTeX_AMS-Regular": SIGNS}
DROID = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
HAN = re.compile(r"[\u3400-\u9fff]")
# Name of the result: the published file, and the weights to keep.
TEXT_FONTS = {
    "source-serif": ("source-serif-4/files/source-serif-4-latin-wght-normal.woff2", (400, 700)),
    "source-serif-italic": ("source-serif-4/files/source-serif-4-latin-wght-italic.woff2", 400),
    "source-sans": ("source-sans-3/files/source-sans-3-latin-wght-normal.woff2", (400, 700)),
}


def cut(font: TTFont, target: Path, unicodes: str = "") -> None:
    """Write the part of a font that has `unicodes`, by default all, to `target` as woff2."""
    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True)
    options.layout_features = ["kern", "liga"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(unicodes) or font.getBestCmap())
    subsetter.subset(font)
    subset.save_font(font, target, options)


def chinese() -> set[str]:
    """Return the Chinese characters of the chapters."""
    chapters = (ROOT / "chapters").glob("*.md")
    return {c for chapter in chapters for c in HAN.findall(chapter.read_text(encoding="utf-8"))}


def main() -> None:
    if DROID.exists():
        characters = ",".join(f"U+{ord(c):04X}" for c in sorted(chinese()))
        cut(TTFont(DROID), STATIC / "fonts" / "chinese.woff2", characters)
    else:
        print(f"chinese.woff2 stays as it is: there is no {DROID}")
    for name, (published, weights) in TEXT_FONTS.items():
        part = BytesIO()
        whole = TTFont(PUBLISHED / published)
        instancer.instantiateVariableFont(whole, {"wght": weights}).save(part)
        cut(
            TTFont(part),
            STATIC / "fonts" / f"{name}.woff2",
            LABELS if name == "source-sans" else PROSE,
        )
    for source in sorted(KATEX.glob("*.woff2")):
        target = STATIC / "katex" / "fonts" / source.name
        cut(TTFont(source), target, PARTS.get(source.stem, ""))
        print(f"{source.name:36}{source.stat().st_size:7}{target.stat().st_size:7}")
    for path in sorted((STATIC / "fonts").glob("*.woff2")):
        print(f"{path.name:36}{'':7}{path.stat().st_size:7}")


if __name__ == "__main__":
    main()
