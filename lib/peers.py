"""What other libraries call what this one has, with the versions that were run.

The names of losses stand in the losses' records, those of the rest here.
"""

from dataclasses import dataclass

from lib.losses.records import Peer, in_order


@dataclass(frozen=True)
class Library:
    """A library of others: its version, and where its losses, schedules and optimisers are."""

    version: str
    losses: str
    schedules: str = ""
    optimizers: str = ""


LIBRARIES = {
    "PyTorch": Library("2.13.0", "torch.nn", "torch.optim.lr_scheduler", "torch.optim"),
    "torchvision": Library("0.28.0", "torchvision"),
    "Keras": Library(
        "3.15.1", "keras.losses", "keras.optimizers.schedules", "keras.optimizers"
    ),
    "scikit-learn": Library("1.9.1", "sklearn.metrics"),
    "optax": Library("0.2.8", "optax.losses", "optax", "optax"),
}  # fmt: skip

#: What others call schedules and optimisers, by module and name.
OTHERS: dict[str, dict[str, dict[str, Peer]]] = {
    "schedules": {
        "constant": {
            "PyTorch": Peer("ConstantLR", "a factor, for its first steps alone"),
            "optax": Peer("constant_schedule"),
        },
        "step_decay": {
            "PyTorch": Peer("StepLR"),
            "Keras": Peer("ExponentialDecay", "`staircase=True`"),
            "optax": Peer("exponential_decay", "`staircase=True`"),
        },
        "exponential_decay": {
            "PyTorch": Peer("ExponentialLR", "takes the factor of a step, $e^{-k}$"),
            "Keras": Peer("ExponentialDecay", "takes the factor of `decay_steps`"),
            "optax": Peer("exponential_decay", "takes the factor of `transition_steps`"),
        },
        "inverse_time_decay": {"Keras": Peer("InverseTimeDecay")},
        "cosine_decay": {
            "PyTorch": Peer("CosineAnnealingLR", "rises again after its steps"),
            "Keras": Peer("CosineDecay", "takes the last rate as a share, `alpha`"),
            "optax": Peer("cosine_decay_schedule", "takes the last rate as a share, `alpha`"),
        },
        "with_linear_warmup": {
            "PyTorch": Peer("LinearLR", "cannot start from 0; joined by `SequentialLR`"),
            "optax": Peer("linear_schedule", "joined by `join_schedules`"),
        },
        "ReduceOnPlateau": {"PyTorch": Peer("ReduceLROnPlateau")},
    },
    "optimizers": {
        "sgd": {
            "PyTorch": Peer("SGD"),
            "Keras": Peer("SGD", "the rate is inside the velocity"),
            "optax": Peer("sgd"),
        },
        "adam": {"PyTorch": Peer("Adam"), "Keras": Peer("Adam"), "optax": Peer("adam")},
        "adamw": {
            "PyTorch": Peer("AdamW"),
            "Keras": Peer("AdamW", "decays by 0.004 unless said"),
            "optax": Peer("adamw", "decays by 0.0001 unless said"),
        },
        "clip_by_global_norm": {
            "Keras": Peer("Optimizer", "its `global_clipnorm`"),
            "optax": Peer("clip_by_global_norm"),
        },
        "chain": {"optax": Peer("chain")},
    },
}


def names(module: str) -> dict[str, dict[str, tuple[Peer, ...]]]:
    """Return what others call the functions of ``lib.losses``, ``schedules`` or ``optimizers``.

    >>> names("losses")["huber_loss"]["PyTorch"][0].name
    'HuberLoss'
    """
    if module == "losses":
        return {record.name: record.peers for record in in_order()}
    return {
        name: {library: (peer,) for library, peer in peers.items()}
        for name, peers in OTHERS[module].items()
    }
