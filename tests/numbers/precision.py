"""The numbers in the chapter on few bits and many classes."""

import inspect
import json
import math
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lib.losses import (
    binary_cross_entropy_with_logits,
    linear_cross_entropy,
    linear_cross_entropy_value_and_grad,
    softmax_cross_entropy,
)
from lib.precision import (
    FORMULAS,
    correct_digits,
    round_to,
    rounded_loss,
    rounded_loss_grad,
    spacing,
)

#: What the trainer of another library has logged: benchmarks/filtered.py.
MEASURED = json.loads(
    (Path(__file__).parents[2] / "benchmarks" / "filtered.json").read_text(encoding="utf-8")
)
LOGGED = {name: float(loss) for name, loss in MEASURED["logged"].items()}
MARGINS = np.arange(1, 20_001) / 100


def ends(dtype: str, formula: str) -> float:
    """Return the first margin at which the loss of a right answer is 0."""
    return MARGINS[rounded_loss(MARGINS, dtype, formula=formula) == 0].min()


def torch_ends(f: Callable[[torch.Tensor], torch.Tensor], dtype: torch.dtype) -> float:
    """Return the first margin at which a number of PyTorch's is 0, each computed by itself."""
    low, high = 0, len(MARGINS)  # what is 0 once stays so
    while high - low > 1:
        middle = (low + high) // 2
        value = f(torch.tensor(MARGINS[middle - 1], dtype=dtype, requires_grad=True))
        low, high = (low, middle) if float(value.detach()) == 0 else (middle, high)
    return MARGINS[high - 1]


def bce(label: float, *, slope: bool = False) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return PyTorch's binary loss of a right answer, or its slope, as a function of the margin."""

    def loss(margin: torch.Tensor) -> torch.Tensor:
        y = torch.full_like(margin, label)
        value = F.binary_cross_entropy_with_logits(margin if label else -margin, y)
        return torch.autograd.grad(value, margin)[0] if slope else value

    return loss


def running_sum(value: float, dtype: str, most: int = 10_000) -> tuple[float, int]:
    """Return where a running sum stands still, and after how many."""
    total, value = 0.0, float(round_to(value, dtype))
    for count in range(most):
        after = float(round_to(total + value, dtype))
        if after == total:
            return total, count
        total = after
    return total, most


def filtered(losses: list[float]) -> float:
    """Return what the filter of NaN logs, by its rule."""
    total = 0.0
    for count, loss in enumerate(losses):
        total += loss if math.isfinite(loss) else total / (1 + count)
    return total / len(losses)


def peak(**options: int) -> float:
    """Return the most memory, in MB, that value and gradients of the chapter's last layer take."""
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(512, 64)).astype(np.float32)
    W = (rng.normal(size=(20_000, 64)) / 8).astype(np.float32)
    labels = rng.integers(20_000, size=512)
    tracemalloc.start()
    linear_cross_entropy_value_and_grad(hidden, W, labels, **options)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def shares() -> dict[str, tuple[float, float]]:
    """Return the mean loss in bfloat16 as a share of the truth, and how many are 0, by formula."""
    leads = np.random.default_rng(0).normal(6.0, 2.0, size=10_000).clip(0.1)
    exact = binary_cross_entropy_with_logits(leads, np.ones(10_000))
    found = {f: rounded_loss(leads, "bfloat16", formula=f) for f in FORMULAS}
    return {f: (np.mean(x) / exact, np.mean(x == 0)) for f, x in found.items()}


def epsilon_slope(margin: float) -> float:
    return float(rounded_loss_grad(-margin, "float32", formula="epsilon"))


def half_mean(
    rows: int, dtype: torch.dtype = torch.float16, reduction: str = "mean"
) -> tuple[float, float]:
    """Return PyTorch's loss of equal scores, and the largest entry of its gradient."""
    scores = torch.zeros(rows, 2, dtype=dtype, requires_grad=True)
    labels = torch.zeros(rows, dtype=torch.long)
    loss = F.cross_entropy(scores, labels, reduction=reduction)
    (slope,) = torch.autograd.grad(loss, scores)
    return float(loss.detach()), float(slope.abs().max())


