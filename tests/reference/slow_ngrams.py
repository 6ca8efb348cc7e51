"""Slow twins of n-gram counts and models: dictionaries, and the equations as they are printed.

A sentence is a list of ids without ``<s>`` and ``</s>``; a history holds the ids before a word from
``<s>`` on.
"""

import math
from collections import Counter

UNK, BOS, EOS = 0, 1, 2


def count(sentences, order):
    """Counter of n-grams (tuples of ids) of orders 1 to `order`."""
    counts = Counter()
    for sentence in sentences:
        padded = (BOS, *sentence, EOS)
        for k in range(1, order + 1):
            for i in range(len(padded) - k + 1):
                counts[padded[i : i + k]] += 1
    return counts


def leaves(sentences, order):
    """N-grams of the highest order, and those that end a sentence, filled up with </s>; sorted."""
    counts = count(sentences, order)
    found = {
        ngram + (EOS,) * (order - len(ngram)): number
        for ngram, number in counts.items()
        if number and (len(ngram) == order or ngram[-1] == EOS)
    }
    return sorted(found.items())


def added(tables):
    """The sum of tables of counts, sorted."""
    total = Counter()
    for table in tables:
        total.update(table)
    return sorted(total.items())


def first_seen(sentences, n_words):
    stream = [word for sentence in sentences for word in (BOS, *sentence, EOS)]
    return [stream.index(word) if word in stream else -1 for word in range(n_words)]


def adjusted(counts, order):
    """Kneser-Ney's counts: how many words occur before an n-gram below the highest order."""
    result = Counter()
    for ngram, number in counts.items():
        if len(ngram) == order or ngram[0] == BOS:
            result[ngram] = number
        if len(ngram) > 1:
            result[ngram[1:]] += 1
    return result


class Model:
    """p(w | h) = share(hw) + gamma(h) p(w | h'), with gamma(h) = 1 - sum of the shares.

    Parameters
    ----------
    counts : Counter
        c of each n-gram.
    share : function (c, total, n_types, k, history) -> float
        What n-grams with count c keep for themselves.
    thresholds : sequence of int
        n-grams that do not occur more often in `raw` than that of their order are skipped.
    """

    def __init__(self, counts, n_words, order, share, raw=None, thresholds=None, closed=False):
        self.n_words, self.order = n_words, order
        self.followers = {}
        for ngram, number in counts.items():
            if ngram != (BOS,) and number:
                self.followers.setdefault(ngram[:-1], {})[ngram[-1]] = number
        self.share, self.raw = share, raw
        self.thresholds = thresholds or [0] * order
        self.no_unk = closed and not counts[(UNK,)]
        self.base = 1 / (n_words - 1 - self.no_unk)

    def kept(self, ngram):
        return self.raw is None or self.raw[ngram] > self.thresholds[len(ngram) - 1]

    def shares(self, history):
        followers = self.followers[history]
        total, n_types = sum(followers.values()), len(followers)
        return {
            word: self.share(number, total, n_types, len(history) + 1, history)
            for word, number in followers.items()
            if self.kept((*history, word))
        }

    def prob(self, word, history):
        if word == BOS:
            return 0.0
        history = tuple(history)[max(0, len(history) - self.order + 1) :]
        if history in self.followers:
            shares = self.shares(history)
            gamma = 1 - math.fsum(shares.values())
        else:
            shares, gamma = {}, 1.0
        if history:
            lower = self.prob(word, history[1:])
        else:
            lower = 0.0 if word == UNK and self.no_unk else self.base
        return shares.get(word, 0.0) + gamma * lower


def stupid_backoff(counts, order, factor, word, history):
    """Brants et al. (2007), equation 5."""
    history = tuple(history)[max(0, len(history) - order + 1) :]
    number = counts[(*history, word)] if word != BOS else 0
    if not history:
        return number / sum(c for ngram, c in counts.items() if len(ngram) == 1 and ngram != (BOS,))
    if number:
        return number / counts[history]
    return factor * stupid_backoff(counts, order, factor, word, history[1:])


