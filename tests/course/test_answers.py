"""The book's assignments as students answer them: right in another way, or wrong in a likely one.

Right answers earn all points, however they are written; a mistake costs what it should, and reaches
another question only if that one calls the function. The cells run here in one namespace and are
scored by nbgrader's rules.
"""

import ast
import contextlib
import io
import warnings

import pytest
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade

from course.layout import SOURCES
from course.release import read_source

pytestmark = pytest.mark.xdist_group("answers")

NUMPY_CROSS_ENTROPY = """
def cross_entropy(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    seen = p > 0
    return math.inf if np.any(q[seen] == 0) else -np.sum(p[seen] * np.log(q[seen]))
"""
SCHEDULES = """
def step_decay(rate, step_size, gamma):
    def schedule(t):
        current = rate
        for _ in range(t // step_size):
            current *= gamma
        return current
    return schedule
def exponential_decay(rate, k):
    return lambda t: rate * math.e ** (-k * t)
def inverse_time_decay(rate, k):
    return lambda t: rate * (1 + k * t) ** -1
def with_warmup(schedule, steps):
    def warmed(t):
        if t < steps:
            return (t + 1) / (steps + 1) * schedule(0)
        return schedule(t - steps)
    return warmed
"""
BATCH = """
def loss_and_gradients(X, y, W, b):
    Z = X @ W + b
    Z = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    Y = np.eye(W.shape[1])[y]
    loss = -np.mean(np.sum(Y * np.log(np.maximum(P, 1e-300)), axis=1))
    return loss, X.T @ (P - Y) {scale}, (P - Y).{by_b}(axis=0)
"""

