"""Shares of a fading past (`wordvec_toolkit.lm.mixed.cache`)."""

import numpy as np

from . import kernel


@kernel
def fading_counts(histories, events, n_histories, n_events, memory, of_event, of_history):
    """Fill in, at each token, the faded counts of its event and of its history so far."""
    event_sum, event_seen = np.zeros(n_events), np.zeros(n_events, np.int64)
    history_sum, history_seen = np.zeros(n_histories), np.zeros(n_histories, np.int64)
    for at in range(len(events)):
        event, history = events[at], histories[at]
        of_event[at] = event_sum[event] * np.exp((event_seen[event] - at) / memory)
        of_history[at] = history_sum[history] * np.exp((history_seen[history] - at) / memory)
        event_sum[event] = of_event[at] + 1.0
        history_sum[history] = of_history[at] + 1.0
        event_seen[event] = at
        history_seen[history] = at
