"""The kinds of the toolkit, a module for each or for close relatives.

A module has ``KINDS``, its kinds of models, ``BUNDLES``, kinds of bundles besides theirs, or both.
"""

from importlib import import_module
from pkgutil import iter_modules

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
#: All kinds of models.
MODEL_KINDS = tuple(model for module in _MODULES for model in getattr(module, "KINDS", ()))
#: All kinds of bundles.
BUNDLE_KINDS = tuple(
    dict.fromkeys(
        bundle
        for module in _MODULES
        for bundle in (
            *(model.holds for model in getattr(module, "KINDS", ())),
            *getattr(module, "BUNDLES", ()),
        )
    )
)
