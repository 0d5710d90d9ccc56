"""What the page takes from the losses' records: ``python -m lib.explorables.generate``."""

import json
from pathlib import Path
from typing import Any

from lib._expressions import Tree, call_tree, names_in, tree
from lib.explorables.loss_zoo import SPECIMENS, LossZooExplorer
from lib.losses.records import FAMILIES, RECORDS

FILE = Path(__file__).parent / "js" / "generated" / "losses.json"
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


def text() -> str:
    """Return the file's text: a line for each loss."""
    data = losses()
    parts = (
        f'"{key}": {{\n' + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in part.items()) + "\n}"
        for key, part in data.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
