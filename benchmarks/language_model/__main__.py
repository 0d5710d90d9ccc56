"""Train the book's character model and measure it: ``make language-model``.

Writes ``lib/data/character_model.bin``, the weights at 8 bits, and beside them a JSON file with all
that the book says of them: alphabet, card, curves and measurements; and ``character_ngrams.bin``
with its JSON, tables of letters, pairs and triples to compare with. It takes about fifteen minutes
of one processor. What was trained stays in ``_build/language-model``, and is taken up again.
"""

import argparse
import hashlib
import json
from importlib import metadata
from pathlib import Path

import numpy as np

from benchmarks.language_model import network, packing, sources
from benchmarks.language_model.measure import measure
from lib.language import EVERYDAY, TABLES, TRAINED, CharacterModel

ROOT = Path(__file__).parents[2]
WORK = ROOT / "_build" / "language-model"
PACKAGES = ("numpy", "chatterbot-corpus", "pyppmd")
#: How many steps one row of a curve stands for, and how many rows one look at what is held out.
EACH, LOOK = 50, 8
#: The first gives the book's model; the second shows what another start changes.
SEEDS = 2026, 2027
#: Lengths of the n-grams in the tables beside the network.
ORDERS = 1, 2, 3
#: To choose a text by.
SMALL = network.Recipe(units=128, steps=800, rate=5e-3)


def codes_of(text: str, alphabet: str) -> np.ndarray:
    """Return each character's place in the alphabet, whose last symbol stands for all others."""
    places = {symbol: place for place, symbol in enumerate(alphabet)}
    return np.array([places.get(symbol, len(alphabet) - 1) for symbol in text])


def in_pieces(params: network.Params, codes: np.ndarray, length: int = 256) -> float:
    """Return the loss in bits of a text that is cut into pieces, each read without a context."""
    count = (len(codes) - 1) // length
    x = codes[: count * length].reshape(count, length).T
    y = codes[1 : count * length + 1].reshape(count, length).T
    h = np.zeros((count, params["reset"].size), np.float32)
    return network.loss_and_gradient(params, h, x, y)[0] / np.log(2)


def trained(
    name: str, text: sources.Text, recipe: network.Recipe
) -> tuple[network.Params, list[list[float]]]:
    """Return the weights of one training and its curve, from the disk if they are there.

    A row of the curve is a step, the loss of the last 50 steps, and at times that of 16,384
    characters held out, in bits.
    """
    kept = WORK / f"{name}.npz"
    told = json.dumps([text.sha256, recipe])
    if kept.exists():
        with np.load(kept) as file:
            if str(file["told"]) == told:
                curve = [row[~np.isnan(row)].tolist() for row in file["curve"]]
                return {n: file[n] for n in file.files if n not in ("told", "curve")}, curve
    learnt, held_out = (codes_of(t, text.alphabet) for t in (text.learnt, text.held_out[:16_385]))
    curve, losses = [], []

    def report(step: int, loss: float, params: network.Params) -> None:
        losses.append(loss / np.log(2))
        if (step + 1) % EACH == 0:
            row = [float(step + 1), float(np.mean(losses[-EACH:]))]
            if (step + 1) % (LOOK * EACH) == 0:
                row.append(in_pieces(params, held_out))
            curve.append(row)
            print(f"{name}:", f"step {step + 1},", *(f"{bits:.3f}" for bits in row[1:]))

    params = network.train(learnt, len(text.alphabet), recipe, report)
    WORK.mkdir(parents=True, exist_ok=True)
    rows = np.array([[*row, np.nan][:3] for row in curve])
    np.savez(kept, told=told, curve=rows, **params)
    return params, curve


def tried(texts: dict[str, sources.Text]) -> dict[str, dict]:
    """Return what a small network makes of each text's held-out part and of everyday sentences."""
    found = {}
    for name, text in texts.items():
        params, _ = trained(f"small, {name}", text, SMALL)
        model = CharacterModel(params, text.alphabet)
        unseen = text.held_out[:16_384], EVERYDAY
        costs = [model.surprisals("\n" + piece)[1:].mean() / np.log(2) for piece in unseen]
        found[name] = {
            "characters": len(text.learnt),
            "held_out": float(costs[0]),
            "everyday": float(costs[1]),
        }
    return found


def read_from() -> dict[str, str]:
    """Return the packages of the text with their versions."""
    pinned = json.loads((sources.HERE / "package.json").read_text(encoding="utf-8"))
    npm = pinned["devDependencies"]
    return {name: npm.get(name) or metadata.version(name) for name in sources.PACKAGES}


