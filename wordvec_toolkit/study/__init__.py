"""A study: one corpus, every model, one report; `comparing` is the whole."""