# Assignment, cell, answer: other ways to be right.
RIGHT = [
    (
        "information_content",
        "self-information",
        """
def self_information(p, base=None):
    if math.isnan(p) or p < 0 or p > 1:
        raise ValueError("not a probability")
    if p == 0:
        return float("inf")
    nats = math.log(1 / p)
    return nats if base is None else nats / math.log(base)
""",
    ),
    (
        "information_content",
        "message",
        """
def message_information(text, probabilities):
    total = 0
    for letter in text:
        if probabilities.get(letter, 0) == 0:
            return math.inf
        total = total - math.log2(probabilities[letter])
    return total
""",
    ),
    (
        "entropy",
        "entropy-code",
        """
def entropy(p, base=None):
    p = np.array(p, dtype=float)
    p = p[p > 0]
    return -(p @ np.log(p)) / (np.log(base) if base is not None else 1)
""",
    ),
    (
        "entropy",
        "binary-code",
        """
def binary_entropy(p):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nan_to_num(p * np.log2(p)) - np.nan_to_num((1 - p) * np.log2(1 - p))
half_bit = min(np.linspace(0.11, 0.1101, 1001), key=lambda p: abs(binary_entropy(p) - 0.5))
""",
    ),
    (
        "entropy",
        "codes",
        """
def kraft_sum(lengths):
    return np.sum(0.5 ** np.array(lengths))
def expected_length(p, lengths):
    return np.dot(p, lengths)
def shannon_lengths(p):
    return np.ceil(-np.log2(p)).astype(int)
""",
    ),
    (
        "kl_divergence",
        "kl-code",
        """
def kl_divergence(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    keep = p > 0
    if (q[keep] == 0).any():
        return np.inf
    return np.sum(p[keep] * (np.log(p[keep]) - np.log(q[keep])))
""",
    ),
    (
        "kl_divergence",
        "js-code",
        """
def js_divergence(p, q):
    p, q = np.array(p, dtype=float), np.array(q, dtype=float)
    entropy = lambda d: -np.sum(d[d > 0] * np.log(d[d > 0]))
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
""",
    ),
    (
        "kl_divergence",
        "directions",
        """
forward = kl_divergence((0.5, 0.3, 0.2), (0.4, 0.4, 0.2))
backward = kl_divergence((0.4, 0.4, 0.2), (0.5, 0.3, 0.2))
p_equal, q_equal = np.array([0.2, 0.3, 0.5]), np.array([0.3, 0.2, 0.5])
""",
    ),
    ("cross_entropy", "q1-code", NUMPY_CROSS_ENTROPY),
    (
        "cross_entropy",
        "q2-code",
        """
def decomposition(p, q):
    H = -sum(a * math.log(a) for a in p if a)
    return [H, cross_entropy(p, q) - H]
best_q = np.array([0.5, 0.3, 0.2])
smallest = decomposition(best_q, best_q)[0]
""",
    ),
    (
        "cross_entropy",
        "q3-code",
        """
def batch_cross_entropy(q, labels):
    one_hot = np.eye(q.shape[1])[labels]
    return np.mean(-np.log((q * one_hot).sum(axis=1)))
""",
    ),
    (
        "cross_entropy",
        "q4-code",
        """
def smoothing_floor(epsilon, classes):
    right, wrong = 1 - epsilon + epsilon / classes, epsilon / classes
    rest = (classes - 1) * wrong * math.log(wrong) if wrong else 0
    return -(right * math.log(right) + rest)
""",
    ),
    (
        "activations",
        "sigmoid-code",
        """
def sigmoid(x):
    result = np.empty(x.shape)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    result[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
    return result
def tanh(x):
    return 2 * sigmoid(2 * x) - 1
""",
    ),
    (
        "activations",
        "slopes-code",
        """
sigmoid_slope = lambda x: sigmoid(x) * sigmoid(-x)
tanh_slope = lambda x: (1 - tanh(x)) * (1 + tanh(x))
def relu_slope(x):
    slope = np.zeros(x.shape)
    slope[x > 0] = 1
    return slope
steepest_sigmoid = sigmoid_slope(np.zeros(1))[0]
steepest_tanh = tanh_slope(np.zeros(1))[0]
""",
    ),
    (
        "activations",
        "stack-code",
        """
def stacked_slope(f, slope, x, n):
    return 1 if n == 0 else slope(x) * stacked_slope(f, slope, f(x), n - 1)
""",
    ),
    (
        "softmax",
        "softmax-code",
        """
def softmax(logits):
    top = np.max(logits, axis=-1)[..., None]
    weights = np.exp(np.subtract(logits, top))
    return weights / np.sum(weights, axis=-1)[..., None]
overflow32 = 88.72
""",
    ),
    (
        "softmax",
        "log-softmax-code",
        """
def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
def cross_entropy(logits, label):
    return np.logaddexp.reduce(logits) - logits[label]
""",
    ),
    (
        "softmax",
        "jacobian-code",
        """
def softmax_jacobian(logits):
    p = softmax(logits)
    return np.array([[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))])
def loss_gradient(logits, label):
    return -softmax_jacobian(logits)[label] / softmax(logits)[label]
""",
    ),
    (
        "log_loss",
        "likelihood-code",
        """
def likelihood(p, y):
    return math.prod(a if b == 1 else 1 - a for a, b in zip(p, y))
def log_loss(p, y):
    right = np.where(np.array(y) == 1, p, 1 - np.array(p))
    return np.inf if (right == 0).any() else -np.log(right).sum()
""",
    ),
    (
        "log_loss",
        "coin-code",
        """
grid = np.linspace(0.001, 0.999, 999)
flips = np.array([1, 0, 1, 1, 0, 1, 1, 0, 1, 1])
def mean_log_loss(theta, flips):
    each = flips[:, None] * np.log(theta) + (1 - flips[:, None]) * np.log(1 - theta)
    return -each.mean(axis=0)
best_theta = min(grid, key=lambda theta: mean_log_loss(np.array([theta]), flips)[0])
""",
    ),
    (
        "gradients",
        "numerical-code",
        """
def numerical_gradient(f, x, eps=1e-5):
    result = np.empty(x.size)
    for i in range(x.size):
        up, down = x.copy(), x.copy()
        up.flat[i] += eps
        down.flat[i] -= eps
        result[i] = (f(up) - f(down)) / (2 * eps)
    return result.reshape(x.shape)
""",
    ),
    (
        "gradients",
        "binary-slopes",
        """
def slope_by_probability(a, y):
    return -y / a + (1 - y) / (1 - a)
def slope_by_logit(z, y):
    return (1 + math.tanh(z / 2)) / 2 - y
""",
    ),
    (
        "gradients",
        "multiclass-code",
        """
from lib.activations import softmax
def softmax_loss(logits, label):
    top = max(logits)
    return math.log(sum(math.exp(z - top) for z in logits)) + top - logits[label]
def softmax_loss_gradient(logits, label):
    return softmax(logits) - np.eye(len(logits))[label]
by_probability = np.array([0, -1, 0]) / [0.2, 0.7, 0.1]
""",
    ),
    (
        "gradients",
        "squared-code",
        """
def squared_slope(z):
    a = slope_by_logit(z, 0)
    return a**2 - a**3
zs = np.linspace(0, 2, 20001)
slopes = [squared_slope(z) for z in zs]
steepest_slope = max(slopes)
steepest_a = slope_by_logit(zs[slopes.index(steepest_slope)], 0)
at_ten = [squared_slope(10), slope_by_logit(10, 0)]
""",
    ),
    (
        "cross_entropy_vs_svm",
        "hinge-code",
        """
def weston_watkins(scores, label, margin=1.0):
    gaps = np.maximum(0, np.array(scores) - scores[label] + margin)
    gaps[label] = 0
    return gaps.sum()
def crammer_singer(scores, label, margin=1.0):
    gaps = np.maximum(0, np.array(scores) - scores[label] + margin)
    gaps[label] = 0
    return gaps.max()
""",
    ),
    (
        "cross_entropy_vs_svm",
        "hinge-gradient-code",
        """
def weston_watkins_gradient(scores, label, margin=1.0):
    slope = (np.array(scores) - scores[label] + margin > 0).astype(int)
    slope[label] = 0
    slope[label] = -slope.sum()
    return slope
""",
    ),
    (
        "cross_entropy_vs_svm",
        "judges-code",
        """
def cross_entropy(scores, label):
    return np.logaddexp.reduce(np.array(scores, dtype=float) - scores[label])
scores_found = (1, 0, 0)
""",
    ),
    (
        "cross_entropy_vs_svm",
        "first-code",
        """
def first_loss(classes, margin=1.0):
    return [(classes - 1) * margin, math.log(classes)]
""",
    ),
    (
        "cross_entropy_vs_svm",
        "report-code",
        """
def report(rows):
    return [[np.mean(-np.log(row)), np.mean(np.array(row) > 0.5)] for row in rows]
""",
    ),
    ("learning_rate_decay", "schedules-code", SCHEDULES),
    (
        "learning_rate_decay",
        "descend-code",
        """
import numpy as np
def descend(slope, x, schedule, steps):
    path = np.full(steps + 1, x, dtype=float)
    for t in range(steps):
        if schedule(t) > 0:
            path[t + 1] = path[t] - schedule(t) * slope(path[t])
    return path
largest_rate, best_rate = 0.5, 0.25
""",
    ),
    ("learning_rate_decay", "reach-code", "def reach(rate, k):\n    return -rate / math.expm1(-k)"),
    (
        "optimizers",
        "ravine-code",
        """
def best_plain(flat, steep):
    rate = 1 / np.mean([flat, steep])
    return rate, abs(1 - rate * steep)
def best_momentum(flat, steep):
    root = np.sqrt(steep / flat)
    share = (root - 1) / (root + 1)
    return (1 + share) ** 2 / steep, share * share
""",
    ),
    (
        "optimizers",
        "adam-code",
        """
def adam_updates(gradients, rate, b1=0.9, b2=0.999, eps=1e-8):
    g = np.array(gradients, dtype=float)
    ages = np.arange(len(g))[:, None] - np.arange(len(g))
    def means(values, beta):
        weights = np.where(ages >= 0, float(beta) ** np.abs(ages), 0)
        return weights @ values / weights.sum(axis=1)
    return -rate * means(g, b1) / (np.sqrt(means(g**2, b2)) + eps)
def quiet_factor(b1, b2):
    m, s = 0.0, 0.0
    m, s = b1 * m + (1 - b1), b2 * s + (1 - b2)
    return m / s**0.5
""",
    ),
    (
        "optimizers",
        "plateau-code",
        """
def plateau_rates(losses, rate, factor, patience):
    rates, since, best = [], 0, losses[0] + 1
    for loss in losses:
        since = 0 if loss < best else since + 1
        best = min(best, loss)
        if since == patience + 1:
            since = 0
            rate = factor * rate
        rates += [rate]
    return np.array(rates)
""",
    ),
    (
        "optimizers",
        "accumulate-code",
        """
def accumulate(gradients, counts):
    return np.average(gradients, axis=0, weights=counts)
""",
    ),
    ("training", "batch-code", BATCH.format(scale="/ len(y)", by_b="mean")),
    (
        "training",
        "train-code",
        """
def train(X, y, classes, schedule, epochs, batch_size, rng):
    W, b, t = np.zeros((X.shape[1], classes)), np.zeros(classes), 0
    losses = np.empty(epochs + 1)
    losses[0] = loss_and_gradients(X, y, W, b)[0]
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        X_now, y_now = X[order], y[order]
        for i in range(math.ceil(len(X) / batch_size)):
            part = slice(i * batch_size, (i + 1) * batch_size)
            _, dW, db = loss_and_gradients(X_now[part], y_now[part], W, b)
            rate = schedule(t)
            W -= rate * dW
            b -= rate * db
            t += 1
        losses[epoch + 1] = loss_and_gradients(X, y, W, b)[0]
    return W, b, losses.tolist()
def accuracy(X, y, W, b):
    return 1 - np.count_nonzero((X @ W + b).argmax(axis=1) - y) / len(y)
""",
    ),
    (
        "diagnosis",
        "landmarks-code",
        """
def chance(classes):
    return -math.log(1 / classes)
def twice_floor(classes):
    scores = np.eye(classes)[0]
    return float(np.log(np.exp(scores).sum()) - scores[0])
def smoothing_floor(classes, eps):
    label = np.full(classes, eps / classes)
    label[0] = label[0] + 1 - eps
    return -np.sum(label * np.log(label))
def know_frequencies(shares):
    kept = np.array([share for share in shares if share])
    return float(kept @ np.log(1 / kept))
""",
    ),
    (
        "diagnosis",
        "nearest-code",
        """
def nearest(loss, marks):
    best, ratio = None, math.inf
    for name, mark in marks.items():
        if max(loss / mark, mark / loss) < ratio:
            best, ratio = name, max(loss / mark, mark / loss)
    return best
""",
    ),
    (
        "diagnosis",
        "bad-code",
        """
def first_bad(losses):
    losses = np.array(losses, dtype=float)
    bad = np.flatnonzero(~np.isfinite(losses) | (losses < 0))
    return int(bad[0]) if bad.size else -1
""",
    ),
    (
        "diagnosis",
        "log-code",
        """
def diagnose(training, validation, start):
    training, validation = np.array(training), np.array(validation)
    if np.any(training > 2 * start):
        return "jumps"
    if not training[-1] <= 0.9 * start:
        return "stuck"
    turned = validation[-1] > validation.min() * 1.2
    return "overfitting" if turned and np.argmin(training) == len(training) - 1 else "fine"
""",
    ),
    (
        "calibration",
        "ece-code",
        """
def ece(probs, labels, bins):
    groups = {}
    for p, y in zip(probs, labels):
        b = max(0, math.ceil(p * bins - 1e-9) - 1)
        groups.setdefault(b, []).append((p, y))
    gaps = [abs(sum(p - y for p, y in group)) for group in groups.values()]
    return sum(gaps) / len(probs)
""",
    ),
    (
        "calibration",
        "temperature-code",
        """
def slope(beta, logits, labels):
    parts = [(1 / (1 + math.exp(-beta * z)) - y) * z for z, y in zip(logits, labels)]
    return sum(parts) / len(parts)
def temperature(logits, labels):
    low, high = math.log(0.01), math.log(100)
    while high - low > 1e-12:
        middle = (low + high) / 2
        if slope(math.exp(-middle), logits, labels) > 0:
            low = middle
        else:
            high = middle
    return math.exp(low)
""",
    ),
    (
        "calibration",
        "split-code",
        """
def split(probs, labels):
    calibration = refinement = 0.0
    for q in set(probs):
        said = [y for p, y in zip(probs, labels) if p == q]
        share = sum(said) / len(said)
        for pi, r in ((share, q), (1 - share, 1 - q)):
            if pi:
                calibration += len(said) / len(probs) * pi * math.log(pi / r)
                refinement -= len(said) / len(probs) * pi * math.log(pi)
    return calibration, refinement
""",
    ),
    (
        "calibration",
        "shift-code",
        """
def shift(p, old, new):
    def logit(x):
        return math.log(x / (1 - x))
    return 1 / (1 + math.exp(-(logit(p) + logit(new) - logit(old))))
""",
    ),
    (
        "language_models",
        "units-code",
        """
def perplexity(nats):
    return 2 ** (np.mean(nats) / np.log(2))
def bits_per_byte(nats, text):
    return np.sum(np.asarray(nats) * np.log2(math.e)) / len(bytes(text, "utf8"))
def whole_perplexity(texts):
    return np.exp(np.concatenate([np.asarray(nats) for nats in texts]).mean())
""",
    ),
    (
        "language_models",
        "pairs-code",
        """
def fit(text, alphabet, c):
    pairs = list(zip(text[:-1], text[1:]))
    rows = []
    for a in alphabet:
        row = [pairs.count((a, b)) + c for b in alphabet]
        rows.append([x / sum(row) for x in row])
    return rows
def loss(table, alphabet, text):
    place = {symbol: i for i, symbol in enumerate(alphabet)}
    total = 0.0
    for i in range(1, len(text)):
        total -= math.log(table[place[text[i - 1]]][place[text[i]]])
    return total / (len(text) - 1)
""",
    ),
    (
        "language_models",
        "labels-code",
        """
def labels_of(tokens, answer, pad):
    labels = np.full(len(tokens), -100)
    for t in range(max(answer - 1, 0), len(tokens) - 1):
        if tokens[t + 1] != pad:
            labels[t] = tokens[t + 1]
    return labels
def counted_mean(losses, labels):
    counts = np.not_equal(labels, -100)
    return (losses * counts).sum() / counts.sum()
""",
    ),
    (
        "language_models",
        "windows-code",
        """
def windows(length, size, stride):
    found = [[0, 0, min(size, length)]]
    while found[-1][2] < length:
        start = found[-1][0] + stride
        found.append([start, found[-1][2], min(start + size, length)])
    return found
""",
    ),
    (
        "relatives",
        "contrastive-code",
        """
def contrastive(s, tau):
    total = 0.0
    for i, row in enumerate(s):
        leads = [(x - row[i]) / tau for x in row]
        largest = max(leads)
        total += largest + math.log(sum(math.exp(x - largest) for x in leads))
    return total / len(s)
def clip_loss(s, tau):
    return 0.5 * contrastive(s, tau) + 0.5 * contrastive(list(zip(*s)), tau)
""",
    ),
    (
        "relatives",
        "floor-code",
        """
def chance(n):
    return -math.log(1 / n)
def floor(n, tau):
    lead = 1 + 1 / (n - 1)
    return -math.log(math.exp(lead / tau) / (math.exp(lead / tau) + n - 1))
def temperature_for(n, loss):
    low, high = 1e-3, 1e6
    for _ in range(200):
        middle = math.sqrt(low * high)
        lead = min(700, n / (n - 1) / middle)
        low, high = (middle, high) if floor(n, n / (n - 1) / lead) < loss else (low, middle)
    return low
""",
    ),
    (
        "relatives",
        "preference-code",
        """
def preference(chosen, rejected, ref_chosen, ref_rejected, beta):
    margin = beta * (chosen - rejected) - beta * (ref_chosen - ref_rejected)
    loss = max(-margin, 0) + math.log1p(math.exp(-abs(margin)))
    wrong = 1 / (1 + math.exp(margin)) if margin < 700 else 0.0
    return loss, -beta * wrong
""",
    ),
    (
        "relatives",
        "leash-code",
        """
def leashed(reference, reward, beta):
    logs = [math.log(p) + r / beta if p else -math.inf for p, r in zip(reference, reward)]
    weights = [math.exp(x - max(logs)) for x in logs]
    return [w / sum(weights) for w in weights]
def worth(reference, reward, beta):
    best = leashed(reference, reward, beta)
    gained = sum(p * r for p, r in zip(best, reward))
    return gained - beta * sum(p * math.log(p / q) for p, q in zip(best, reference) if p)
""",
    ),
    (
        "relatives",
        "ctc-code",
        """
from itertools import groupby
def collapse(path):
    return [symbol for symbol, _ in groupby(path) if symbol]
def frames_needed(target):
    return max(0, 2 * len(target) - len([1 for a, b in zip(target, target[1:]) if a != b]) - 1)
def ctc(probs, target):
    said = {(): 1.0}
    for row in probs:
        said = {
            path + (k,): p * q for path, p in said.items() for k, q in enumerate(row)
        }
    total = sum(p for path, p in said.items() if collapse(path) == list(target))
    return -math.log(total) if total else math.inf
""",
    ),
    (
        "precision",
        "rounding-code",
        """
def spacing(x, digits, least):
    size = 2.0**least
    while size * 2 <= abs(x):
        size *= 2
    return size / 2**digits
def round_to(x, digits, least):
    step = spacing(x, digits, least)
    below = math.floor(x / step)
    left = x / step - below
    up = left > 0.5 or (left == 0.5 and below % 2 == 1)
    return (below + up) * step
""",
    ),
    (
        "precision",
        "loss-code",
        """
def loss(z, y):
    return float(np.logaddexp(0, -z if y else z))
def slope(z, y):
    sign = -1.0 if y else 1.0
    return sign * math.exp(-np.logaddexp(0, -sign * z))
""",
    ),
    (
        "precision",
        "parts-code",
        """
def logsumexp_in_parts(blocks):
    total = -np.inf
    for block in blocks:
        total = np.logaddexp(total, np.logaddexp.reduce(block))
    return total
""",
    ),
    (
        "precision",
        "still-code",
        """
def stands_still(size, digits):
    total = np.float64(0)
    while total < size * 2.0 ** (digits + 1):
        total += size
    return total
""",
    ),
    (
        "precision",
        "broken-code",
        """
def first_broken(losses, norms, scaled):
    row = 0
    for i, (loss, norm) in enumerate(zip(losses, norms)):
        row = 0 if np.isfinite(norm) else row + 1
        if row == (3 if scaled else 1):
            return i - row + 1
        if not np.isfinite(loss) and not (row and scaled):
            return i
        if not np.isfinite(loss):
            return i if row < 3 else i - 2
    return -1
""",
    ),
    (
        "imbalance",
        "mean-code",
        """
def weighted_mean(losses, labels, weights, ignore=-100):
    labels = np.array(labels)
    kept = labels != ignore
    if not kept.any():
        raise ValueError
    w = np.array(weights, dtype=float)[labels[kept]]
    return np.average(np.array(losses)[kept], weights=w)
""",
    ),
    (
        "imbalance",
        "undo-code",
        """
def weighted_answer(prior, w):
    odds = w * prior / (1 - prior)
    return odds / (1 + odds)
def undo(q, w):
    odds = q / (1 - q) / w
    return odds / (1 + odds)
def undo_classes(scores, weights):
    e = np.exp(np.array(scores)) / np.array(weights)
    return e / np.sum(e)
""",
    ),
    (
        "imbalance",
        "threshold-code",
        """
def alarm_from(miss, false_alarm):
    return 1 / (1 + miss / false_alarm)
def same_decisions(t, w):
    return 1 / (1 + (1 - t) / (w * t))
""",
    ),
    (
        "imbalance",
        "focal-code",
        """
def focal_answer(prior, gamma):
    low, high = 1e-9, 1 - 1e-9
    def steep(q):
        return (1 - q) ** gamma * (1 - q - gamma * q * math.log(q))
    for _ in range(60):
        q = (low + high) / 2
        if prior * steep(q) > (1 - prior) * steep(1 - q):
            low = q
        else:
            high = q
    return q
""",
    ),
]

