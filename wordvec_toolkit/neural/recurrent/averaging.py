"""Averaged SGD: the mean of the weights over the last steps is the model."""

from collections.abc import Sequence

from .door import torch


class Average:
    """The mean of a network's weights over all steps since it was made.

    Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging", equation 2:
    mean_n = mean_(n-1) + (w_n - mean_(n-1)) / n.

    Parameters
    ----------
    network : torch.nn.Module
        Its weights are the mean as long as there was no step.
    n : int
        Steps that are in the mean.

    Attributes
    ----------
    weights : dict of tensors
    n : int
    """

    def __init__(self, network: torch.nn.Module, n: int = 0) -> None:
        self.n = n
        weights = network.state_dict().items()
        self.weights = {name: weight.detach().clone() for name, weight in weights}

    @torch.no_grad()
    def add(self, network: torch.nn.Module) -> None:
        """Take in the weights after a step."""
        self.n += 1
        for name, weight in network.state_dict().items():
            self.weights[name].lerp_(weight, 1 / self.n)


def is_time_to_average(perplexities: Sequence[float | None], n_epochs: int) -> bool:
    """Return whether the last held-out perplexity is worse than one more than n epochs back.

    Merity et al. 2018, "Regularizing and optimizing LSTM language models", algorithm 1, the
    non-monotone trigger: v > min of those checked more than n times ago.  Without held-out text it
    is time after n epochs.
    """
    before = perplexities[: max(0, len(perplexities) - 1 - n_epochs)]
    last = perplexities[-1]
    if last is None:
        return len(perplexities) >= n_epochs
    return any(each is not None and last > each for each in before)