def in_autocast() -> list[float]:
    """Return PyTorch's loss of bfloat16 scores that lead by 6, under autocast and without."""
    z, y = torch.tensor([[6.0, 0.0]]).bfloat16(), torch.tensor([0])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        within = F.cross_entropy(z, y)
    return [float(within), float(F.cross_entropy(z, y))]


def typed_as_written(dtype: str) -> float:
    """Return the first lead at which formulas without a maximum subtracted break, all at once."""
    m = np.asarray(round_to(MARGINS, dtype))
    e = np.asarray(round_to(np.exp(m), dtype))
    with np.errstate(invalid="ignore"):
        nan = np.isnan(e / round_to(e + 1, dtype))
    infinite = np.isinf(np.log(round_to(e + 1, dtype)) - m)
    assert np.array_equal(nan, infinite)
    return MARGINS[nan].min()


def breaks(computed: Callable[..., np.ndarray], formula: str) -> float:
    """Return from where on a wrong answer's loss or slope in 32 bits is 0, infinite or NaN."""
    values = computed(-MARGINS, "float32", formula=formula)
    return MARGINS[(values == 0) | ~np.isfinite(values)].min()


def added_in_32_bits(margin: float, classes: int, dtype: str) -> float:
    """Return the fourth formula with its sum added in 32 bits and rounded."""
    m = float(round_to(margin, dtype))
    total = round_to(float(np.float32(1 + (classes - 1) * np.exp(-m))), dtype)
    return float(round_to(np.log(total), dtype))


def torch_loss(margin: float, classes: int, dtype: str) -> float:
    """Return PyTorch's loss of a score that leads all others by a margin."""
    scores = torch.zeros(1, classes)
    scores[0, 0] = margin
    return float(F.cross_entropy(scores.to(getattr(torch, dtype)), torch.tensor([0])))


def divergence(dtype: torch.dtype) -> float:
    """Return PyTorch's divergence of the chapter's two predictions, from their scores."""
    scores = 2 * torch.randn(2, 50_257, generator=torch.Generator().manual_seed(0))
    one, other = (torch.distributions.Categorical(logits=z.to(dtype)) for z in scores)
    return float(torch.distributions.kl_divergence(one, other))


def half_gradient() -> list[float]:
    """Return PyTorch's loss of float16 scores that lead by 8, and the gradient."""
    z = torch.tensor([[8.0, 0.0]], dtype=torch.float16, requires_grad=True)
    loss = F.cross_entropy(z, torch.tensor([0]))
    (slopes,) = torch.autograd.grad(loss, z)
    return [float(loss.detach()), *slopes[0].tolist()]


def worst_digits(margin: float, *, rounded_margin: bool = False) -> float:
    """Return the digits that log1p gets right in bfloat16 about a margin, at worst.

    With `rounded_margin`, compared with the loss of the margin as it is once rounded.
    """
    margins = margin + np.arange(100) / 100
    meant = round_to(margins, "bfloat16") if rounded_margin else margins
    exact = binary_cross_entropy_with_logits(meant, np.ones(100), reduction="none")
    computed = rounded_loss(margins, "bfloat16", formula="softplus")
    return float(correct_digits(computed, exact, "bfloat16").min())


def slope_ends(dtype: str, formula: str) -> float:
    """Return the first margin at which the slope of a right answer is 0."""
    return MARGINS[rounded_loss_grad(MARGINS, dtype, formula=formula) == 0].min()


