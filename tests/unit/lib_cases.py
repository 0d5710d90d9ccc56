"""Every loss with generated inputs, its options and PyTorch's function, for the tests."""

import itertools

import numpy as np
import torch
import torch.nn.functional as F

from lib.losses.records import RECORDS


class Loss:
    """A loss: how to make arguments for it, and what it has to agree with."""

    def __init__(self, record):
        self.record = record
        self.name, self.reductions = record.name, record.reductions
        self.function, self.gradient, self.inputs = record.function, record.gradient, record.inputs
        self.make = SAMPLES[record.sample]
        self.peer = globals().get(f"peer_{record.name}") or peer_of_pytorch(record)
        self.options = {
            name: [*values, *MADE.get((record.sample, name), MADE.get(name, []))]
            for name, values in record.options.items()
        }

    def variants(self):
        """Yield every combination of the options' values; some depend on the arguments."""
        for values in itertools.product(*self.options.values()):
            yield dict(zip(self.options, values, strict=True))

    def options_for(self, variant, arguments):
        """Return the options of a variant, once the arguments are known."""
        return {k: v(*arguments) if callable(v) else v for k, v in variant.items()}

    def peer_value(self, arguments, reduction, options):
        with torch.no_grad():
            return self.peer(*tensors(arguments), reduction=reduction, **options).numpy()

    def peer_gradients(self, arguments, reduction, options):
        leaves = tensors(arguments)
        for leaf in leaves[: self.inputs]:
            leaf.requires_grad_()
        self.peer(*leaves, reduction=reduction, **options).sum().backward()
        return [
            np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
            for leaf in leaves[: self.inputs]
        ]


def peer_of_pytorch(record):
    """Return PyTorch's loss of the same arguments, with `reduction` and our options by keyword.

    A loss that PyTorch does not have is compared with the expressions of its specimen, by
    `test_explorable_loss_zoo.py`; one that has no specimen either needs a peer here.
    """
    if "PyTorch" not in record.peers:
        if record.specimen:
            return None
        raise LookupError(f"{record.name} has no peer: write peer_{record.name}")
    make = getattr(torch.nn, record.peers["PyTorch"][0].name)
    return lambda *arguments, **options: make(**options)(*arguments)


def tensors(arguments):
    return [torch.tensor(np.asarray(argument)) for argument in arguments]


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


SHAPES = [(), (40,), (20, 3), (5, 4, 3)]
ROWS = [(), (40,), (6, 5)]


def a_shape(rng, shapes=SHAPES):
    return shapes[rng.integers(len(shapes))]


def numbers(rng):
    shape = a_shape(rng)
    scale = 10 ** rng.uniform(-2, 2)
    return rng.normal(scale=scale, size=shape), rng.normal(scale=scale, size=shape)


def counts(rng):
    shape = a_shape(rng)
    means = rng.uniform(0.01, 6, size=shape)
    return means, np.asarray(rng.poisson(means + 1), dtype=float)


def gaussians(rng):
    shape = a_shape(rng)
    variance_shapes = [shape, shape[:-1], (*shape[:-1], 1)] if shape else [shape]
    variances = rng.uniform(0, 3, size=variance_shapes[rng.integers(len(variance_shapes))])
    variances = np.where(rng.random(variances.shape) < 0.1, 0.0, variances)
    return rng.normal(size=shape), rng.normal(size=shape), variances


def probabilities(rng):
    p, y = rng.uniform(1e-6, 1 - 1e-6, size=(2, *a_shape(rng)))
    return p, y if rng.random() < 0.3 else np.round(y)


def binary_logits(rng):
    z = rng.normal(scale=10 ** rng.uniform(-1, 1.3), size=a_shape(rng))
    y = rng.random(z.shape)
    return z, y if rng.random() < 0.3 else np.round(y)


def class_scores(rng):
    shape, classes = a_shape(rng, ROWS), int(rng.integers(1, 8))
    scores = rng.normal(scale=10 ** rng.uniform(-1, 1.5), size=(*shape, classes))
    return scores, rng.integers(0, classes, size=shape)


def class_scores_or_distributions(rng):
    scores, labels = class_scores(rng)
    if rng.random() < 0.5:
        return scores, labels
    distributions = rng.dirichlet(np.full(scores.shape[-1], 0.5), size=scores.shape[:-1])
    return scores, distributions


def spatial_log_probs(rng):
    shapes = [(3,), (30, 4), (5, 3, 6), (4, 3, 2, 5)]
    scores = rng.normal(size=a_shape(rng, shapes))
    axis = min(1, scores.ndim - 1)
    log_probs = scores - np.log(np.exp(scores).sum(axis=axis, keepdims=True))
    shape = scores.shape[:axis] + scores.shape[axis + 1 :]
    return log_probs, rng.integers(0, scores.shape[axis], size=shape)


