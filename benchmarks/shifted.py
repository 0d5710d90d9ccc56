"""Whether a library shifts the labels of a language model: ``python -m benchmarks.shifted``.

Gives a small model of Hugging Face's transformers, with the weights it starts from, labels that are
its own inputs, and labels that are shifted already, and writes its losses beside those computed
here. The chapter on language models says what it does. Transformers is not in the lock:
``pip install transformers`` beforehand.
"""

import json
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")


def measure() -> dict[str, object]:
    import torch
    from torch.nn.functional import cross_entropy
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=50, n_positions=16, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0
    )
    model = GPT2LMHeadModel(config).eval()
    tokens = torch.randint(50, (2, 12))
    shifted = torch.nn.functional.pad(tokens[:, 1:], (0, 1), value=-100)
    with torch.no_grad():
        model.lm_head.weight.mul_(20)  # far from equal scores, so that labels matter
        logits = model(tokens).logits
        losses = {
            "labels = inputs": model(tokens, labels=tokens).loss,
            "labels shifted before": model(tokens, labels=shifted).loss,
        }
    return {
        "transformers": version("transformers"),
        "torch": torch.__version__,
        "library": {name: float(loss) for name, loss in losses.items()},
        "by hand": {
            f"{places} ahead": float(
                cross_entropy(logits[:, : 12 - places].flatten(0, 1), tokens[:, places:].flatten())
            )
            for places in (0, 1, 2)
        },
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(measure(), indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