SHIFTED = softmax_cross_entropy(round_to(np.array([1002.0, 1000.0, 999.0]), "bfloat16"), 0)
SCALER = inspect.signature(torch.amp.GradScaler.__init__).parameters
SHARES = shares()
FLAT = torch.zeros(151_936)
OPENING = "exactly 0 as soon as the right class leads by 7.63, in `bfloat16` by 5.55"
STOPS = "the loss stops at $-\\ln 10^{-8} = 18.42$"
GONE = "is gone from a margin of 14.56 on, and the slope of the label 1 from 16.64 on"
TAKES = "151,936 scores: 4.98 GB in `float32`, 2.49 GB in 16 bits"
NEAR = "the scores of `bfloat16` are 0.0625 apart, those of `float16` 0.0078"
HALF = "at $11 \\ln 2$, $8 \\ln 2$ and $24 \\ln 2$"
LEAST = "at least $2^{-25}/10^{-9} = 29.8$"
TRAP = "a sure mistake costs 18.42 at most"
LATER = "there that is 17.34, hardly later than the 16.64 of the fifth formula"
BROKEN = "from 103.98 on, and the slope is NaN before that, from 88.73 on"
VANISHES = "at 90 to $-8 \\times 10^{-32}$, and from 103.98 on it is 0"

#: The loss that is added a million times.
GIVEN = ("a million samples, 0.693 each", "and 0.693 is less than half of the way")