def card(text: sources.Text, recipe: network.Recipe, about: dict, measured: dict) -> dict[str, str]:
    """Return what a reader should know of the model, in sentences."""
    weights = sum(int(np.prod(a["shape"])) for a in about["arrays"] if a["dtype"] == "|i1")
    network_row = next(row for row in measured["table"] if row["model"] == "network")
    place = measured["position"]
    packages = "; ".join(
        f"{what}, package {name} {version}, {licence}"
        for (name, version), (what, licence) in zip(
            read_from().items(), sources.PACKAGES.values(), strict=True
        )
    )
    return {
        "What it is": f"A gated recurrent network of {recipe.units} units and {weights:,} weights "
        f"of 8 bits, which predicts the next of {len(text.alphabet)} symbols.",
        "Text": f"{len(text.learnt):,} characters of short English sentences: {packages}. The text "
        "is not part of the book.",
        "Training": f"{recipe.steps:,} steps of {recipe.batch} × {recipe.length} characters with "
        f"Adam, in NumPy {metadata.version('numpy')}, seed {recipe.seed}.",
        "What it costs": f"{network_row['held_out']:.2f} bits a character on sentences held out, "
        f"{network_row['everyday']:.2f} on fifty everyday sentences.",
        "What it is bad at": "Whatever is not a short English sentence: other languages, programs, "
        "lists, long texts, of which it keeps no thread. It knows nothing of the world. Capitals "
        f"cost it {place['capitals']['bits']:.1f} bits, digits {place['digits']['bits']:.1f}, and "
        "all characters outside its alphabet are one to it. It has the prejudices of its text.",
        "Weights": f"SHA-256 {about['sha256']}.",
    }


def counted(text: sources.Text) -> None:
    """Write the tables that the page shows beside the network: all that was counted, at 8 bits."""
    learnt = "".join(text.alphabet[code] for code in codes_of(text.learnt, text.alphabet))
    files: list[tuple[str, np.ndarray]] = []
    for order in ORDERS:
        table = packing.PackedNGrams(order).fit(learnt)
        assert table.alphabet == text.alphabet
        for length, (keys, codes) in enumerate(table.stored, 1):
            gaps = np.diff(keys, prepend=0)
            assert gaps.max() < 2**16
            files += [(f"gaps_{order}_{length}", gaps.astype("<u2"))]
            files += [(f"codes_{order}_{length}", codes.astype("u1"))]
    # Numbers of two bytes first, where a reader wants them to begin at a multiple of two.
    files.sort(key=lambda file: file[1].dtype.itemsize, reverse=True)
    data = b"".join(array.tobytes() for _, array in files)
    TABLES.with_suffix(".bin").write_bytes(data)
    write(
        {
            "sha256": hashlib.sha256(data).hexdigest(),
            "alphabet": text.alphabet,
            "orders": list(ORDERS),
            "text": text.sha256,
            "arrays": [
                {"name": name, "shape": list(array.shape), "dtype": array.dtype.str}
                for name, array in files
            ],
        },
        TABLES,
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.language_model", description=__doc__
    )
    parser.add_argument("--wordnet", type=Path, required=True, help="the folder of its database")
    parser.add_argument("--tables", action="store_true", help="count the tables, and no more")
    asked = parser.parse_args(arguments)
    texts = sources.texts(asked.wordnet)
    *_, text = texts.values()
    counted(text)
    if asked.tables:
        return
    recipe, *others = (network.Recipe(seed=seed) for seed in SEEDS)
    params, curve = trained(f"gru-{recipe.seed}", text, recipe)
    data, arrays = packing.rounded(params)
    about = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "alphabet": text.alphabet,
        "arrays": arrays,
        "card": {},
    }
    TRAINED.parent.mkdir(exist_ok=True)
    TRAINED.with_suffix(".bin").write_bytes(data)
    write(about)
    model = CharacterModel.load()
    measured = measure(model, CharacterModel(params, text.alphabet), packing.packed(data), text)
    about["card"] = card(text, recipe, about, measured)
    about["packages"] = read_from() | {name: metadata.version(name) for name in PACKAGES}
    about["recipe"] = recipe._asdict()
    about["curves"] = {str(recipe.seed): curve}
    about |= measured
    write(about)
    for other in others:
        about["curves"][str(other.seed)] = trained(f"gru-{other.seed}", text, other)[1]
    about["texts_tried"] = tried(texts)
    write(about)


def write(about: dict, file: Path = TRAINED) -> None:
    """Write the JSON file, a line for each row of a table."""
    parts = []
    for name, value in about.items():
        if isinstance(value, list) and value and isinstance(value[0], dict | list):
            rows = ",\n    ".join(json.dumps(row) for row in value)
            parts.append(f"  {json.dumps(name)}: [\n    {rows}\n  ]")
        elif isinstance(value, dict) and len(value) > 1:
            rows = ",\n    ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f"  {json.dumps(name)}: {{\n    {rows}\n  }}")
        else:
            parts.append(f"  {json.dumps(name)}: {json.dumps(value)}")
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
