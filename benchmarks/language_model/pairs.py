"""Byte pairs: tokens made by joining, again and again, the two that stand side by side most often.

R. Sennrich, B. Haddow and A. Birch, "Neural Machine Translation of Rare Words with Subword Units",
*Annual Meeting of the Association for Computational Linguistics*, 2016. All texts are ASCII here,
so that a character is a byte.
"""

import re
from collections import Counter, defaultdict
from itertools import pairwise

#: A token does not go beyond a word and the blank before it.
PIECE = re.compile(r" ?[^\s]+|\s")
#: A token is written as a character from here on, so that a model of characters can count it.
FIRST = 0xF0000


def learn(text: str, merges: int) -> list[tuple[str, str]]:
    """Return the pairs to join, in their order."""
    words = Counter(PIECE.findall(text))
    parts = {word: list(word) for word in words}
    counts: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], set[str]] = defaultdict(set)
    for word, n in words.items():
        for pair in pairwise(parts[word]):
            counts[pair] += n
            where[pair].add(word)
    found = []
    for _ in range(merges):
        best = max(counts, key=lambda pair: (counts[pair], pair))
        found.append(best)
        for word in where.pop(best):
            for pair in pairwise(parts[word]):
                counts[pair] -= words[word]
            parts[word] = join(parts[word], best)
            for pair in pairwise(parts[word]):
                counts[pair] += words[word]
                where[pair].add(word)
        del counts[best]
    return found


def join(parts: list[str], pair: tuple[str, str]) -> list[str]:
    """Return the parts of a word with each such pair as one."""
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == pair:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def tokens(text: str, merges: list[tuple[str, str]]) -> list[str]:
    """Return the tokens of a text, which joined are the text."""
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    known: dict[str, list[str]] = {}
    for word in set(PIECE.findall(text)):
        parts = list(word)
        while (
            best := min(pairwise(parts), key=lambda p: ranks.get(p, len(ranks)), default=None)
        ) in ranks:
            parts = join(parts, best)
        known[word] = parts
    return [token for word in PIECE.findall(text) for token in known[word]]


def written(sequence: list[str], vocabulary: list[str]) -> str:
    """Return tokens as characters, one each."""
    place = {token: chr(FIRST + i) for i, token in enumerate(vocabulary)}
    return "".join(place.get(token, "\ufffd") for token in sequence)
