"""Thesauri (WordNet), measures of similarity on them, and vectors improved by a lexicon."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
