"""The numbers in the chapter on entropy."""

import re
import zlib
from itertools import product
from math import comb
from pathlib import Path

import numpy as np

from lib.coding import (
    expected_length,
    huffman_lengths,
    kraft_sum,
    prefix_code,
    shannon_lengths,
)
from lib.information import binary_entropy, entropy, perplexity, self_information

BOX = np.array([0.5, 0.3, 0.2])
TERMS = BOX * self_information(BOX)
BITS = entropy(BOX, base=2)
LOADED = [0.1, 0.1, 0.1, 0.1, 0.1, 0.5]
EIGHTHS = [1 / 2, 1 / 4, 1 / 8, 1 / 8]
CODES = np.array([code for code in product(range(1, 7), repeat=3) if kraft_sum(code) <= 1])
MEANS = expected_length(np.tile(BOX, (len(CODES), 1)), CODES)
CHAPTER = Path(__file__).parents[2] / "chapters" / "entropy.md"
TEXT = re.search(r'text = """(.*?)"""', CHAPTER.read_text(encoding="utf-8"), re.DOTALL)[1]
COUNTS = np.unique(list(re.sub(r"\s", "", TEXT)), return_counts=True)[1]


def uniform(classes: int) -> np.ndarray:
    """Return the uniform distribution over `classes` outcomes."""
    return np.full(classes, 1 / classes)


def blocks(balls: int) -> float:
    """Return the bits a ball that a Huffman code for blocks of balls takes."""
    joint = [np.prod(block) for block in product(BOX, repeat=balls)]
    return expected_length(joint, huffman_lengths(joint)) / balls


def bias(outcomes: int, draws: int) -> float:
    """Return by how many nats the estimate is too low, to first order."""
    return (outcomes - 1) / (2 * draws)


def true_bias(outcomes: int, draws: int) -> float:
    """Return by how many nats the estimate for equally likely outcomes is too low, exactly."""
    k = np.arange(1, draws + 1)
    ways = np.array([comb(draws, int(i)) for i in k], dtype=float)
    chance = ways * (1 / outcomes) ** k * (1 - 1 / outcomes) ** (draws - k)
    return np.log(outcomes) - outcomes * (chance * k / draws * self_information(k / draws)).sum()


def part(p: np.ndarray) -> np.ndarray:
    """Return what outcomes of probability p contribute to the entropy."""
    return p * self_information(p)


def variance(values: list[int]) -> float:
    """Return the variance of a payment that a fair coin decides."""
    return np.var(values)


