"""Cut the site's fonts from the published ones: `python -m website.fonts`, after `npm ci`.

Only the glyphs that the book's prose can need, without hinting, which modern systems ignore: a
third of the bytes. The results are kept in `website/static`, so that the book builds without npm.
The Chinese characters of the chapters come from Debian's package `fonts-droid-fallback`.
"""

import re
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.otlLib.builder import buildMathTable
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
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
# The font of live formulas, KaTeX's own glyphs with what browsers need to set MathML by them.
LIVE = ROOT / "lib" / "explorables" / "static" / "formula.woff2"
UPRIGHT = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "()[]|.,;:!/<=>+−×⋅≤≥≈→∞∈∣∥∂∇⌊⌋⋯…^"
)
# Letters alone are drawn as these characters: italic, which has a place of its own for h.
ITALIC = {
    **{chr(0x41 + i): 0x1D434 + i for i in range(26)},
    **{chr(0x61 + i): 0x1D44E + i for i in range(26)},
    **{letter: 0x1D6FC + ord(letter) - ord("α") for letter in "αβγδεηθλμπρστφω"},
    "h": 0x210E,
}
LARGER = "()[]"  # in two more sizes, by the features ss01 and ss02
LARGE = "∑∏"  # one size in a line, another in a display
# In thousandths of the letters' size: those of TeX's Computer Modern, where it names them.
CONSTANTS = {
    "ScriptPercentScaleDown": 70, "ScriptScriptPercentScaleDown": 50,
    "DelimitedSubFormulaMinHeight": 1300, "DisplayOperatorMinHeight": 1300,
    "MathLeading": 154, "AxisHeight": 250, "AccentBaseHeight": 431,
    "FlattenedAccentBaseHeight": 683,
    "SubscriptShiftDown": 150, "SubscriptTopMax": 344, "SubscriptBaselineDropMin": 50,
    "SuperscriptShiftUp": 413, "SuperscriptShiftUpCramped": 289, "SuperscriptBottomMin": 108,
    "SuperscriptBaselineDropMax": 386, "SubSuperscriptGapMin": 160,
    "SuperscriptBottomMaxWithSubscript": 344, "SpaceAfterScript": 50,
    "UpperLimitGapMin": 111, "UpperLimitBaselineRiseMin": 200,
    "LowerLimitGapMin": 167, "LowerLimitBaselineDropMin": 600,
    "StackTopShiftUp": 444, "StackTopDisplayStyleShiftUp": 677, "StackBottomShiftDown": 345,
    "StackBottomDisplayStyleShiftDown": 686, "StackGapMin": 120, "StackDisplayStyleGapMin": 280,
    "FractionNumeratorShiftUp": 394, "FractionNumeratorDisplayStyleShiftUp": 677,
    "FractionDenominatorShiftDown": 345, "FractionDenominatorDisplayStyleShiftDown": 686,
    "FractionNumeratorGapMin": 40, "FractionNumDisplayStyleGapMin": 120,
    "FractionDenominatorGapMin": 40, "FractionDenomDisplayStyleGapMin": 120,
    "FractionRuleThickness": 40, "RadicalVerticalGap": 50, "RadicalDisplayStyleVerticalGap": 148,
    "RadicalRuleThickness": 40, "RadicalExtraAscender": 40, "RadicalKernBeforeDegree": 278,
    "RadicalKernAfterDegree": -556, "RadicalDegreeBottomRaisePercent": 60,
}  # fmt: skip
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
    font.recalcTimestamp = False  # the same glyphs make the same file, whenever they are cut
    subset.save_font(font, target, options)


def chinese() -> set[str]:
    """Return the Chinese characters of the chapters."""
    chapters = (ROOT / "chapters").glob("*.md")
    return {c for chapter in chapters for c in HAN.findall(chapter.read_text(encoding="utf-8"))}


