"""Arrays of the book's own that a figure needs besides its script, as the weights of a network."""

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"


def described(name: str, shape: tuple[int, ...], dtype: str) -> dict[str, Any]:
    """Say of an array what a view has to know to read its bytes."""
    return {"name": name, "shape": list(shape), "dtype": dtype}


@dataclass(frozen=True, order=True)
class Asset:
    """What stands in ``lib/data/<name>.bin``, as ``<name>.json`` beside it says.

    Its ``arrays`` list name, shape and dtype of each array, in the order of their bytes;
    little-endian, of a type that ``js/kit/data.js`` knows. A class names it in its ``needs``: a
    page of the site then loads a script of its own for it, beside the figure's, and a view in
    Jupyter asks the kernel.

    Parameters
    ----------
    name : of the two files.
    words : what a reader calls it, as in "Loading the character model."
    facts : what else of the JSON a view is told.
    """

    name: str
    words: str
    facts: tuple[str, ...] = ()

    @cached_property
    def about(self) -> dict[str, Any]:
        """What a view has to know of the bytes."""
        text = (DATA / f"{self.name}.json").read_text(encoding="utf-8")
        known = json.loads(text)
        return {"arrays": known["arrays"], "facts": {key: known[key] for key in self.facts}}

    def data(self) -> bytes:
        """Return the bytes of all arrays."""
        return (DATA / f"{self.name}.bin").read_bytes()

    def schema(self) -> dict[str, str]:
        """Describe it for a figure."""
        return {"name": self.name, "words": self.words}

    @property
    def file(self) -> str:
        """The name of its script on the site."""
        return f"data-{self.name}.js"

    def script(self) -> str:
        """Return the script: classic, because modules and requests do not work from file://."""
        held = {**self.about, "bytes": base64.b64encode(self.data()).decode("ascii")}
        return f"globalThis.CrossEntropyData_{self.name}={json.dumps(held)};\n"


#: The network of `lib.language.CharacterModel.load`.
CHARACTER_MODEL = Asset("character_model", "the character model", facts=("alphabet",))
#: The tables of `lib.language.NGramModel.load`.
CHARACTER_NGRAMS = Asset("character_ngrams", "the tables of letters", facts=("alphabet",))
