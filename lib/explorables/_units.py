"""The units of information a reader can choose, and the base of the logarithm behind each."""

#: As ``options`` of a `Choice` trait.
UNITS = {"nats": "nats", "bits": "bits", "bans": "bans"}

#: As ``base`` of the functions of `lib.information`.
BASES = {"nats": None, "bits": 2, "bans": 10}
