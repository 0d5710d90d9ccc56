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
    ("the rain 4.6052", self_information(0.01), "4.6052"),
    ("The rain carries 6.6439 bits", bits(0.01), "6.6439"),
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
    ("| $1/e = 0.3679$ |", np.exp(-1), "0.3679"),
    ("So a bit is 0.6931 nats", self_information(0.5), "0.6931"),
    ("a ban is 2.3026 nats", self_information(0.1), "2.3026"),
    ("2.3026 nats or 3.3219 bits", bits(0.1), "3.3219"),
    (r"The number carries $-\log_2 \tfrac1{16} = 4$ bits", bits(1 / 16), "4"),
    ("from 1 to 1000 it is 9.9658 bits", bits(1 / 1000), "9.9658"),
    ("($2^9 = 512$)", 2**9, "512"),
    ("($2^{10} = 1024$)", 2**10, "1024"),
    ("above zero is the 1074th", -np.log2(np.nextafter(0, 1)), "1074"),
    (r"that it is round would carry $-\ln 0.999 = 0.0010$ nats", self_information(0.999), "0.0010"),
    ("There are 13,983,816 such draws", DRAWS, "13,983,816"),
    ("It is 23.7373 bits", bits(1 / DRAWS), "23.7373"),
    ("a little less than 24 heads", np.ceil(bits(1 / DRAWS)), "24"),
    ("In bans it is 7.1456", self_information(1 / DRAWS, base=10), "7.1456"),
    (r"surprise is $-\ln 0.01 = 4.6052$ nats", self_information(0.01), "4.6052"),
    ("surprised by 0.6931 nats only", self_information(0.5), "0.6931"),
    ("happens to double, from 1 bit to 2.", bits(1 / 4), "2"),
    (r"to $\tfrac18$ it goes from 2 to 3.", bits(1 / 8), "3"),
    ("Seven coin tosses, written down, carry 7 bits", bits(2.0**-7), "7"),
    ("- [x] 5 > $", bits(1 / 32), "5"),
    (r"five heads have the probability $2^{-5} = \tfrac{1}{32}$", 2**5, "32"),
    ("From 2 bits it goes to 3, not to 4", bits(1 / 8), "3"),
    ("- [x] 5 nats", self_information(np.exp(-2) * np.exp(-3)), "5"),
    ("multiply to $e^{-5}$", self_information(np.exp(-2) * np.exp(-3)), "5"),
    ("It grows by one bit, that is by 0.6931 nats", self_information(0.5), "0.6931"),
    (r"$-\log_2 \tfrac{1}{32} = 5$", bits(1 / 32), "5"),
    ("prints an information content of 1.7918", self_information(1 / 6), "1.7918"),
    (r"$\log_2 6 = 2.5850$", bits(1 / 6), "2.5850"),
    (r"$\ln 6 = 1.7918$", self_information(1 / 6), "1.7918"),
    (r"$\log_{10} 6 = 0.7782$", self_information(1 / 6, base=10), "0.7782"),
    ("0, 1, 3 and 10 bits", bits(1 / 8), "3"),
    ("0, 1, 3 and 10 bits", bits(1 / 1024), "10"),
    (r"$5 \times \log_2 10 = 16.6096$ bits", bits(1e-5), "16.6096"),
    (r"$5 \times \ln 10 = 11.5129$ nats", self_information(1e-5), "11.5129"),
    ("The probability is $10^{-5}$", self_information(1e-5, base=10), "5"),
    ("$2^5 = 32$ and $2^6 = 64$", 2**5, "32"),
    ("$2^5 = 32$ and $2^6 = 64$", 2**6, "64"),
    ("Exactly, it is 5.7004 bits", bits(1 / 52), "5.7004"),
    (r"\ln 8 / (-\ln 0.9) = 19.74$", RUN, "19.74"),
    ("the smallest whole number is 20", np.ceil(RUN), "20"),
    ("by 5.36% at 0.1", excess(0.1), "5.36"),
    ("by 0.50% at 0.01", excess(0.01), "0.50"),
    ("by 0.05% at 0.001", excess(0.001), "0.05"),
    (r"the first term is $1.4427\,\varepsilon$", 1 / np.log(2), "1.4427"),
    ("makes up 9 of 43 letters", COUNTS.max(), "9"),
    ("makes up 9 of 43 letters", COUNTS.sum(), "43"),
    ("letters and carries 2.2563 bits", bits(COUNTS.max() / COUNTS.sum()), "2.2563"),
    ("occur once carry 5.4263 bits each", bits(1 / COUNTS.sum()), "5.4263"),
]
#: Numbers of three decimals that are given, not computed.
GIVEN = [
    "a flat Earth a probability of 0.001",
    r"$-\ln 0.999 = ",
    r"for $\varepsilon = 0.1$, 0.01 and 0.001?",
    "by 0.05% at 0.001",
]
