"""Slow, obvious twins of the components of mixtures of language models."""

import math
from collections import Counter, defaultdict

BOS, EOS = 1, 2


def cache_probs(ids, order, memory, n_words):
    """The probability of each token and the evidence for it, by looking at all tokens before."""
    probs, evidence = [], []
    before = [BOS] * (order - 1) + list(ids)
    for at, word in enumerate(ids):
        history = before[at : at + order - 1]
        hit = total = 0.0
        for other in range(at):
            if before[other : other + order - 1] == history:
                share = math.exp((other - at) / memory)
                total += share
                hit += share if ids[other] == word else 0
        evidence.append(total)
        uniform = 0.0 if word == BOS else 1 / (n_words - 1)
        probs.append(hit / total if total >= 1e-9 else uniform)
    return probs, evidence


def factored(stream, factors, targets, n_targets, discounts):
    """A function (values of factors, target) -> probability, by interpolated Kneser-Ney.

    `discounts` gives D1, D2, D3+ from the counts of one level.
    """
    levels = []
    events = Counter()
    for at, target in enumerate(targets):
        values = []
        for distance, classes in factors:
            word = stream[at - distance] if at >= distance else EOS
            values.append(int(word if classes is None else classes[word]))
        events[(*values, target)] += 1
    for _ in range(len(factors) + 1):
        levels.insert(0, events)
        events = Counter((*event[:-2], event[-1]) for event in events)

    def probability(values, target):
        p = 1 / n_targets
        for level, counts in enumerate(levels):
            history = tuple(values[:level])
            after = {event[-1]: n for event, n in counts.items() if event[:-1] == history}
            if not after:
                break
            taken = discounts(list(counts.values()))
            total = sum(after.values())
            gamma = sum(taken[min(n, 3)] for n in after.values()) / total
            seen = after.get(target, 0)
            p = (seen - taken[min(seen, 3)]) / total + gamma * p
        return p

    return probability


def exchange_round(pairs, classes, order, n_classes):
    """One round of the exchange algorithm, the objective computed again for each move."""

    def objective(chosen):
        joint, totals = Counter(), Counter()
        for (word, feature), count in pairs.items():
            joint[chosen[word], feature] += count
            totals[chosen[word]] += count
        return sum(n * math.log(n) for n in joint.values()) - sum(
            n * math.log(n) for n in totals.values()
        )

    classes = list(classes)
    seen = {word for word, _ in pairs}
    for word in order:
        if word not in seen or classes.count(classes[word]) == 1:
            continue
        scores = []
        for candidate in range(n_classes):
            scores.append(objective([*classes[:word], candidate, *classes[word + 1 :]]))
        best = classes[word]
        for candidate in range(n_classes):
            if scores[candidate] > scores[best] + 1e-9:
                best = candidate
        classes[word] = best
    return classes


def soft_probability(before, word, neighbors, shares, bigram):
    """The bigram probabilities after each neighbour, by their shares."""
    return sum(
        share * bigram(other, word) for other, share in zip(neighbors[before], shares[before])
    )


def adapted(base, history, model):
    """The distribution `base` after `history`, bent as an `AdaptedModel` does it."""
    n = len(history)
    faded = defaultdict(float)
    for age in range(1, min(int(10 * model.memory), n) + 1):
        share = math.exp(-age / model.memory)
        faded[int(history[n - age])] += share
    at = n // model.step * model.step
    topic, weight = [0.0] * model.contexts.shape[1], model.caution
    for age in range(1, min(int(10 * model.topic_memory), at) + 1):
        word = int(history[at - age])
        share = math.exp(-age / model.topic_memory)
        share *= 0 if word < 3 else model.rare / (model.rare + model.unigrams[word])
        weight += share
        topic = [t + share * float(c) for t, c in zip(topic, model.contexts[word])]
    if weight > 0:
        topic = [t / weight for t in topic]
    scores = [sum(t * float(v) for t, v in zip(topic, row)) for row in model.vectors]
    known = [bool(row.any()) for row in model.vectors]
    mass = sum(u for u, k in zip(model.unigrams, known) if k)
    mean = sum(u * s for u, s, k in zip(model.unigrams, scores, known) if k) / mass
    out = []
    for word, p in enumerate(base):
        ratio = faded[word] / (model.memory * model.unigrams[word]) if faded[word] > 0 else 0.0
        factor = (model.floor + (1 - model.floor) * ratio) ** model.strength
        if known[word]:
            factor *= math.exp(model.topic_strength * (scores[word] - mean))
        out.append(p * factor)
    return [p / sum(out) for p in out]