def zipped(words: list[str]) -> tuple[int, int]:
    """Return the bits of ten thousand balls in a code, and of the same bits in zlib's."""
    balls = np.random.default_rng(0).choice(3, size=10_000, p=BOX)
    bits = "".join(words[ball] for ball in balls)
    packed = int(bits, 2).to_bytes(len(bits) // 8 + 1)
    return len(bits), 8 * len(zlib.compress(packed, 9))


def laid_down(lengths: list[int]) -> list[bool]:
    """Return which words claim a piece that exists, if laid side by side in this order."""
    starts = np.cumsum([0.0] + [2.0**-n for n in lengths[:-1]])
    return [float(start * 2.0**n).is_integer() for start, n in zip(starts, lengths, strict=True)]


WASTEFUL, TIGHT = zipped(["00", "01", "10"]), zipped(prefix_code(huffman_lengths(BOX)))
LEFT = 0.5 * binary_entropy(0.6, base=2)
assert np.isclose(entropy(BOX, base=2) - LEFT, 1), "black or not is worth its whole bit"

NUMBERS = [
    ("(1, 1, 2) ask for 1.25, and", kraft_sum([1, 1, 2]), "1.25"),
    ("Green would need a word of 1.74 bits.", self_information(0.3, base=2), "1.74"),
    ("about 4,500 of 20,000 bits", round(WASTEFUL[0] - WASTEFUL[1], -2), "4,500"),
    ("about 4,500 of 20,000 bits", WASTEFUL[0], "20,000"),
    ("above the entropy, 14,855 bits for ten thousand", 10_000 * entropy(BOX, base=2), "14,855"),
    ("at least one bit, $L = H(P) + 1$", expected_length([1.0], shannon_lengths([1.0])), "1"),
    ("put the half between 0.25 and 0.75", 2.0**-2, "0.25"),
    ("put the half between 0.25 and 0.75", 2.0**-2 + 2.0**-1, "0.75"),
    ("that is −0.69 nats", np.log(0.5), "−0.69"),
    ("1.4855 bits of the beginning", entropy(BOX, base=2), "1.4855"),
    (r"carries $-\ln 0.5 = 0.6931$ [nats]", self_information(0.5), "0.6931"),
    (r"carries $-\ln 0.2 = 1.6094$", self_information(0.2), "1.6094"),
    ("The entropy of the box is 1.0297 nats, or", entropy(BOX), "1.0297"),
    ("nats, or 1.4855 bits. That is", BITS, "1.4855"),
    ("marks p = 0.9 with 0.469 bits", binary_entropy(0.9, base=2), "0.469"),
    ("A fair coin has one bit, 0.69 nats", binary_entropy(0.5), "0.69"),
    ("nine times in ten has 0.47 bits", binary_entropy(0.9, base=2), "0.47"),
    (r"is uncertain by $\ln 10 = 2.30$ nats", entropy(uniform(10)), "2.30"),
    ('"1.03 nats" says little', entropy(BOX), "1.03"),
    ("The box is worth $e^{1.03} = 2.80$ equally", perplexity(BOX), "2.80"),
    ("The box is worth $e^{1.03} = 2.80$ equally", entropy(BOX), "1.03"),
    ("$0.3 / 0.5 = 0.6$", 0.3 / 0.5, "0.6"),
    ("The second term, 0.49 bits,", LEFT, "0.49"),
    ("a ball would cost 0.5 bits", BOX @ [0, 1, 1], "0.5"),
    ("p = 0.9, it is still nearly half a bit", 0.9, "0.9"),
    ("the variance of the payment is 0.25", variance([0, 1]), "0.25"),
    ("pay 0 or 1000, and it is 250,000", variance([0, 1000]), "250,000"),
    (r"has $+\ln 500 = 6.2$ nats", np.log(500), "6.2"),
    ("For ten draws it is 0.45, and", bias(10, 10), "0.45"),
    ("and the truth is 0.53", true_bias(10, 10), "0.53"),
    ("with all 26 the correction is 0.12", bias(26, COUNTS.sum()) / np.log(2), "0.12"),
    ("That counts the 22 letters", COUNTS.size, "22"),
    ("every ball costs 2 bits", expected_length(BOX, [2, 2, 2]), "2"),
    ("| black | 0.5 | `0` | 1 |", huffman_lengths(BOX)[0], "1"),
    ("| green | 0.3 | `10` | 2 |", huffman_lengths(BOX)[1], "2"),
    ("| blue | 0.2 | `11` | 2 |", huffman_lengths(BOX)[2], "2"),
    (r"0.2 \cdot 2 = 1.5$ bits a ball", expected_length(BOX, [1, 2, 2]), "1.5"),
    ("you reach 1.5 bits within the budget, and no less", MEANS.min(), "1.5"),
    ("has $3^3 = 27$ words", 3**3, "27"),
    ("Five at a time need 1.4915 bits", blocks(5), "1.4915"),
    ("bits a ball, and the entropy is 1.4855", BITS, "1.4855"),
    (r"A fair die has $\log_2 6 = 2.58$ bits", entropy(uniform(6), base=2), "2.58"),
    ("The loaded die has 2.16 bits", entropy(LOADED, base=2), "2.16"),
    ("and a perplexity of 4.47", perplexity(LOADED), "4.47"),
    ("It is largest at $p = 1/e = 0.37$", np.exp(-1), "0.37"),
    (r"up to $\log_2 3 = 1.58$ bits", entropy(uniform(3), base=2), "1.58"),
    ("the ten-ball box has 1.49", BITS, "1.49"),
    ("two outcomes is another number, 0.69", binary_entropy(0.5), "0.69"),
    (r"where $\ln 10 = 2.30$ would be right", entropy(uniform(10)), "2.30"),
    ("outcomes give 1.77 nats on average", np.log(10) - true_bias(10, 10), "1.77"),
    ("For 100 draws that is 0.045", bias(10, 100), "0.045"),
    (r"$\log_2 8 = 3$ is the maximum", entropy(uniform(8), base=2), "3"),
    (r"\tfrac18 + \tfrac18 = 1$: the budget", kraft_sum([1, 2, 3, 3]), "1"),
    ("*towards* 1.4855 bits", BITS, "1.4855"),
    ("the entropy, which is 1.4855 bits for independent", BITS, "1.4855"),
    ("The information contents are 1, 2, 3 and 3 bits", self_information(1 / 8, base=2), "3"),
    (r"\tfrac18 \cdot 3 = 1.75$ bits", entropy(EIGHTHS, base=2), "1.75"),
    ("$2^{1.75} = 3.36$", perplexity(EIGHTHS), "3.36"),
    ("= 1.4855 + 1 = 2.4855$ bits", BITS, "1.4855"),
    ("= 1.4855 + 1 = 2.4855$ bits", BITS + 1, "2.4855"),
    ("The lengths are 1, 2 and 3, with", shannon_lengths(BOX)[2], "3"),
    ("with a Kraft sum of 0.875", kraft_sum(shannon_lengths(BOX)), "0.875"),
    ("an average of 1.7 bits", expected_length(BOX, shannon_lengths(BOX)), "1.7"),
    ("with it blue can have a word of 2 bits", huffman_lengths(BOX)[2], "2"),
    ("The estimate is 4.13 bits", entropy(COUNTS / COUNTS.sum(), base=2), "4.13"),
    ("below the 4.70 of an even", entropy(uniform(26), base=2), "4.70"),
    ("correction of 0.10 bits", bias(COUNTS.size, COUNTS.sum()) / np.log(2), "0.10"),
]
#: The rarer of two outcomes.
RARE = np.linspace(0.001, 0.499, 499)


#: Sentences, and whether a computation bears them out.
STATED = [
    ("leave a quarter of the budget unspent", kraft_sum([2, 2, 2]) == 0.75),
    ("(1, 2, 2) spend all of it", kraft_sum([1, 2, 2]) == 1),
    (
        "side by side, *the largest first*, and each lands on a word",
        all(laid_down(sorted([2, 1, 2]))),
    ),
    ("Lengths (2, 1, 2), laid down as they come", laid_down([2, 1, 2]) == [True, False, True]),
    (
        "the average is less than one bit above the entropy",
        expected_length(BOX, shannon_lengths(BOX)) < BITS + 1,
    ),
    (
        "(If one outcome is certain, its length would be 0.",
        np.ceil(self_information(1.0, base=2)) == 0
        and expected_length([1.0], shannon_lengths([1.0])) == entropy([1.0], base=2) + 1,
    ),
    ("The entropy of discrete outcomes is never negative", np.log(0.5) < 0),
    ("its own bookkeeping makes the message longer", TIGHT[1] > TIGHT[0]),
    (
        "Huffman's code is only 1 percent above it",
        1.005 < TIGHT[0] / (10_000 * BITS) < 1.015,
    ),
    (
        "words that are sent one right after the other.",
        BOX @ [0, 1, 1] < BITS < 1.5 and sum(2.0**-n for n in [0, 1, 1]) > 1,
    ),
    (
        "made of ratios of densities, in which the unit cancels",
        np.log((1 / 0.5) / (1 / 1)) == np.log((1 / 500) / (1 / 1000)),
    ),
    ("In the box, green contributes the most", TERMS.argmax() == 1),
    (
        "the rarer one always contributes more",
        np.all(part(RARE) > part(1 - RARE)) and BOX.argmin() != TERMS.argmax(),
    ),
    ("For 100 draws that is 0.045, close to the truth", abs(true_bias(10, 100) - 0.045) < 0.001),
    ("and is still above the entropy, 14,855 bits", WASTEFUL[1] > 10_000 * BITS),
]
