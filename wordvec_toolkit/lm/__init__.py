"""Language models from counts.

`ngram` goes from counts to back-off models, `mixed` mixes models, `arpa` reads and writes ARPA
files; every model is a `language_model.LanguageModel`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