# Assignment, cell, answer, and the points that each test takes off: likely mistakes.
WRONG = [
    (
        "information_content",
        "self-information",
        """
def self_information(p, base=None):
    return -math.log2(p)
""",
        {"self-information-values": 2, "self-information-edges": 3, "message-test": 2},
    ),
    (
        "information_content",
        "self-information",
        """
def self_information(p, base=None):
    if not 0 <= p <= 1:
        raise ValueError
    return math.inf if p == 0 else -math.log(p, base or math.e)
""",
        {"self-information-edges": 1},
    ),  # minus zero
    (
        "information_content",
        "message",
        """
def message_information(text, probabilities):
    product = 1.0
    for letter in text:
        product *= probabilities.get(letter, 0)
    return -math.log2(product) if product else math.inf
""",
        {"message-long": 2},
    ),
    (
        "information_content",
        "numbers",
        """
card, two_dice, heads = math.log2(52), math.log2(6), 20
""",
        {"numbers-test": 2},
    ),
    (
        "entropy",
        "entropy-code",
        """
def entropy(p, base=None):
    return -sum(x * math.log(x) for x in p) / (math.log(base) if base else 1)
""",
        {"entropy-zeros": 2},
    ),
    (
        "entropy",
        "binary-code",
        """
def binary_entropy(p):
    return -p * np.log2(p) - (1 - p) * np.log2(1 - p)
half_bit = 0.25
""",
        {"binary-test": 2, "half-bit-test": 2},
    ),
    (
        "entropy",
        "codes",
        """
def kraft_sum(lengths):
    return sum(2.0**-length for length in lengths)
def expected_length(p, lengths):
    return sum(lengths) / len(lengths)
def shannon_lengths(p):
    return [round(-math.log2(x) + 0.2) for x in p]
""",
        {"kraft-test": 2, "shannon-test": 3},
    ),
    ("entropy", "perplexity", "perplexity_box = 2 ** entropy(box)", {"perplexity-test": 1}),
    (
        "kl_divergence",
        "kl-code",
        """
def kl_divergence(p, q):
    return sum(abs(a * math.log(a / b)) if a and b else 0.0 for a, b in zip(p, q))
""",
        {"kl-values": 2, "kl-zeros": 2, "directions-test": 2, "js-test": 4},
    ),
    (
        "kl_divergence",
        "directions",
        """
forward = backward = kl_divergence([0.5, 0.3, 0.2], [0.4, 0.4, 0.2])
p_equal, q_equal = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]
""",
        {"directions-test": 2, "equal-test": 2},
    ),
    ("kl_divergence", "candidates", "best_forward, best_backward = 1, 2", {"candidates-test": 2}),
    (
        "kl_divergence",
        "js-code",
        """
def js_divergence(p, q):
    return (kl_divergence(p, q) + kl_divergence(q, p)) / 2
""",
        {"js-test": 4},
    ),
    (
        "cross_entropy",
        "q1-code",
        """
def cross_entropy(p, q):
    return -sum(b * math.log(a) for a, b in zip(p, q))
""",
        {"q1-test-value": 2, "q1-test-zeros": 2, "q2-test-parts": 2, "q4-test": 3},
    ),
    (
        "cross_entropy",
        "q1-code",
        """
def cross_entropy(p, q):
    return -sum(a * math.log(b + 1e-12) for a, b in zip(p, q))
""",
        {"q1-test-zeros": 1},
    ),
    (
        "cross_entropy",
        "q2-code",
        """
def decomposition(p, q):
    return cross_entropy(p, q), 0.0
best_q, smallest = [1, 0, 0], 0.0
""",
        {"q2-test-parts": 2, "q2-test-minimum": 2},
    ),
    (
        "cross_entropy",
        "q3-code",
        """
def batch_cross_entropy(q, labels):
    return -np.log(q[:, labels[0]]).mean()
""",
        {"q3-test-mean": 2, "q3-test-size": 2},
    ),
    (
        "cross_entropy",
        "q3-code",
        """
def batch_cross_entropy(q, labels):
    return -np.log(q[np.arange(len(q)), labels]).sum()
""",
        {"q3-test-mean": 2, "q3-test-size": 2},
    ),
    (
        "cross_entropy",
        "q4-code",
        """
def smoothing_floor(epsilon, classes):
    return 5 * epsilon
""",
        {"q4-test": 3},
    ),
    (
        "activations",
        "sigmoid-code",
        """
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
def tanh(x):
    return 2 * sigmoid(2 * x) - 1
""",
        {"sigmoid-extremes": 2, "tanh-test": 1},
    ),
    (
        "activations",
        "slopes-code",
        """
def sigmoid_slope(x):
    return x * (1 - x)
def tanh_slope(x):
    return 1 - tanh(x) ** 2
def relu_slope(x):
    return (x >= 0).astype(float)
steepest_sigmoid, steepest_tanh = 0.25, 1.0
""",
        {"slopes-test": 2},
    ),
    (
        "activations",
        "stack-code",
        """
def stacked_slope(f, slope, x, n):
    return slope(x) ** n
""",
        {"stack-test": 4},
    ),
    (
        "softmax",
        "softmax-code",
        """
def softmax(logits):
    weights = np.exp(logits)
    return weights / weights.sum(axis=-1, keepdims=True)
overflow32 = 709.78
""",
        {"softmax-stable": 2, "overflow-test": 1},
    ),
    (
        "softmax",
        "softmax-code",
        """
def softmax(logits):
    logits -= logits.max()
    return np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
overflow32 = 88.72
""",
        {"softmax-values": 2},
    ),
    (
        "softmax",
        "log-softmax-code",
        """
def log_softmax(logits):
    return np.log(softmax(logits))
def cross_entropy(logits, label):
    return -np.log10(softmax(logits)[label])
""",
        {"log-softmax-test": 2, "ce-logits-test": 2, "twice-test": 1},
    ),
    (
        "softmax",
        "jacobian-code",
        """
def softmax_jacobian(logits):
    p = softmax(logits)
    return np.diag(p * (1 - p))
def loss_gradient(logits, label):
    return np.eye(len(logits))[label] - softmax(logits)
""",
        {"jacobian-test": 3, "loss-gradient-test": 2},
    ),
    (
        "log_loss",
        "likelihood-code",
        """
def likelihood(p, y):
    return math.prod(a if b else 1 - a for a, b in zip(p, y))
def log_loss(p, y):
    right = [min(max(a if b else 1 - a, 1e-15), 1 - 1e-15) for a, b in zip(p, y)]
    return -sum(math.log(a) for a in right)
""",
        {"certain-test": 2},
    ),
    (
        "log_loss",
        "underflow-code",
        """
first_zero, loss_there, bits = 1024, 1024 * math.log(2), 1024
""",
        {"underflow-test": 1},
    ),
    ("log_loss", "clip-code", "worst, fee = -math.log(0.01), 0.01", {"clip-test": 2}),
    (
        "gradients",
        "numerical-code",
        """
def numerical_gradient(f, x, eps=1e-5):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        x[i] += eps
        gradient[i] = (f(x) - f(x - eps)) / eps
    return gradient
""",
        {"numerical-test": 3},
    ),
    (
        "gradients",
        "binary-slopes",
        """
def slope_by_probability(a, y):
    return a - y
def slope_by_logit(z, y):
    return 1 / (1 + math.exp(-z)) - y
""",
        {"probability-slope-test": 2, "logit-slope-test": 3},
    ),
    (
        "gradients",
        "multiclass-code",
        """
def softmax_loss(logits, label):
    return -math.log10(np.exp(logits)[label] / np.exp(logits).sum())
def softmax_loss_gradient(logits, label):
    p = np.exp(logits) / np.exp(logits).sum()
    return p - np.eye(len(p))[label]
by_probability = [0.2, -0.3, 0.1]
""",
        {"multiclass-test": 4, "by-probability-test": 1},
    ),
    (
        "gradients",
        "squared-code",
        """
def squared_slope(z):
    return slope_by_logit(z, 0)
steepest_a, steepest_slope = 0.5, 0.25
at_ten = (squared_slope(10.0), slope_by_logit(10.0, 0))
""",
        {"squared-test": 2, "steepest-test": 2},
    ),
    (
        "cross_entropy_vs_svm",
        "hinge-code",
        """
def weston_watkins(scores, label, margin=1.0):
    return sum(max(0.0, s - scores[label] + margin) for s in scores)
def crammer_singer(scores, label, margin=1.0):
    return max(scores) - scores[label] + margin
""",
        {"weston-test": 3, "crammer-test": 2, "first-test": 2},
    ),
    (
        "cross_entropy_vs_svm",
        "judges-code",
        """
def cross_entropy(scores, label):
    return -math.log10(math.exp(scores[label]) / sum(math.exp(s) for s in scores))
scores_found = [12.0, 9.0, 9.0]
""",
        {"judges-test": 2, "found-test": 2, "first-test": 2},
    ),
    (
        "cross_entropy_vs_svm",
        "hinge-gradient-code",
        """
def weston_watkins_gradient(scores, label, margin=1.0):
    gradient = [float(s - scores[label] + margin >= 0) for s in scores]
    gradient[label] = -1.0
    return gradient
""",
        {"hinge-gradient-test": 4},
    ),
    (
        "learning_rate_decay",
        "schedules-code",
        """
def step_decay(rate, step_size, gamma):
    return lambda t: rate * gamma ** (t / step_size)
def exponential_decay(rate, k):
    return lambda t: rate * math.exp(-k * t)
def inverse_time_decay(rate, k):
    return lambda t: rate / (1 + k) ** t
def with_warmup(schedule, steps):
    return lambda t: schedule(t) * min(1, (t + 1) / (steps + 1))
""",
        {"schedules-test": 3},
    ),
    (
        "learning_rate_decay",
        "epoch-code",
        """
k_iteration, after_one_epoch = 0.05 / 50, math.exp(-0.05 * 50)
""",
        {"epoch-test": 4},
    ),
    ("learning_rate_decay", "reach-code", "reach = lambda rate, k: rate / k", {"reach-test": 2}),
    (
        "optimizers",
        "ravine-code",
        """
def best_plain(flat, steep):
    return 2 / steep, (steep - flat) / (steep + flat)
def best_momentum(flat, steep):
    low, high = math.sqrt(flat), math.sqrt(steep)
    return 4 / (low + high) ** 2, (high - low) / (high + low)
""",
        {"ravine-test": 4},
    ),
    (
        "optimizers",
        "adam-code",
        """
def adam_updates(gradients, rate, b1=0.9, b2=0.999, eps=1e-8):
    m = s = 0.0
    updates = []
    for t, g in enumerate(gradients, 1):
        m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g * g
        updates.append(-rate * m / (1 - b1**t) / math.sqrt(s / (1 - b2**t) + eps))
    return updates
def quiet_factor(b1, b2):
    return (1 - b1) / (1 - b2)
""",
        {"adam-test": 4, "quiet-test": 2},
    ),
    (
        "optimizers",
        "plateau-code",
        """
def plateau_rates(losses, rate, factor, patience):
    best, waited, rates = math.inf, 0, []
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited >= patience:
            rate, waited = rate * factor, 0
        rates.append(rate)
    return rates
""",
        {"plateau-test": 4},
    ),
    (
        "optimizers",
        "accumulate-code",
        "accumulate = lambda gradients, counts: sum(gradients) / len(gradients)",
        {"accumulate-test": 3},
    ),
    (
        "training",
        "batch-code",
        BATCH.format(scale="", by_b="sum"),
        {"batch-gradient-test": 4, "train-test": 4},
    ),
    (
        "training",
        "penalty-code",
        """
def penalised(X, y, W, b, l2):
    loss, by_W, by_b = loss_and_gradients(X, y, W, b)
    return loss + l2 / 2 * np.sum(W**2), by_W + l2 * W, by_b + l2
""",
        {"penalty-test": 3},
    ),
    (
        "diagnosis",
        "landmarks-code",
        """
def chance(classes):
    return math.log10(classes)
def twice_floor(classes):
    return math.log(math.e + classes) - 1
def smoothing_floor(classes, eps):
    return -(1 - eps) * math.log(1 - eps) - eps * math.log(eps / classes)
def know_frequencies(shares):
    return -sum(p * math.log(p) for p in shares)
""",
        {"landmarks-test": 6},
    ),
    (
        "diagnosis",
        "nearest-code",
        """
def nearest(loss, marks):
    return min(marks, key=lambda name: abs(loss - marks[name]))
""",
        {"nearest-test": 3},
    ),
    (
        "diagnosis",
        "bad-code",
        """
def first_bad(losses):
    return next((i for i, loss in enumerate(losses) if not loss > 0 or loss == math.inf), -1)
""",
        {"bad-test": 3},
    ),
    (
        "diagnosis",
        "log-code",
        """
def diagnose(training, validation, start):
    if training[-1] > 0.9 * start:
        return "stuck"
    if max(training) > 2 * start:
        return "jumps"
    if validation[-1] > min(validation):
        return "overfitting"
    return "fine"
""",
        {"log-test": 3},
    ),
    (
        "calibration",
        "ece-code",
        """
def ece(probs, labels, bins):
    probs, labels = np.array(probs), np.array(labels)
    index = np.minimum((probs * bins).astype(int), bins - 1)
    return sum(
        abs((labels - probs)[index == b].sum()) for b in range(bins)
    ) / len(probs)
""",
        {"ece-test": 2},
    ),  # closed on the left
    (
        "calibration",
        "ece-code",
        """
def ece(probs, labels, bins):
    probs, labels = np.array(probs), np.array(labels)
    index = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], probs)
    return np.mean([abs((labels - probs)[index == b].mean()) for b in range(bins)])
""",
        {"ece-test": 5},
    ),  # bins without their shares, and empty ones
    (
        "calibration",
        "temperature-code",
        """
def slope(beta, logits, labels):
    z, y = np.array(logits), np.array(labels)
    return float(np.mean(1 / (1 + np.exp(-beta * z)) - y))
def temperature(logits, labels):
    grid = np.linspace(0.01, 100, 10000)
    return min(grid, key=lambda t: abs(slope(1 / t, logits, labels)))
""",
        {"temperature-test": 5},
    ),
    (
        "calibration",
        "split-code",
        """
def split(probs, labels):
    probs, labels = np.array(probs), np.array(labels)
    share = labels.mean()
    refinement = -share * math.log(share) - (1 - share) * math.log(1 - share)
    loss = -np.mean(np.log(np.where(labels == 1, probs, 1 - probs)))
    return loss - refinement, refinement
""",
        {"split-test": 4},
    ),  # one group for all
    (
        "calibration",
        "shift-code",
        "def shift(p, old, new): return p * new / old",
        {"shift-test": 2},
    ),
    (
        "language_models",
        "units-code",
        """
def perplexity(nats):
    return 2 ** np.mean(nats)
def bits_per_byte(nats, text):
    return np.sum(nats) / np.log(2) / len(text)
def whole_perplexity(texts):
    return float(np.exp(np.mean([np.mean(nats) for nats in texts])))
""",
        {"units-test": 4},
    ),
    (
        "language_models",
        "pairs-code",
        """
def fit(text, alphabet, c):
    counts = np.full((len(alphabet), len(alphabet)), float(c))
    for a, b in zip(text, text[1:]):
        counts[alphabet.index(b), alphabet.index(a)] += 1
    return counts / counts.sum(axis=1, keepdims=True)
def loss(table, alphabet, text):
    places = [alphabet.index(symbol) for symbol in text]
    return -sum(np.log2(table[a][b]) for a, b in zip(places, places[1:])) / (len(text) - 1)
""",
        {"pairs-test": 5},
    ),  # rows and columns exchanged; bits
    (
        "language_models",
        "labels-code",
        """
def labels_of(tokens, answer, pad):
    return [-100 if i < answer or token == pad else token for i, token in enumerate(tokens)]
def counted_mean(losses, labels):
    counts = np.asarray(labels) != -100
    return np.mean([row[kept].mean() for row, kept in zip(np.asarray(losses), counts)])
""",
        {"labels-test": 4},
    ),  # not shifted; a mean of means
    (
        "language_models",
        "labels-code",
        """
def labels_of(tokens, answer, pad):
    after = [*tokens[1:], pad]
    return [token if t + 1 > answer and token != pad else -100 for t, token in enumerate(after)]
def counted_mean(losses, labels):
    return float(np.asarray(losses)[np.asarray(labels) >= 0].mean())
""",
        {"labels-test": 2},
    ),  # the first token of the answer is left out
    (
        "language_models",
        "windows-code",
        """
def windows(length, size, stride):
    return [(s, s, min(s + size, length)) for s in range(0, length, stride)]
""",
        {"windows-test": 2},
    ),  # counts what overlaps twice
    (
        "relatives",
        "contrastive-code",
        """
def contrastive(s, tau):
    z = np.asarray(s) / tau
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - np.diag(z)))
def clip_loss(s, tau):
    s = np.asarray(s)
    p = np.exp(s / tau) / np.exp(s / tau).sum(axis=0)
    return float(-np.log(np.diag(p)).mean())
""",
        {"contrastive-test": 4},
    ),
    (
        "relatives",
        "floor-code",
        """
def chance(n):
    return math.log2(n)
def floor(n, tau):
    return math.log(1 + (n - 1) * math.exp(-2 / tau))
def temperature_for(n, loss):
    return n / (n - 1) / math.log((n - 1) / loss)
""",
        {"floor-test": 4},
    ),
    (
        "relatives",
        "preference-code",
        """
def preference(chosen, rejected, ref_chosen, ref_rejected, beta):
    logit = beta * (chosen - rejected)
    return math.log(1 + math.exp(-logit)), -1 / (1 + math.exp(logit))
""",
        {"preference-test": 4},
    ),
    (
        "relatives",
        "preference-code",
        """
def preference(chosen, rejected, ref_chosen, ref_rejected, beta):
    logit = beta * ((chosen - ref_chosen) - (rejected - ref_rejected))
    return float(np.logaddexp(0, -logit)), beta / (1 + math.exp(logit))
""",
        {"preference-test": 2},
    ),
    (
        "relatives",
        "leash-code",
        """
def leashed(reference, reward, beta):
    weights = np.asarray(reference) * np.exp(np.asarray(reward) * beta)
    return weights / weights.sum()
def worth(reference, reward, beta):
    return float(leashed(reference, reward, beta) @ np.asarray(reward))
""",
        {"leash-test": 4},
    ),
    (
        "relatives",
        "ctc-code",
        """
from itertools import product
def collapse(path):
    labels = [symbol for symbol in path if symbol]
    return [s for i, s in enumerate(labels) if i == 0 or labels[i - 1] != s]
def frames_needed(target):
    return len(target)
def ctc(probs, target):
    best = max(math.prod(row[s] for row, s in zip(probs, path))
               for path in product(range(3), repeat=len(probs)) if collapse(path) == list(target))
    return -math.log(best)
""",
        {"ctc-test": 4},
    ),
    (
        "precision",
        "rounding-code",
        """
def spacing(x, digits, least):
    return 2.0 ** (math.floor(math.log2(abs(x))) - digits)
def round_to(x, digits, least):
    step = spacing(x, digits, least)
    return math.floor(x / step + 0.5) * step
""",
        {"rounding-test": 4},
    ),
    (
        "precision",
        "loss-code",
        """
def loss(z, y):
    p = 1 / (1 + math.exp(-z))
    return -y * math.log(p) - (1 - y) * math.log(1 - p)
def slope(z, y):
    return 1 / (1 + math.exp(-z)) - y
""",
        {"loss-test": 4},
    ),
    (
        "precision",
        "parts-code",
        """
def logsumexp_in_parts(blocks):
    return math.log(sum(float(np.exp(block).sum()) for block in blocks))
""",
        {"parts-test": 1},
    ),
    (
        "precision",
        "parts-code",
        """
def logsumexp_in_parts(blocks):
    top, total = -math.inf, 0.0
    for block in blocks:
        largest = max(top, block.max())
        total += np.exp(block - largest).sum()
        top = largest
    return top + math.log(total)
""",
        {"parts-test": 4},
    ),
    (
        "precision",
        "still-code",
        """
def stands_still(size, digits):
    return size * 2**digits
""",
        {"still-test": 2},
    ),
    (
        "precision",
        "broken-code",
        """
def first_broken(losses, norms, scaled):
    for i, (loss, norm) in enumerate(zip(losses, norms)):
        if not math.isfinite(loss) or not math.isfinite(norm):
            return i
    return -1
""",
        {"broken-test": 2},
    ),
    (
        "imbalance",
        "mean-code",
        """
def weighted_mean(losses, labels, weights, ignore=-100):
    kept = [(loss, y) for loss, y in zip(losses, labels) if y != ignore]
    if not kept:
        raise ValueError
    return sum(loss * weights[y] for loss, y in kept) / len(kept)
""",
        {"mean-test": 5},
    ),
    (
        "imbalance",
        "mean-code",
        """
def weighted_mean(losses, labels, weights, ignore=-100):
    w = [0 if y == ignore else weights[y] for y in labels]
    return sum(a * b for a, b in zip(losses, w)) / sum(w)
""",
        {"mean-test": 1},
    ),
    (
        "imbalance",
        "undo-code",
        """
def weighted_answer(prior, w):
    return w * prior
def undo(q, w):
    return q / w
def undo_classes(scores, weights):
    z = np.array(scores) + np.log(weights)
    return np.exp(z) / np.exp(z).sum()
""",
        {"undo-test": 5},
    ),
    (
        "imbalance",
        "threshold-code",
        """
def alarm_from(miss, false_alarm):
    return false_alarm / miss
def same_decisions(t, w):
    return t / (t + w * (1 - t))
""",
        {"threshold-test": 4},
    ),
    (
        "imbalance",
        "focal-code",
        """
def focal_answer(prior, gamma):
    return prior
""",
        {"focal-test": 3},
    ),
]


