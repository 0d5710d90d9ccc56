"""The units of information a reader can choose."""

from lib._units import BASES

__all__ = ["BASES", "UNITS"]

#: As ``options`` of a `Choice` trait.
UNITS = {unit: unit for unit in BASES}
