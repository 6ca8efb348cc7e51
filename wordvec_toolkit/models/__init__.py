"""Kinds of models, how each is built in a workspace, and how each is opened."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
