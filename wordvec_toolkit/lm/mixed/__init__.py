"""Mixtures of language models, and the models that are made to be mixed."""
