"""The numbers in the chapter on entropy."""

import re
import zlib
from itertools import product
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
CODES = np.array(list(product(range(1, 7), repeat=3)))
ALL_MEANS = expected_length(np.tile(BOX, (len(CODES), 1)), CODES)
MEANS = ALL_MEANS[kraft_sum(CODES) <= 1]
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


def mean_estimate(size: int) -> float:
    """Return the mean entropy of the frequencies in samples of ten equal outcomes."""
    rng = np.random.default_rng(0)
    samples = {
        n: entropy(rng.multinomial(n, np.full(10, 0.1), size=2000) / n).mean()
        for n in (10, 100, 1000)
    }
    return samples[size]


def bias(outcomes: int, draws: int) -> float:
    """Return by how many nats the estimate is too low, to first order."""
    return (outcomes - 1) / (2 * draws)


def zipped(words: list[str]) -> tuple[int, int]:
    """Return the bits of ten thousand balls in a code, and of the same bits in zlib's."""
    balls = np.random.default_rng(0).choice(3, size=10_000, p=BOX)
    bits = "".join(np.array(words)[balls])
    packed = np.packbits(np.array(list(bits), dtype=np.uint8)).tobytes()
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
    ("(A word of 1.74 bits, which green", self_information(0.3, base=2), "1.74"),
    ("about 4,500 of 20,000 bits", round(WASTEFUL[0] - WASTEFUL[1], -2), "4,500"),
    ("about 4,500 of 20,000 bits", WASTEFUL[0], "20,000"),
    ("the entropy, 14,855 bits for ten thousand", 10_000 * entropy(BOX, base=2), "14,855"),
    ("there $L = H(P) + 1$", expected_length([1.0], shannon_lengths([1.0])), "1"),
    ("share of one half from 0.25 to 0.75", 2.0**-2, "0.25"),
    ("share of one half from 0.25 to 0.75", 2.0**-2 + 2.0**-1, "0.75"),
    ("*differential entropy* is −0.6931 nats", -np.log(1 / 0.5), "−0.6931"),
    ("1.4855 bits of the beginning", entropy(BOX, base=2), "1.4855"),
    (r"carries $-\ln 0.5 = 0.6931$ [nats]", self_information(0.5), "0.6931"),
    (r"carries $-\ln 0.2 = 1.6094$", self_information(0.2), "1.6094"),
    ("The entropy of the box is 1.0297 nats, or", entropy(BOX), "1.0297"),
    ("nats, or 1.4855 bits. That is", BITS, "1.4855"),
    ("marks p = 0.9 with 0.469 bits", binary_entropy(0.9, base=2), "0.469"),
    ("A fair coin has one bit, 0.69 nats", binary_entropy(0.5), "0.69"),
    ("nine times in ten has 0.47 bits", binary_entropy(0.9, base=2), "0.47"),
    (r"is uncertain by $\ln 10 = 2.3026$ nats", entropy(uniform(10)), "2.3026"),
    ('"1.0297 nats" says little', entropy(BOX), "1.0297"),
    ("The box is worth 2.80 equally", perplexity(BOX), "2.80"),
    ("$0.3 / 0.5 = 0.6$", 0.3 / 0.5, "0.6"),
    ("Both ways give 1.0297 nats", binary_entropy(0.5) + 0.5 * entropy([0.6, 0.4]), "1.0297"),
    ("every ball costs 2 bits", expected_length(BOX, [2, 2, 2]), "2"),
    ("| black | 0.5 | `0` | 1 |", huffman_lengths(BOX)[0], "1"),
    ("| green | 0.3 | `10` | 2 |", huffman_lengths(BOX)[1], "2"),
    ("| blue | 0.2 | `11` | 2 |", huffman_lengths(BOX)[2], "2"),
    (r"0.2 \cdot 2 = 1.5$ bits a ball", expected_length(BOX, [1, 2, 2]), "1.5"),
    ("you reach 1.5 bits and no less", MEANS.min(), "1.5"),
    ("has $3^3 = 27$ words", 3**3, "27"),
    ("Five at a time need 1.4915 bits", blocks(5), "1.4915"),
    ("bits a ball, and the entropy is 1.4855", BITS, "1.4855"),
    (r"A fair die has $\log_2 6 = 2.5850$ bits", entropy(uniform(6), base=2), "2.5850"),
    ("The loaded die has 2.1610 bits", entropy(LOADED, base=2), "2.1610"),
    ("and a perplexity of 4.47", perplexity(LOADED), "4.47"),
    ("It is largest at $p = 1/e = 0.3679$", np.exp(-1), "0.3679"),
    (r"up to $\log_2 3 = 1.5850$ bits", entropy(uniform(3), base=2), "1.5850"),
    ("the ten-ball box has 1.4855", BITS, "1.4855"),
    ("two outcomes is another number, 0.6931", binary_entropy(0.5), "0.6931"),
    (r"the true entropy is $\ln 10 = 2.3026$", entropy(uniform(10)), "2.3026"),
    ("From ten draws you get 1.77", mean_estimate(10), "1.77"),
    ("for 100 draws is 0.045", bias(10, 100), "0.045"),
    (r"$\log_2 8 = 3$ is the maximum", entropy(uniform(8), base=2), "3"),
    (r"\tfrac18 + \tfrac18 = 1$: the budget", kraft_sum([1, 2, 3, 3]), "1"),
    ("*towards* 1.4855 bits", BITS, "1.4855"),
    ("the entropy, which is 1.4855 bits for independent", BITS, "1.4855"),
    ("The information contents are 1, 2, 3 and 3 bits", self_information(1 / 8, base=2), "3"),
    (r"\tfrac18 \cdot 3 = 1.75$ bits", entropy(EIGHTHS, base=2), "1.75"),
    ("$2^{1.75} = 3.3636$", perplexity(EIGHTHS), "3.3636"),
    ("in some order, are 0.6390, 1.0549 and 0 nats", entropy([0.8, 0.1, 0.1]), "0.6390"),
    ("in some order, are 0.6390, 1.0549 and 0 nats", entropy([0.4, 0.4, 0.2]), "1.0549"),
    ("80 percent of one colour 0.6390", entropy([0.8, 0.1, 0.1]), "0.6390"),
    ("the most even one 1.0549", entropy([0.4, 0.4, 0.2]), "1.0549"),
    ("= 1.4855 + 1 = 2.4855$ bits", BITS, "1.4855"),
    ("= 1.4855 + 1 = 2.4855$ bits", BITS + 1, "2.4855"),
    ("The lengths are 1, 2 and 3, with", shannon_lengths(BOX)[2], "3"),
    ("with a Kraft sum of 0.875", kraft_sum(shannon_lengths(BOX)), "0.875"),
    ("an average of 1.7 bits", expected_length(BOX, shannon_lengths(BOX)), "1.7"),
    ("with it blue can have a word of 2 bits", huffman_lengths(BOX)[2], "2"),
    ("Of the 216 choices", len(CODES), "216"),
    ("is (1, 2, 2) with 1.5 bits", MEANS.min(), "1.5"),
    ("the shortest is (1, 1, 1) with 1 bit", ALL_MEANS.min(), "1"),
    ("The estimate is 4.1317 bits", entropy(COUNTS / COUNTS.sum(), base=2), "4.1317"),
    ("below the 4.7004 of an even", entropy(uniform(26), base=2), "4.7004"),
    ("correction of 0.10 bits", bias(COUNTS.size, COUNTS.sum()) / np.log(2), "0.10"),
]
#: Sentences, and whether a computation bears them out.
STATED = [
    ("leave a quarter of the budget unspent", kraft_sum([2, 2, 2]) == 0.75),
    ("(1, 2, 2) spend all of it", kraft_sum([1, 2, 2]) == 1),
    ("lay them side by side, *the largest first*", all(laid_down(sorted([2, 1, 2])))),
    ("Lengths (2, 1, 2), laid down as they come", laid_down([2, 1, 2]) == [True, False, True]),
    (
        "costs less than one bit, as long as there is anything to say",
        expected_length(BOX, shannon_lengths(BOX)) < BITS + 1,
    ),
    (
        "A certain outcome is the exception.",
        expected_length([1.0], shannon_lengths([1.0])) == entropy([1.0], base=2) + 1,
    ),
    ("The entropy of outcomes that can be counted is never negative", np.log(0.5) < 0),
    ("zlib's own bookkeeping makes the message longer", TIGHT[1] > TIGHT[0]),
    ("What is left is still more than the entropy", WASTEFUL[1] > 10_000 * BITS),
]
