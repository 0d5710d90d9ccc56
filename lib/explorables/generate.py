"""What the page takes from Python as data: ``python -m lib.explorables.generate``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lib._expressions import Tree, call_tree, names_in, tree
from lib.explorables.guessing_game import SENTENCES
from lib.explorables.loss_zoo import SPECIMENS, LossZooExplorer
from lib.language import LETTERS
from lib.losses.records import FAMILIES, RECORDS

FOLDER = Path(__file__).parent / "js" / "generated"
#: What the expressions name that is not a trait, and the trait behind it.
BEHIND = {"bit": "label", "sign": "label"}


def losses() -> dict[str, Any]:
    """Return the specimens, their expressions as data, and their families."""
    families = {
        name: {
            "symbol": family.symbol,
            "words": family.words,
            "domain": [tree(end) for end in family.domain],
            "start": family.start,
            "step": family.step,
            "range": {"loss": family.loss, "gradient": family.gradient},
        }
        for name, family in FAMILIES.items()
    }
    return {"families": families, "specimens": {name: specimen(name) for name in SPECIMENS}}


def specimen(name: str) -> dict[str, Any]:
    """Return what the page has to know of a specimen."""
    one, record = SPECIMENS[name], RECORDS[name]
    expressions: dict[str, Any] = {"value": tree(one.value), "slope": tree(one.slope)}
    where = {key: tree(part) for key, part in one.where.items()}
    found: dict[str, Any] = {"family": one.family, **expressions}
    if where:
        found["where"] = where
    if one.script:
        found["script"] = one.script.strip()
    else:
        index = f"[{', '.join(map(str, one.index))}]"
        found |= {**call_tree(one.call), "index": "[0]" * (record.inputs > 1) + index}
    if one.largest:
        found["largest"] = {trait: largest for trait, (largest, _) in one.largest.items()}
    trees: list[Tree] = [
        *expressions.values(),
        *where.values(),
        *(tree(end) for end in one.kind.domain),
        *found.get("args", []),
        *found.get("options", {}).values(),
    ]
    named = {BEHIND.get(key, key) for part in trees for key in names_in(part)}
    found["uses"] = [t for t in LossZooExplorer.class_traits(state=True) if t in named - {"x"}]
    return found


def loss_text() -> str:
    """Return the losses as JSON: a line for each."""
    data = losses()
    parts = (
        f'"{key}": {{\n' + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in part.items()) + "\n}"
        for key, part in data.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def covered(sentence: str) -> str:
    """Return a sentence as no one reads it at a glance: each letter is moved by its place."""
    places = [LETTERS.index(letter) for letter in sentence.lower()]
    moved = [(place + 11 * (i + 1)) % len(LETTERS) for i, place in enumerate(places)]
    return "".join(LETTERS[place] for place in moved)


def sentence_text() -> str:
    """Return the sentences of the guessing game as JSON, none of them in plain words."""
    return json.dumps([covered(sentence) for sentence in SENTENCES], indent=0) + "\n"


#: The files, and what gives their texts.
FILES: dict[Path, Callable[[], str]] = {
    FOLDER / "losses.json": loss_text,
    FOLDER / "sentences.json": sentence_text,
}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in FILES.items():
        file.write_text(text(), encoding="utf-8")