def log_distributions(rng):
    rows, classes = int(rng.integers(1, 30)), int(rng.integers(1, 6))
    log_q = np.log(rng.dirichlet(np.ones(classes), size=rows) + 1e-9)
    t = rng.dirichlet(np.ones(classes), size=rows)
    return log_q, np.where(t < 0.1, 0.0, t)


def signed(rng):
    scores = rng.normal(scale=3, size=a_shape(rng))
    return scores, rng.choice([-1.0, 1.0], size=scores.shape)


def several_labels(rng):
    z = rng.normal(scale=3, size=(*a_shape(rng, ROWS[:2]), int(rng.integers(1, 6))))
    return z, (rng.random(z.shape) < 0.5).astype(float)


def focal_logits(rng):
    # Far out, PyTorch's 1 − p has no digits left to compare with.
    z, y = binary_logits(rng)
    return np.clip(z, -12, 12), y


def focal_scores(rng):
    scores, labels = class_scores(rng)
    while scores.shape[-1] == 1:  # PyTorch's slope of 0 to the power of 0.5
        scores, labels = class_scores(rng)
    return np.clip(scores, -5, 5), labels


def students(rng):
    shape, classes = a_shape(rng, ROWS), int(rng.integers(1, 8))
    return tuple(rng.normal(scale=3, size=(2, *shape, classes)))


def partners(rng):
    return (rng.normal(size=(int(rng.integers(1, 9)),) * 2),)


def answers(rng):
    return tuple(rng.normal(scale=20, size=(4, *a_shape(rng))))


def forecasts(rng):
    shape, classes = a_shape(rng, ROWS), int(rng.integers(1, 8))
    return rng.dirichlet(np.ones(classes), size=shape), rng.integers(0, classes, size=shape)


def label_lists(rng):
    scores = rng.normal(size=(*a_shape(rng, ROWS[:2]), int(rng.integers(1, 7))))
    labels = np.argsort(rng.random(scores.shape), axis=-1)
    # Some lists are empty, some full; after the first -1 come ids that must be ignored.
    length = rng.integers(0, scores.shape[-1] + 1, size=(*scores.shape[:-1], 1))
    return scores, np.where(np.arange(scores.shape[-1]) == length, -1, labels)


def pairs_of_scores(rng):
    shape = a_shape(rng)
    x1, x2 = rng.normal(size=(2, *shape))
    return x1, x2, rng.choice([-1.0, 1.0], size=shape)


def pairs_of_vectors(rng):
    # Two axes or more: the cosine of numbers is 1 or -1, and its gradient rounding alone.
    shape, length = a_shape(rng, ROWS[:2]), int(rng.integers(2, 7))
    x1, x2 = rng.normal(size=(2, *shape, length))
    return x1, x2, rng.choice([-1.0, 1.0], size=shape)


def triplets(rng):
    shape, length = a_shape(rng, ROWS[:2]), int(rng.integers(1, 6))
    return tuple(rng.normal(size=(3, *shape, length)))


def sequences(rng):
    steps, batch, classes = (int(n) for n in rng.integers([1, 1, 2], [12, 6, 6]))
    scores = rng.normal(size=(steps, batch, classes))
    log_probs = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    longest = int(rng.integers(1, 6))
    input_lengths = rng.integers(1, steps + 1, size=batch)
    target_lengths = rng.integers(0, longest + 1, size=batch)
    # Labels are 1 ... C - 1: the tests move the blank by renaming the classes.
    targets = rng.integers(1, classes, size=(batch, longest))
    if rng.random() < 0.3 and target_lengths.sum():
        targets = targets[np.arange(longest) < target_lengths[:, None]]
    return log_probs, targets, input_lengths, target_lengths


def class_weights(scores, labels, axis=-1):
    """Return a weight for each of the classes, which lie on an axis of the scores."""
    return np.linspace(0.25, 3.0, np.shape(scores)[axis])


def weights_on_axis_1(log_probs, labels):
    return class_weights(log_probs, labels, axis=min(1, np.ndim(log_probs) - 1))


def ignored_class(scores, labels):
    """Return a label to ignore, if that is allowed and leaves one that counts."""
    if np.asarray(labels).dtype.kind == "f" or np.all(np.asarray(labels) == np.max(labels)):
        return None
    return int(np.max(labels))


def questions_weight(logits, labels):
    """Return a weight for each of the questions on the last axis."""
    return np.linspace(0.5, 4.0, logits.shape[-1]) if np.ndim(logits) else 2.5


def weights_of(class_weights, ignore_index):
    """Return a peer's options for class weights and ignored labels."""
    weight = None if class_weights is None else torch.tensor(class_weights)
    return {"weight": weight, "ignore_index": -100 if ignore_index is None else ignore_index}


