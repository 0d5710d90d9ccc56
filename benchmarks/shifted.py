"""Whether a library shifts and masks labels of a language model: ``python -m benchmarks.shifted``.

Gives a small model of Hugging Face's transformers, with the weights it starts from, labels that are
its own inputs, labels that are shifted already, and padded inputs with and without −100 as labels
of the padding, and writes its losses beside those computed here. It also asks the library's own
collator what it makes of an end mark that is the padding too. The chapter on language models says
what it does. Transformers is not in the lock: ``pip install transformers`` beforehand.
"""

import json
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")


def measure() -> dict[str, object]:
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from torch.nn.functional import cross_entropy
    from transformers import (
        DataCollatorForLanguageModeling,
        GPT2Config,
        GPT2LMHeadModel,
        PreTrainedTokenizerFast,
    )

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=50, n_positions=16, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0
    )
    model = GPT2LMHeadModel(config).eval()
    tokens = torch.randint(50, (2, 12))
    shifted = torch.nn.functional.pad(tokens[:, 1:], (0, 1), value=-100)
    mask = torch.ones_like(tokens)
    mask[1, 7:] = 0  # the second text has 7 tokens
    padded = torch.where(mask == 1, tokens, 0)
    only = torch.where(mask == 1, tokens, -100)
    with torch.no_grad():
        model.lm_head.weight.mul_(20)  # far from equal scores, so that labels matter
        logits = model(tokens).logits
        losses = {
            "labels = inputs": model(tokens, labels=tokens).loss,
            "labels shifted before": model(tokens, labels=shifted).loss,
            "padded, with a mask alone": model(padded, attention_mask=mask, labels=padded).loss,
            "padded, with -100": model(padded, attention_mask=mask, labels=only).loss,
        }
        short = model(tokens[1:, :7]).logits
        text = cross_entropy(logits[0, :-1], tokens[0, 1:], reduction="sum")
        text = text + cross_entropy(short[0, :-1], tokens[1, 1:7], reduction="sum")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel({"<end>": 0, "a": 1})),
        eos_token="<end>",
        pad_token="<end>",
    )
    collate = DataCollatorForLanguageModeling(tokenizer, mlm=False)
    collated = collate([{"input_ids": [1, 1, 1, 0]}, {"input_ids": [1, 0]}])
    return {
        "transformers": version("transformers"),
        "torch": torch.__version__,
        "library": {name: float(loss) for name, loss in losses.items()},
        "by hand": {
            f"{places} ahead": float(
                cross_entropy(logits[:, : 12 - places].flatten(0, 1), tokens[:, places:].flatten())
            )
            for places in (0, 1, 2)
        }
        | {"the texts alone": float(text / (11 + 6))},
        "collated": {"inputs": [[1, 1, 1, 0], [1, 0]], "labels": collated["labels"].tolist()},
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(measure(), indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
