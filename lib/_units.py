"""The units of information and the base of the logarithm behind each."""

#: As ``base`` of the functions of `lib.information`.
BASES = {"nats": None, "bits": 2, "bans": 10}

#: As ``options`` of a trait of an explorable.
UNITS = {unit: unit for unit in BASES}
