"""Slow, obvious twins of what recurrent models do with the text so far."""

import math

import numpy as np

BOS, EOS = 1, 2


def hidden_states(network, ids):
    """What the softmax takes before each token: float64 (n, width), read one by one."""
    import torch

    states, before, found = network.begin(1), EOS, []
    with torch.no_grad():
        for token in ids:
            x, states = network.read(torch.tensor([[before]]), states)
            found.append(x[0, 0].double().numpy())
            before = int(token)
    return np.array(found)


def cache_distribution(hidden, ids, at, window, flatness, n_words):
    """p_cache of Grave et al. 2017, equation 3, for the token at a place; None if it is empty."""
    total = np.zeros(n_words)
    for i in range(max(0, at - window), at):
        if ids[i] != BOS:
            total[ids[i]] += math.exp(flatness * float(hidden[at] @ hidden[i]))
    return total / total.sum() if total.sum() > 0 else None


def dynamic_logprobs(network, ids, segment, step):
    """Each token's logarithm, segments at a time; `step(weights, gradients)` learns in place.

    `network` is changed.
    """
    import torch

    weights = list(network.parameters())
    states, before, found = network.begin(1), EOS, []
    for first in range(0, len(ids), segment):
        piece = ids[first : first + segment].astype(np.int64)
        shifted = torch.tensor([before, *piece[:-1].tolist()])[:, None]
        x, states = network.read(shifted, states)
        logprobs = torch.log_softmax(network.logits(x[:, 0]), dim=1)
        own = logprobs[torch.arange(len(piece)), torch.from_numpy(piece)]
        found += own.tolist()
        before = int(piece[-1])
        if len(piece) == segment:
            gradients = torch.autograd.grad(-own.mean(), weights)
            with torch.no_grad():
                step(weights, gradients)
        states = [tuple(part.detach() for part in state) for state in states]
    return np.array(found)