NUMBERS = [
    ("Or each loss is 0.0003,", binary_cross_entropy_with_logits(8.0, 1), "0.0003"),
    (OPENING, ends("float16", "softmax"), "7.63"),
    (OPENING, ends("bfloat16", "softmax"), "5.55"),
    ("NaN or ∞ in `float16` from a lead of 11.09 on", typed_as_written("float16"), "11.09"),
    (LATER, ends("float16", "softplus"), "17.34"),
    (LATER, ends("float16", "float32"), "16.64"),
    (BROKEN, breaks(rounded_loss, "softmax"), "103.98"),
    (BROKEN, breaks(rounded_loss_grad, "softmax"), "88.73"),
    (VANISHES, breaks(rounded_loss_grad, "epsilon"), "103.98"),
    (VANISHES, -1e32 * epsilon_slope(90.0), "8"),
    (
        "it comes out as 45,536, where 45,414 is due",
        half_mean(65_519, reduction="sum")[0],
        "45,536",
    ),
    ("it comes out as 45,536, where 45,414 is due", 65_519 * math.log(2), "45,414"),
    ("32 × 2,047 is 65,504, the largest", 32 * 2047, "65,504"),
    ("At 90 the probability is $8 \\times 10^{-40}$", float(np.exp(-90.0)) * 1e40, "8"),
    ("which ends at 14.44 and, in `bfloat16`, at 4.00", ends("float32", "logsumexp"), "14.44"),
    ("which ends at 14.44 and, in `bfloat16`, at 4.00", ends("bfloat16", "logsumexp"), "4.00"),
    ("knows no more than that already gives −4.6", math.log(0.01 / 0.99), "−4.6"),
    ("The first mean is 0.695 and not 0.693", half_mean(65_519)[0], "0.695"),
    ("The first mean is 0.695 and not 0.693", math.log(2), "0.693"),
    ("the gradient of `cross_entropy` is $[0, 0.0003]$", half_gradient()[2], "0.0003"),
    ("in `bfloat16` it comes out as 4.09", divergence(torch.bfloat16), "4.09"),
    ("the peak is 51 MB", peak(), "51"),
    ("not three times 41", 512 * 20_000 * 4 / 1e6, "41"),
    ("at $m = 11 \\ln 2 = 7.62$", 11 * math.log(2), "7.62"),
    ("is 0 from a lead of 4 on, where the truth is 0.018", ends("bfloat16", "logsumexp"), "4"),
    (
        "is 0 from a lead of 4 on, where the truth is 0.018",
        binary_cross_entropy_with_logits(4.0, 1),
        "0.018",
    ),
    ("from a lead of 4 on, the truth is still 0.018", ends("bfloat16", "logsumexp"), "4"),
    ("and one in `float32` 0.0025", binary_cross_entropy_with_logits(6.0, 1), "0.0025"),
    (
        "in `bfloat16` lasts until 6.24",
        torch_ends(
            lambda m: -torch.log(torch.softmax(torch.stack([m, 0 * m]), -1)[0]), torch.bfloat16
        ),
        "6.24",
    ),
    ("and no score leads by 36,", math.floor(53 * math.log(2)), "36"),
    ("that lead by 8 pull together with 0.34", 1000 / (1 + math.exp(8)), "0.34"),
    (STOPS, -math.log(1e-8), "18.42"),
    (TRAP, rounded_loss(-100.0, "float32", formula="epsilon"), "18.42"),
    ("at a margin of 20 it is down to −0.17", epsilon_slope(20.0), "−0.17"),
    (GONE, torch_ends(bce(0.0), torch.float32), "14.56"),
    (GONE, torch_ends(bce(1.0, slope=True), torch.float32), "16.64"),
    (
        "the loss of the label 0 is gone from 4.15 on",
        torch_ends(bce(0.0), torch.bfloat16),
        "4.15",
    ),
    ("| ten of 2.0 | 2.0 |", LOGGED["ten good"], "2.0"),
    ("| four of 2.0, then six NaN | 1.76 |", LOGGED["four good, six NaN"], "1.76"),
    ("| six NaN, then four of 2.0 | 0.8 |", LOGGED["six NaN, four good"], "0.8"),
    ("| one of 2.0, then nine NaN | 1.1 |", LOGGED["one good, nine NaN"], "1.1"),
    ("| ten NaN | 0.0 |", LOGGED["ten NaN"], "0.0"),
    ("since 1.76 is less than 2", filtered([2.0] * 4 + [math.nan] * 6), "1.76"),
    ("here 2.75 is logged", filtered([3.0] * 5 + [math.nan] * 5), "2.75"),
    ("grows by 1.6 each time and ends at 17.6", 8 / 5, "1.6"),
    (
        "grows by 1.6 each time and ends at 17.6",
        10 * filtered([2.0] * 4 + [math.nan] * 6),
        "17.6",
    ),
    ("the sum stands still at 256: the next number", running_sum(0.693, "bfloat16")[0], "256"),
    ("the next number is 258", 256 + spacing(256.0, "bfloat16"), "258"),
    (
        "the mean comes out as 0.689",
        np.cumsum(np.full(1_000_000, 0.693, dtype=np.float32))[-1] / 1e6,
        "0.689",
    ),
    ("With one more token in each there are 65,536 labels", 32 * 2048, "65,536"),
    ("the loss is $\\ln 151{,}936 = 11.93$", math.log(151_936), "11.93"),
    ("for a loss of 5.55, less than half", math.log(running_sum(1.0, "bfloat16")[0]), "5.55"),
    ("and gets 11.94 in `bfloat16`", float(torch.logsumexp(FLAT.bfloat16(), -1)), "11.94"),
    ("which for `bfloat16` is 0.0078", spacing(1.0, "bfloat16"), "0.0078"),
    (TAKES, 8192 * 151_936 * 4 / 1e9, "4.98"),
    (TAKES, 8192 * 151_936 * 2 / 1e9, "2.49"),
    ("With chunks half of the 10 MB", peak(chunk_size=2048), "10"),
    ("a norm of 0.1 that is scaled by 65,536 is 6,554", 0.1 * 65_536, "6,554"),
    (NEAR, spacing(8.0, "bfloat16"), "0.0625"),
    (NEAR, spacing(8.0, "float16"), "0.0078"),
    ("a type whose numbers are 0.03 apart there", spacing(5.0, "bfloat16"), "0.03"),
    (LEAST, 2.0**-25 / 1e-9, "29.8"),
    ("$2^{24}$ = 16,777,216", 2**24, "16,777,216"),
]

