"""The page rounds as ``lib`` does, to the bit, and so do the formulas that are made of rounding."""

import json
import subprocess

import numpy as np

from lib.precision import (
    FORMULAS,
    correct_digits,
    round_to,
    rounded_loss,
    rounded_loss_grad,
    spacing,
)
from tests.page_side import ROOT, node

NAMES = ["bfloat16", "float16", "float32", "float8_e4m3fn"]
PATH = (ROOT / "lib" / "explorables" / "js" / "math" / "precision.js").as_uri()
SCRIPT = f"""
import * as page from '{PATH}';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const view = new DataView(new ArrayBuffer(8));
const numberOf = (digits) => (view.setBigUint64(0, BigInt(digits)), view.getFloat64(0));
const textOf = (x) => (view.setFloat64(0, x), String(view.getBigUint64(0)));
const bitsOf = (x) => (Number.isNaN(x) ? 'nan' : textOf(x));
const answers = JSON.parse(text).map(([name, rest, bits]) =>
  bits.map((digits) => bitsOf(page[name](numberOf(digits), ...rest))));
console.log(JSON.stringify(answers));
"""


def on_the_page(*calls: tuple[str, np.ndarray, list]) -> list[list[str]]:
    """Return the 64 bits of what functions of the page give for each number, or ``nan``."""
    jobs = [
        (name, rest, [str(b) for b in x.astype(np.float64).view(np.uint64)])
        for name, x, rest in calls
    ]
    answer = subprocess.run(
        [node(), "--input-type=module", "-e", SCRIPT],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def bits_of(x: np.ndarray) -> list[str]:
    return ["nan" if np.isnan(v) else str(b) for v, b in zip(x, x.view(np.uint64), strict=True)]


def patterns(dtype: str) -> np.ndarray:
    """Random bits of 64, and around a format's numbers: subnormal, half-way, at the largest."""
    rng = np.random.default_rng(5)
    anything = rng.integers(0, 2**64, size=4000, dtype=np.uint64).view(np.float64)
    ordinary = rng.normal(size=3000) * 10.0 ** rng.uniform(-48, 40, size=3000)
    own = np.asarray(round_to(ordinary * rng.choice([1.0, 1e-3, 1e-36], size=3000), dtype))
    own = own[np.isfinite(own)]
    largest = {"bfloat16": 3.4e38, "float16": 65504.0, "float32": 3.4e38, "float8_e4m3fn": 448.0}
    edge = largest[dtype] * (1 + rng.uniform(-0.1, 0.1, size=500))
    half = own + spacing(own, dtype) / 2
    near = [np.nextafter(half, np.inf), np.nextafter(half, -np.inf)]
    small = spacing(0.0, dtype) * rng.integers(0, 40, size=500) / 8
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, 464.0, 65520.0, 1e308]
    return np.concatenate(
        [anything, ordinary, own, half, *near, edge, -edge, small, -small, special]
    )


def test_every_bit_of_a_rounded_number_agrees() -> None:
    cases = [(dtype, patterns(dtype)) for dtype in NAMES]
    page = on_the_page(*(("roundTo", x, [dtype]) for dtype, x in cases))
    for (dtype, x), rounded in zip(cases, page, strict=True):
        ours = np.asarray(round_to(x, dtype))
        assert (~np.isfinite(ours)).sum() > 200, "nothing is beyond the largest"
        assert rounded == bits_of(ours), dtype


def test_every_bit_of_a_loss_and_its_slope_agrees() -> None:
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.uniform(-200, 200, size=500), rng.normal(size=500) * 8, [0.0]])
    functions = [("roundedLoss", rounded_loss), ("roundedLossGrad", rounded_loss_grad)]
    cases = [(*both, dtype, f) for both in functions for dtype in NAMES for f in FORMULAS]
    page = on_the_page(*((name, x, [dtype, f]) for name, _, dtype, f in cases))
    for (name, ours, dtype, formula), answer in zip(cases, page, strict=True):
        expected = bits_of(np.asarray(ours(x, dtype, formula=formula)))
        assert answer == expected, (name, dtype, formula)


def test_the_digits_that_are_right_agree() -> None:
    computed = np.array([1.0, 1.01, 0.0, -1.0, np.inf, np.nan, 1 + 1e-9, 5.0])
    (page,) = on_the_page(("correctDigits", computed, [1.0, "float32"]))
    got = np.array([int(b) for b in page], dtype=np.uint64).view(np.float64)
    np.testing.assert_allclose(got, correct_digits(computed, 1.0, "float32"), rtol=1e-14)