def modified_discounts(numbers):
    """D1, D2 and D3+ from the counts of counts (Chen and Goodman 1999, equation 26)."""
    n1, n2, n3, n4 = numbers
    y = n1 / (n1 + 2 * n2)
    return [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]


def kneser_ney(sentences, n_words, order, discounts, thresholds=None, closed=False):
    """Chen and Goodman (1999), section 4.1; discounts: D1, D2 and D3+ of each order."""
    raw = count(sentences, order)

    def share(number, total, n_types, k, history):
        return max(0.0, number - discounts[k - 1][min(number, 3) - 1]) / total

    return Model(adjusted(raw, order), n_words, order, share, raw, thresholds, closed)


def simple(method, sentences, n_words, order, thresholds=None, closed=False, **parameters):
    """The methods that take counts as they are."""
    raw = count(sentences, order)
    no_unk = closed and not raw[(UNK,)]

    def share(number, total, n_types, k, history):
        if method == "mle":
            return number / total
        if method == "witten-bell":
            return number / (total + n_types)
        if method == "absolute":
            return max(0.0, number - parameters["discount"]) / total
        if method == "jelinek-mercer":
            return parameters["weights"][k - 1] * number / total
        if k < order and history[:1] != (BOS,):  # add-k: shorter histories are uniform
            return 0.0
        return number / (total + parameters["k"] * (n_words - 1 - no_unk))

    return Model(raw, n_words, order, share, raw, thresholds, closed)


class Table:
    """A back-off model as a dictionary, looked up by the definition."""

    def __init__(self, model):
        trie = model.trie
        self.order, self.n_words = model.order, trie.n_words
        self.probs, self.backoffs = {}, {}
        self.unseen = math.exp(model.unseen_backoff)
        for k in range(1, model.order + 1):
            for place, ngram in enumerate(
                map(tuple, trie.ngrams(k).tolist()), trie.places(k).start
            ):
                self.probs[ngram] = math.exp(model.logprobs[place])
                if k < model.order:
                    self.backoffs[ngram] = math.exp(model.backoffs[place])

    def prob(self, word, history):
        history = tuple(history)[max(0, len(history) - self.order + 1) :]
        if (*history, word) in self.probs or not history:
            return self.probs[(*history, word)]
        return self.backoffs.get(history, self.unseen) * self.prob(word, history[1:])

    def seen_order(self, word, history):
        """The order of the n-gram that a word is found in."""
        history = tuple(history)[max(0, len(history) - self.order + 1) :]
        while (*history, word) not in self.probs:
            history = history[1:]
        return len(history) + 1

    def explicit(self, history):
        return [n[-1] for n in self.probs if n[:-1] == history and n != (BOS,)]

    def history_prob(self, history):
        """How often the model comes by a history; by ``<s>`` as often as by ``</s>``."""
        words = [EOS if word == BOS else word for word in history[:1]]
        prob = self.prob(words[0], ())
        for at in range(1, len(history)):
            prob *= self.prob(history[at], history[:at])
        return prob

    def cost(self, ngram):
        """Relative rise in perplexity without one n-gram (Stolcke 1998), summed over all words."""
        history, words = ngram[:-1], [w for w in range(self.n_words) if w != BOS]
        before = {word: self.prob(word, history) for word in words}
        explicit = [word for word in self.explicit(history) if word != ngram[-1]]
        lower = {word: self.prob(word, history[1:]) for word in words}
        rest = 1 - math.fsum(before[word] for word in explicit)
        backoff = rest / (1 - math.fsum(lower[word] for word in explicit))
        after = {w: before[w] if w in explicit else backoff * lower[w] for w in words}
        divergence = math.fsum(
            before[word] * (math.log(before[word]) - math.log(after[word]))
            for word in words
            if before[word] > 0
        )
        return math.exp(self.history_prob(history) * divergence) - 1