def lost_points(assignment, answers):
    """Answer some cells differently, run all, and return the points that the tests take off."""
    notebook = read_source(SOURCES / f"{assignment}.md")
    space, lost = {"__name__": "__main__"}, {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        meta = cell.metadata.nbgrader
        cell.outputs = run(answers.get(meta.grade_id, cell.source), space)
        if meta.grade:
            earned, most = determine_grade(cell)
            lost[meta.grade_id] = most - earned
        else:
            assert not any(o.output_type == "error" for o in cell.outputs), cell.outputs
    return {name: points for name, points in lost.items() if points}


def run(source, space):
    """Execute a cell; return the outputs that decide its mark."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    # A warning goes to standard error, and so costs a test cell all its points.
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        try:
            exec(compile(tree, "cell", "exec"), space)
            value = last and eval(compile(ast.Expression(last.value), "cell", "eval"), space)
        except Exception as error:
            return [new_output("error", ename=type(error).__name__, evalue=str(error))]
    if warned:
        return [new_output("stream", name="stderr", text=str(warned[0].message))]
    if last is None or value is None:
        return []
    return [new_output("execute_result", data={"text/plain": repr(value)})]


def naming(cases):
    return [pytest.param(*case, id=f"{case[0]}-{case[1]}") for case in cases]


@pytest.mark.parametrize(("assignment", "cell", "answer"), naming(RIGHT))
def test_right_answers_earn_all_points(assignment, cell, answer):
    assert lost_points(assignment, {cell: answer}) == {}


@pytest.mark.parametrize(("assignment", "cell", "answer", "expected"), naming(WRONG))
def test_mistakes_cost_their_points(assignment, cell, answer, expected):
    assert lost_points(assignment, {cell: answer}) == expected
