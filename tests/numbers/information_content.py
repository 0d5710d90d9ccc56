"""The numbers in the chapter on information content."""

from math import comb

import numpy as np

from lib.information import self_information

DRAWS = comb(49, 6)
SENTENCE = "the rarer an event the more you learn when it happens".replace(" ", "")
COUNTS = np.unique(list(SENTENCE), return_counts=True)[1]
RUN = self_information(1 / 8) / self_information(0.9)


def bits(p: float) -> float:
    return self_information(p, base=2)


def excess(epsilon: float) -> float:
    """Return by how many percent an event of probability 1 − ε carries more than ε nats."""
    return 100 * (self_information(1 - epsilon) / epsilon - 1)


NUMBERS = [
    ("The round Earth carries 0 nats", self_information(1.0), "0"),
    ("carries 0 nats, the rain 4.61", self_information(0.01), "4.61"),
    ("The rain carries 6.64 bits", bits(0.01), "6.64"),
    ("seven heads carry 7:", bits(2.0**-7), "7"),
    ("the ace of spades at p = 0.019", 1 / 52, "0.019"),
    ("at p = 0.019 and 3.95 nats", self_information(1 / 52), "3.95"),
    ("a six at p = 0.167 and 1.79 nats", 1 / 6, "0.167"),
    ("a six at p = 0.167 and 1.79 nats", self_information(1 / 6), "1.79"),
    ("heads at p = 0.5 and 0.69 nats", self_information(0.5), "0.69"),
    (r"$\tfrac12 \cdot \tfrac16 = \tfrac1{12}$", 1 / (1 / 2 * 1 / 6), "12"),
    ("carries little, 0.15 bits", bits(0.9), "0.15"),
    ("Twenty of them carry 3.04 bits", 20 * bits(0.9), "3.04"),
    ("laid end to end reach 3.04 bits", 20 * bits(0.9), "3.04"),
    ("The second ace carries 2.83 nats", self_information(3 / 51), "2.83"),
    ("more than the 2.56 of the first", self_information(4 / 52), "2.56"),
    ("| $1/e = 0.368$ |", np.exp(-1), "0.368"),
    ("So a bit is 0.693 nats", self_information(0.5), "0.693"),
    ("a ban is 2.303 nats", self_information(0.1), "2.303"),
    ("2.303 nats or 3.322 bits", bits(0.1), "3.322"),
    (r"The number carries $-\log_2 \tfrac1{16} = 4$ bits", bits(1 / 16), "4"),
    ("from 1 to 1000 it is 9.97 bits", bits(1 / 1000), "9.97"),
    ("($2^9 = 512$)", 2**9, "512"),
    ("($2^{10} = 1024$)", 2**10, "1024"),
    ("above zero is the 1074th", -np.log2(np.nextafter(0, 1)), "1074"),
    (r"that it is round would carry $-\ln 0.999 = 0.001$ nats", self_information(0.999), "0.001"),
    ("There are 13,983,816 such draws", DRAWS, "13,983,816"),
    ("It is 23.7 bits", bits(1 / DRAWS), "23.7"),
    ("a little less than 24 heads", np.ceil(bits(1 / DRAWS)), "24"),
    ("In bans it is 7.1,", self_information(1 / DRAWS, base=10), "7.1"),
    (r"surprise is $-\ln 0.01 = 4.61$ nats", self_information(0.01), "4.61"),
    ("surprised by 0.69 nats only", self_information(0.5), "0.69"),
    ("happens to double, from 1 bit to 2.", bits(1 / 4), "2"),
    (r"to $\tfrac18$ it goes from 2 to 3.", bits(1 / 8), "3"),
    ("Seven coin tosses, written down, carry 7 bits", bits(2.0**-7), "7"),
    ("- [x] 5 > $", bits(1 / 32), "5"),
    (r"five heads have the probability $2^{-5} = \tfrac{1}{32}$", 2**5, "32"),
    ("From 2 bits it goes to 3, not to 4", bits(1 / 8), "3"),
    ("- [x] 5 nats", self_information(np.exp(-2) * np.exp(-3)), "5"),
    ("multiply to $e^{-5}$", self_information(np.exp(-2) * np.exp(-3)), "5"),
    ("It grows by one bit, that is by 0.69 nats", self_information(0.5), "0.69"),
    (r"$-\log_2 \tfrac{1}{32} = 5$", bits(1 / 32), "5"),
    ("prints an information content of 1.7918", self_information(1 / 6), "1.7918"),
    (r"$\log_2 6 = 2.58$", bits(1 / 6), "2.58"),
    (r"$\ln 6 = 1.7918$", self_information(1 / 6), "1.7918"),
    (r"$\log_{10} 6 = 0.78$", self_information(1 / 6, base=10), "0.78"),
    ("0, 1, 3 and 10 bits", bits(1 / 8), "3"),
    ("0, 1, 3 and 10 bits", bits(1 / 1024), "10"),
    (r"$5 \times \log_2 10 = 16.6$ bits", bits(1e-5), "16.6"),
    (r"$5 \times \ln 10 = 11.5$ nats", self_information(1e-5), "11.5"),
    ("Its probability was $10^{-5}$", self_information(1e-5, base=10), "5"),
    ("$2^5 = 32$ and $2^6 = 64$", 2**5, "32"),
    ("$2^5 = 32$ and $2^6 = 64$", 2**6, "64"),
    ("More closely, it is 5.70 bits", bits(1 / 52), "5.70"),
    (r"\ln 8 / (-\ln 0.9) = 19.74$", RUN, "19.74"),
    ("the smallest whole number is 20", np.ceil(RUN), "20"),
    ("by 5.36% at 0.1", excess(0.1), "5.36"),
    ("by 0.50% at 0.01", excess(0.01), "0.50"),
    ("by 0.05% at 0.001", excess(0.001), "0.05"),
    (r"the first term is $1.44\,\varepsilon$", 1 / np.log(2), "1.44"),
    ("makes up 9 of 43 letters", COUNTS.max(), "9"),
    ("makes up 9 of 43 letters", COUNTS.sum(), "43"),
    ("letters and carries 2.26 bits", bits(COUNTS.max() / COUNTS.sum()), "2.26"),
    ("occur once carry 5.43 bits each", bits(1 / COUNTS.sum()), "5.43"),
    ("Its probability is 0.12.", 0.9**20, "0.12"),
]
#: Numbers of three decimals that are given, not computed.
GIVEN = [
    "a flat Earth a probability of 0.001",
    r"$-\ln 0.999 = ",
    r"for $\varepsilon = 0.1$, 0.01 and 0.001?",
    "by 0.05% at 0.001",
]
#: Heads, for a coin with two heads against a fair one: evidence, and information by either coin.
EVIDENCE = np.log10(1 / 0.5)
BY_EITHER = self_information([1, 0.5], base=10)
#: Two solutions of f(ab) = f(a) + f(b) on the probabilities 2^−m 3^−n, and pairs of probabilities,
#: the larger first. The second solution does not fall: 1/4 gets less than 1/3.
MONOTONE, OTHER = (lambda m, n: m * np.log(2) + n * np.log(3)), (lambda m, n: m + 5 * n)
PAIRS = [((0, 1), (2, 0)), ((1, 0), (0, 1)), ((1, 1), (3, 0))]
#: Sentences, and whether a computation bears them out.
STATED = [
    (
        "Evidence is the logarithm of a *ratio* of two probabilities",
        BY_EITHER[0] == 0 < EVIDENCE,
    ),
    (
        "no other falling function will do",
        all(MONOTONE(*a) < MONOTONE(*b) for a, b in PAIRS)
        and not all(OTHER(*a) < OTHER(*b) for a, b in PAIRS),
    ),
    ("and eight of them share the first place", np.sum(COUNTS == 1) == 8),
]
