"""How often three letters follow each other in the text of the character model."""

import hashlib
import json
import re

import numpy as np

from benchmarks.language_model.sources import Text
from lib.language import COUNTED, LETTERS


def counts(text: str) -> np.ndarray:
    """Return the counts, of shape (27, 27, 27): one blank is all that is between two letters."""
    codes = np.array([LETTERS.index(c) for c in re.sub("[^a-z]+", " ", text.lower())])
    found = np.zeros((len(LETTERS),) * 3, dtype=np.int64)
    np.add.at(found, (codes[:-2], codes[1:-1], codes[2:]), 1)
    return found


def write(text: Text) -> None:
    """Write the counts beside the weights, and what says how to read them."""
    found = counts(text.learnt)
    small = found.astype("<u2")
    if np.any(small != found):
        raise OverflowError("a count does not fit into two bytes")
    data = small.tobytes()
    about = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "text_sha256": text.sha256,
        "arrays": [{"name": "threes", "shape": small.shape, "dtype": "<u2"}],
    }
    COUNTED.with_suffix(".bin").write_bytes(data)
    COUNTED.write_text(json.dumps(about) + "\n", encoding="utf-8")
