"""Models that turn one sequence into another: the interface, decoding, and models from counts."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
