"""The numbers in the glossary."""

import numpy as np

from lib.information import self_information

NUMBERS = [
    ("One ban is 2.3026 nats", self_information(1 / 10), "2.3026"),
    ("or 3.3219 bits", self_information(1 / 10, base=2), "3.3219"),
    ("One bit is 0.6931 nats", self_information(1 / 2), "0.6931"),
    ("One nat is 1.4427 bits", self_information(1 / np.e, base=2), "1.4427"),
    ("in 32 bits above 88.72", np.log(float(np.finfo("float32").max)), "88.72"),
    ("In 32 bits $e^{89}$ does", np.ceil(np.log(float(np.finfo("float32").max))), "89"),
]