def draw(font: TTFont, characters: str, *, raised: bool = False) -> tuple[Glyph, int]:
    """Return characters over one another as a glyph, and its width; `raised`, as an exponent."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    pen = TTGlyphPen(None)
    scale, rise = (0.7, 363) if raised else (1, 0)
    for character in characters:
        glyphs[names[ord(character)]].draw(TransformPen(pen, (scale, 0, 0, scale, 0, rise)))
    return pen.glyph(), round(glyphs[names[ord(characters[-1])]].width * scale)


def formula_font() -> TTFont:
    """Return the font of live formulas, put together from KaTeX's.

    A line's box is as high as a numeral, so that numbers stand near the bar of a fraction.
    """
    of = {path.stem[6:]: TTFont(path) for path in KATEX.glob("*.woff2")}
    main, italic = of["Main-Regular"], of["Math-Italic"]
    sizes = [of[f"Size{i}-Regular"] for i in (1, 2, 3)]
    drawn = {".notdef": draw(main, "×"), "space": draw(main, "\u00a0")}
    places = {0x20: "space", 0xA0: "space", 0x2061: "applied"}
    drawn["applied"] = TTGlyphPen(None).glyph(), 0  # between a function and its argument
    variants = {}
    for character in UPRIGHT + "√":
        places[ord(character)] = name = f"u{ord(character):04X}"
        drawn[name] = draw(main, character)
    for character, place in ITALIC.items():
        name = f"u{place:04X}"
        glyph, width = draw(italic, character)
        glyph.recalcBounds(None)
        drawn[name] = glyph, max(width, glyph.xMax)  # what leans over does not touch the next
        places[place] = name
        places.setdefault(ord(character), name)
    places |= {0x2016: places[ord("∥")], 0x1D715: places[ord("∂")], 0x1D6FB: places[ord("∇")]}
    for name, place, glyph in [
        ("prime", 0x2032, draw(main, "′", raised=True)),
        ("unequal", 0x2260, draw(main, "\ue020=")),
    ]:
        places[place], drawn[name] = name, glyph
    for character, fonts in [("√", [main, *sizes]), *((c, sizes[:2]) for c in LARGE)]:
        names = [places.setdefault(ord(character), f"u{ord(character):04X}")]
        names += [f"{names[0]}.{i}" for i in range(1, len(fonts))]
        drawn |= {name: draw(font, character) for name, font in zip(names, fonts, strict=True)}
        variants[names[0]] = names
    features = ""
    for i in (1, 2):
        drawn |= {f"{places[ord(c)]}.{i}": draw(sizes[i - 1], c) for c in LARGER}
        rules = "".join("sub {0} by {0}.{1};".format(places[ord(c)], i) for c in LARGER)
        features += f"feature ss0{i} {{{rules}}} ss0{i};"
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(drawn))
    builder.setupCharacterMap(places)
    builder.setupGlyf({name: glyph for name, (glyph, _) in drawn.items()})
    glyf = builder.font["glyf"]
    edges = {name: getattr(glyf[name], "xMin", 0) for name in drawn}
    builder.setupHorizontalMetrics(
        {name: (width, edges[name]) for name, (_, width) in drawn.items()}
    )
    builder.setupHorizontalHeader(ascent=700, descent=-80)
    builder.setupNameTable({"familyName": "Explorable Formula", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=700, sTypoDescender=-80, usWinAscent=1000, usWinDescent=300)
    builder.setupPost(keepGlyphNames=False)
    addOpenTypeFeaturesFromString(builder.font, features)
    heights = {
        name: [(v, glyf[v].yMax - glyf[v].yMin) for v in vs] for name, vs in variants.items()
    }
    accents = {places[place]: drawn[places[place]][1] // 2 + 40 for place in ITALIC.values()}
    buildMathTable(
        builder.font,
        CONSTANTS,
        topAccentAttachments=accents,  # browsers drop a table without marks of this kind
        vertGlyphVariants=heights,
        minConnectorOverlap=20,
    )
    head = main["head"]
    builder.updateHead(created=head.created, modified=head.modified)
    builder.font.recalcTimestamp = False
    return builder.font


def main() -> None:
    live = formula_font()
    live.flavor = "woff2"
    live.save(LIVE)
    print(f"{LIVE.name:36}{'':7}{LIVE.stat().st_size:7}")
    if DROID.exists():
        characters = ",".join(f"U+{ord(c):04X}" for c in sorted(chinese()))
        cut(TTFont(DROID), STATIC / "fonts" / "chinese.woff2", characters)
    else:
        print(f"chinese.woff2 stays as it is: there is no {DROID}")
    for name, (published, weights) in TEXT_FONTS.items():
        part = BytesIO()
        whole = TTFont(PUBLISHED / published, recalcTimestamp=False)
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
