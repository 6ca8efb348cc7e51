"""Language models by counting: n-grams, their smoothing, and mixtures."""
