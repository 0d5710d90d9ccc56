"""The numbers on the page of notation."""

import numpy as np

from lib.information import self_information

NUMBERS = [
    ("| 1.4427 bits |", self_information(1 / np.e, base=2), "1.4427"),
    ("| 0.6931 nats |", self_information(1 / 2), "0.6931"),
    ("| 2.3026 nats, 3.3219 bits |", self_information(1 / 10), "2.3026"),
    ("| 2.3026 nats, 3.3219 bits |", self_information(1 / 10, base=2), "3.3219"),
]
