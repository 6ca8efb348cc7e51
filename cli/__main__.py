"""``python -m wordvec_toolkit.cli``."""

from . import run

run()
