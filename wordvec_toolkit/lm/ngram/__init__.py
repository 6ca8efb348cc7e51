"""N-gram models, from counts to back-off probabilities: smoothing, estimation, pruning."""
