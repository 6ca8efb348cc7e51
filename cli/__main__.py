"""``python -m wordvec_toolkit.cli``."""

from .main import main

main()