def peer_softmax_cross_entropy(
    logits, labels, *, reduction, label_smoothing, class_weights=None, ignore_index=None
):
    """PyTorch's classes lie on axis 1: flatten the leading axes, and restore them for "none"."""
    classes = logits.shape[-1]
    flat = labels.reshape(-1, classes) if labels.shape == logits.shape else labels.reshape(-1)
    losses = F.cross_entropy(
        logits.reshape(-1, classes),
        flat,
        label_smoothing=label_smoothing,
        reduction=reduction,
        **weights_of(class_weights, ignore_index),
    )
    return losses.reshape(logits.shape[:-1]) if reduction == "none" else losses


def peer_nll_loss(log_probs, labels, *, reduction, class_weights, ignore_index):
    options = weights_of(class_weights, ignore_index)
    return F.nll_loss(log_probs, labels, reduction=reduction, **options)


def peer_binary_cross_entropy_with_logits(logits, labels, *, reduction, pos_weight):
    w = None if pos_weight is None else torch.tensor(pos_weight)
    return F.binary_cross_entropy_with_logits(logits, labels, pos_weight=w, reduction=reduction)


def peer_multi_margin_loss(scores, labels, *, reduction, p, margin):
    classes = scores.shape[-1]
    flat = (scores.reshape(-1, classes), labels.reshape(-1))
    losses = F.multi_margin_loss(*flat, p=p, margin=margin, reduction=reduction)
    return losses.reshape(labels.shape) if reduction == "none" else losses


def peer_multiclass_hinge_loss(scores, labels, *, reduction, margin, variant):
    """Both variants, written with PyTorch's tensors; the first is its multi-margin loss times C."""
    correct = scores.gather(-1, labels[..., None])
    violations = margin - correct + scores
    violations = violations.scatter(-1, labels[..., None], -torch.inf)
    if variant == "weston_watkins":
        losses = violations.relu().sum(-1)
    else:
        losses = violations.max(-1).values.relu()
    return reduced(losses, reduction)


def peer_triplet_margin_loss(anchors, positives, negatives, **options):
    options["p"] = float(options["p"])
    return F.triplet_margin_loss(anchors, positives, negatives, **options)


def reduced(losses, reduction):
    return {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[reduction](losses)


def peer_sigmoid_focal_loss(logits, labels, *, gamma, alpha, reduction):
    """torchvision's function, without its default weight."""
    p = torch.sigmoid(logits)
    losses = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    losses = losses * (1 - (p * labels + (1 - p) * (1 - labels))) ** gamma
    if alpha is not None:
        losses = losses * (alpha * labels + (1 - alpha) * (1 - labels))
    return reduced(losses, reduction)


def peer_softmax_focal_loss(logits, labels, *, gamma, reduction):
    log_p = logits.log_softmax(-1).gather(-1, labels[..., None])[..., 0]
    return reduced(-((1 - log_p.exp()) ** gamma) * log_p, reduction)


def peer_distillation_loss(logits, teacher_logits, *, temperature, reduction):
    log_q = (logits / temperature).log_softmax(-1)
    log_p = (teacher_logits / temperature).log_softmax(-1)
    losses = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)
    return reduced(temperature**2 * losses, reduction)


def peer_contrastive_loss(similarities, *, temperature, symmetric, reduction):
    labels = torch.arange(len(similarities))
    losses = F.cross_entropy(similarities / temperature, labels, reduction="none")
    if symmetric:
        of_columns = F.cross_entropy(similarities.T / temperature, labels, reduction="none")
        losses = (losses + of_columns) / 2
    return reduced(losses, reduction)


def peer_preference_loss(
    chosen, rejected, reference_chosen, reference_rejected, *, beta, reduction
):
    logits = beta * ((chosen - reference_chosen) - (rejected - reference_rejected))
    return reduced(-F.logsigmoid(logits), reduction)


def peer_ranked_probability_score(probs, labels, *, reduction):
    one_hot = F.one_hot(labels, probs.shape[-1]).double()
    return reduced(((probs - one_hot).cumsum(-1) ** 2).sum(-1), reduction)


#: What makes arguments, by the kind that a record names.
SAMPLES = {
    function.__name__: function
    for function in (
        answers, binary_logits, class_scores, class_scores_or_distributions, counts, focal_logits,
        focal_scores, forecasts, gaussians, label_lists, log_distributions, numbers,
        pairs_of_scores, pairs_of_vectors, partners, probabilities, sequences, several_labels,
        signed, spatial_log_probs, students, triplets,
    )
}  # fmt: skip
#: Values of options that depend on the arguments, by the option's name.
MADE = {
    "class_weights": [class_weights],
    ("spatial_log_probs", "class_weights"): [weights_on_axis_1],
    "ignore_index": [ignored_class],
    "pos_weight": [questions_weight],
}
#: The losses of predictions and targets; what includes a layer has tests of its own.
LOSSES = [Loss(record) for record in RECORDS.values() if record.sample != "layers"]
PEERED = [loss for loss in LOSSES if loss.peer]
DIFFERENTIABLE = [loss for loss in LOSSES if loss.gradient]


def name_of(value):
    return value.name if isinstance(value, Loss) else str(value)
