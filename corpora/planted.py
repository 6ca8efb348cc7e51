"""Corpora with a planted structure: what should come out of them is known beforehand.

Three kinds, all seeded:

* `pair_corpus`: two-word sentences in which every (target, context) pair occurs an exact number of
  times.  Counted with window 1 to the right, the counts are the plan itself, and PMI follows from
  it by arithmetic.  The plan is a product of a Zipfian frequency, a stem's profile and an
  attribute's profile, so that rows of PMI add up, and analogies
  ``stem0_a : stem0_b :: stem1_a : stem1_b`` hold.
* `topic_text`: a stream of any length for measuring how cost grows.  A sentence has a topic; its
  words are drawn independently, function words from one Zipfian distribution, content words from
  the topic's own.  Two content words of one topic have PMI log(n_topics) in the limit, a function
  word with anything has 0, and words of different topics never meet.

* `growing_text`: the same, but topics never run out of words.  From 0.4 to 80 million tokens it has
  about as many types as Korean Wikipedia split at spaces: 655,000 in 2.9 million tokens (650,000
  there), of which 76,000 occur 5 times (71,000).

As a program it writes the second kind, or the third:

    python corpora/planted.py --tokens 100000000 --seed 1 > synthetic.txt
    python corpora/planted.py --tokens 1000000000 --growing > large.txt
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PairPlan:
    """What `pair_corpus` plants.

    Attributes
    ----------
    targets, contexts : list of str
        ``stem3_b`` and ``ctx17``.
    counts : int64 array (n_targets, n_contexts)
        How often each pair occurs.
    questions : list of (str, str, str, str)
        Analogies that hold.
    """

    targets: list[str]
    contexts: list[str]
    counts: np.ndarray
    questions: list[tuple[str, str, str, str]]

    def pmi(self) -> np.ndarray:
        """Return log(n(w, c) N / (n(w) n(c))), with -inf where a pair does not occur."""
        counts = self.counts.astype(np.float64)
        expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
        with np.errstate(divide="ignore"):
            return np.log(counts / expected)


def plan_pairs(
    n_stems: int = 6, n_attributes: int = 3, n_contexts: int = 40, scale: int = 4000, seed: int = 0
) -> PairPlan:
    """Draw a plan: counts = round(scale / rank * stem profile * attribute profile)."""
    generator = np.random.default_rng(seed)
    stems = np.exp(generator.normal(size=(n_stems, n_contexts)))
    attributes = np.exp(generator.normal(size=(n_attributes, n_contexts)))
    profile = (stems[:, None, :] * attributes[None, :, :]).reshape(-1, n_contexts)
    profile /= profile.sum(axis=1, keepdims=True)
    ranks = 1 + np.arange(len(profile))
    counts = np.rint(scale * n_contexts / ranks[:, None] * profile).astype(np.int64)
    letters = "abcdefghijklmnopqrstuvwxyz"[:n_attributes]
    targets = [f"stem{i}_{letter}" for i in range(n_stems) for letter in letters]
    questions = [
        (f"stem{i}_{a}", f"stem{i}_{b}", f"stem{j}_{a}", f"stem{j}_{b}")
        for i in range(n_stems)
        for j in range(n_stems)
        if i != j
        for a in letters
        for b in letters
        if a != b
    ]
    return PairPlan(targets, [f"ctx{i}" for i in range(n_contexts)], counts, questions)


def pair_corpus(plan: PairPlan, seed: int = 0) -> str:
    """Return the text of a plan: one pair a line, in random order."""
    rows, columns = np.nonzero(plan.counts)
    repeats = plan.counts[rows, columns]
    order = np.random.default_rng(seed).permutation(int(repeats.sum()))
    lines = np.repeat(
        [f"{plan.targets[r]} {plan.contexts[c]}" for r, c in zip(rows, columns)], repeats
    )
    return "\n".join(lines[order]) + "\n"


@dataclass(frozen=True)
class TopicModel:
    """What `topic_text` draws from; words are ``f12`` (function) and ``t3w45`` (content)."""

    n_topics: int = 50
    n_function: int = 200
    n_content: int = 1000  # words of one topic
    function_share: float = 0.5
    sentence_length: int = 20

    def probabilities(self) -> tuple[np.ndarray, np.ndarray]:
        """Return p(word | function) and p(word | content of one topic): Zipf, 1 / rank."""
        return tuple(  # type: ignore[return-value]
            (1 / ranks) / (1 / ranks).sum()
            for ranks in (1.0 + np.arange(self.n_function), 1.0 + np.arange(self.n_content))
        )


def topic_text(n_tokens: int, seed: int = 0, model: TopicModel | None = None) -> Iterator[str]:
    """Yield about `n_tokens` tokens of text, many sentences at a time, one a line."""
    model = model or TopicModel()
    generator = np.random.default_rng(seed)
    function, content = (np.cumsum(p) for p in model.probabilities())
    words = np.array(
        [f"f{i}" for i in range(model.n_function)]
        + [f"t{t}w{i}" for t in range(model.n_topics) for i in range(model.n_content)]
    )
    left = -(-n_tokens // model.sentence_length)
    while left > 0:
        n = min(left, 20_000)
        shape = (n, model.sentence_length)
        is_function = generator.random(shape) < model.function_share
        uniform = generator.random(shape)
        topics = generator.integers(model.n_topics, size=(n, 1))
        content_ids = (
            model.n_function
            + topics * model.n_content
            + np.minimum(np.searchsorted(content, uniform), model.n_content - 1)
        )
        function_ids = np.minimum(np.searchsorted(function, uniform), model.n_function - 1)
        chosen = words[np.where(is_function, function_ids, content_ids)]
        yield "\n".join(map(" ".join, chosen.tolist())) + "\n"
        left -= n


_GROWTH, _OFFSET = 0.7, 100.0  # of types as tokens^growth (Heaps' law)
_LETTERS = 7  # of a word


def growing_text(n_tokens: int, seed: int = 0) -> Iterator[bytes]:
    """Yield about `n_tokens` tokens of text, many sentences at a time, one a line.

    A tenth are function words, as in `topic_text`.  Content words of rank r and more have the share
    (offset / (r + offset))^(1 / growth - 1) of those of their topic.
    """
    model = TopicModel()
    generator = np.random.default_rng(seed)
    function = np.cumsum(model.probabilities()[0])
    left = -(-n_tokens // model.sentence_length)
    while left > 0:
        n = min(left, 20_000)
        shape = (n, model.sentence_length)
        uniform = 1 - generator.random(shape)
        ranks = (_OFFSET * (uniform ** (-1 / (1 / _GROWTH - 1)) - 1)).clip(0, 1e15).astype(np.int64)
        topics = generator.integers(model.n_topics, size=(n, 1))
        ids = model.n_function + topics + model.n_topics * ranks
        is_function = generator.random(shape) < 0.1
        function_ids = np.searchsorted(function, uniform).clip(0, model.n_function - 1)
        ids = np.where(is_function, function_ids, ids)
        letters = np.empty((*shape, _LETTERS + 1), np.uint8)
        for place in range(_LETTERS):
            ids, letters[..., place] = np.divmod(ids, 26)
        letters[..., :_LETTERS] += ord("a")
        letters[..., _LETTERS] = ord(" ")
        letters[:, -1, _LETTERS] = ord("\n")
        yield letters.tobytes()
        left -= n


def main() -> None:
    """Write a topic corpus to standard output."""
    parser = argparse.ArgumentParser(description="Write a synthetic corpus to standard output.")
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--growing", action="store_true", help="with ever new words")
    arguments = parser.parse_args()
    if arguments.growing:
        for block in growing_text(arguments.tokens, arguments.seed):
            sys.stdout.buffer.write(block)
        return
    for text in topic_text(arguments.tokens, arguments.seed):
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