STATED = [
    (
        "near 100 its numbers are 0.5 apart, and 1000 is followed by 1004",
        spacing(100.0, "bfloat16") == 0.5 and spacing(1000.0, "bfloat16") == 4,
    ),
    (
        "from $6 \\times 10^{-8}$ to 65,504",
        round(spacing(0.0, "float16") * 1e8) == 6
        and round_to(65_504.0, "float16") == 65_504
        and np.isinf(round_to(65_520.0, "float16")),
    ),
    (
        "goes no further than 448, knows no infinity",
        round_to(448.0, "float8_e4m3fn") == 448 and np.isnan(round_to(1e3, "float8_e4m3fn")),
    ),
    ("the numbers after 1 begin with $1 + 2^{-10}$", spacing(1.0, "float16") == 2.0**-10),
    (
        HALF,
        all(
            round_to(1 + math.exp(-(d + 1) * math.log(2) + 1e-6), dtype) > 1
            and round_to(1 + math.exp(-(d + 1) * math.log(2) - 1e-6), dtype) == 1
            for dtype, d in (("float16", 10), ("bfloat16", 7), ("float32", 23))
        ),
    ),
    (
        "except that $S$ is added in 32 bits, however many classes there are, and then rounded",
        all(
            torch_loss(m, classes, dtype) == added_in_32_bits(m, classes, dtype)
            for dtype in ("bfloat16", "float16")
            for classes in (2, 10, 1000)
            for m in np.arange(0, 1500, 31) / 100
        ),
    ),
    (
        "A lead of 6 in `bfloat16` costs 0",
        in_autocast()[1] == 0 and ends("bfloat16", "log_softmax") < 6,
    ),
    (
        "within it `cross_entropy` runs in `float32`",
        abs(in_autocast()[0] / binary_cross_entropy_with_logits(6.0, 1) - 1) < 0.01,
    ),
    (
        "and the slope is NaN before that",
        np.isnan(rounded_loss_grad(-90.0, "float32", formula="softmax"))
        and np.isfinite(rounded_loss(-90.0, "float32", formula="softmax"))
        and np.isinf(rounded_loss(-105.0, "float32", formula="softmax")),
    ),
    (
        "$g - g p$ is one infinity less another",
        np.isinf(round_to(1 / round_to(np.exp(-90.0), "float32"), "float32"))
        and round_to(np.exp(-90.0), "float32") > 0,
    ),
    (
        "this slope is 0 from the same lead on as the loss",
        all(
            slope_ends(dtype, formula) == ends(dtype, formula)
            for dtype in ("float32", "bfloat16", "float16", "float8_e4m3fn")
            for formula in FORMULAS
        ),
    ),
    (
        "the gradient of `cross_entropy` is $[0, 0.0003]$",
        half_gradient()[:2] == [0, 0] < half_gradient()[2:],
    ),
    ("in `float16` even then it is infinite", math.isinf(divergence(torch.float16))),
    ("less than half of what is due", math.log(256) < math.log(151_936) / 2),
    (
        "From scores, the loss is 90 and the slope −1",
        rounded_loss(-90.0, "float32", formula="log_softmax") == 90
        and rounded_loss_grad(-90.0, "float32", formula="log_softmax") == -1,
    ),
    (
        "log1p loses them slowly, because the margin itself is rounded",
        2 > worst_digits(2.0) > worst_digits(20.0) > 1 > worst_digits(80.0) > 0.4
        and worst_digits(80.0, rounded_margin=True) > 2,
    ),
    ("In PyTorch 2.13 it is not", torch.__version__.startswith("2.13.")),
    (
        "$1 - 10^{-7}$ is 1 in all but `float32`",
        [
            d
            for d in ("float32", "bfloat16", "float16", "float8_e4m3fn")
            if round_to(1 - 1e-7, d) < 1
        ]
        == ["float32"],
    ),
    (
        "in e4m3fn, where $10^{-7}$ is 0 too, it protects neither",
        [d for d in ("float32", "bfloat16", "float16", "float8_e4m3fn") if round_to(1e-7, d) == 0]
        == ["float8_e4m3fn"],
    ),
    (
        "In `float16` $10^{-8}$ is 0, and the logarithm is",
        round_to(1e-8, "float16") == 0 and round_to(1e-7, "float16") > 0,
    ),
    ("Ten steps, with version 5.24", MEASURED["transformers"].startswith("5.24.")),
    (
        "without the filter | NaN |",
        math.isnan(LOGGED["four good, six NaN, no filter"])
        and all(
            math.isclose(
                LOGGED[name],
                filtered([2.0 if good else math.nan for good in pattern]),
                rel_tol=1e-6,
            )
            for name, pattern in (
                ("four good, six NaN", [1] * 4 + [0] * 6),
                ("six NaN, four good", [0] * 6 + [1] * 4),
                ("one good, nine NaN", [1] + [0] * 9),
                ("ten NaN", [0] * 10),
            )
        ),
    ),
    (
        "add pairs, then pairs of pairs, so that equals meet equals, and get it right",
        abs(float(torch.full((1_000_000,), 0.693).mean()) - 0.693) < 1e-6
        and abs(np.full(1_000_000, 0.693, dtype=np.float32).mean() - 0.693) < 1e-6,
    ),
    (
        "from 65,520 on the count is infinite",
        half_mean(65_519)[0] > 0.69 and half_mean(65_520) == (0.0, 0.0),
    ),
    (
        "The loss is then 0, and so is its gradient",
        half_mean(65_536) == (0.0, 0.0)
        and half_mean(65_536, torch.bfloat16)[1] > 0
        and half_mean(32 * 2047)[0] > 0.69,
    ),
    (
        "its `logsumexp` is infinite",
        math.isinf(float(torch.logsumexp(FLAT.half(), -1))),
    ),
    ("the three scores are one number, and the loss is $\\ln 3$", math.log(3) == SHIFTED),
    (
        "The loss is the same to seven digits",
        math.isclose(
            linear_cross_entropy(np.eye(3), np.eye(3), [0, 1, 2], chunk_size=2),
            linear_cross_entropy(np.eye(3), np.eye(3), [0, 1, 2]),
            rel_tol=1e-7,
        ),
    ),
    ("half of the 10 MB are the gradient of the weights", 4 < 20_000 * 64 * 4 / 1e6 < 6),
    (
        "begins with 65,536, halves the scale",
        SCALER["init_scale"].default == 65_536
        and SCALER["backoff_factor"].default == 0.5
        and SCALER["growth_factor"].default == 2
        and SCALER["growth_interval"].default == 2000,
    ),
    (
        "rounding them moves the mean by less than a hundredth",
        abs(SHARES["softplus"][0] - 1) < 0.01 and abs(SHARES["float32"][0] - 1) < 0.01,
    ),
    (
        "The trouble is the arithmetic between the scores and the loss",
        SHARES["logsumexp"][0] < 0.8 and SHARES["log_softmax"][1] > 0.5,
    ),
    (
        "$2^5$ to $2^{16}$",
        all(
            round_to(1e-9 * 2.0**k, "float16") > 0 and np.isfinite(round_to(2.0**k / 2, "float16"))
            for k in range(5, 17)
        )
        and round_to(1e-9 * 2.0**4, "float16") == 0
        and np.isinf(round_to(2.0**17 / 2, "float16")),
    ),
    (
        "below $65{,}520/0.5 = 131{,}040$",
        65_520 / 0.5 == 131_040
        and np.isinf(round_to(65_520.0, "float16"))
        and np.isfinite(round_to(65_519.0, "float16")),
    ),
    ("then $2^{16}$ alone is left", 1e-9 * 2**15 < 2.0**-14 < 1e-9 * 2**16),
    (
        "the loss of the label 0 is 0, and its slope $2 \\times 10^{-9}$",
        math.isclose(math.exp(-20), 2e-9, rel_tol=0.05),
    ),
]
