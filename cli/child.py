"""wvt in a process that ends when its caller does.

The caller holds the other end of standard input, which ends however the caller ends.  What a
command has finished by then is kept, as after any kill.
"""

import os
import sys
import threading

from . import main as cli


def _end_with_the_caller() -> None:
    while os.read(sys.stdin.fileno(), 1 << 12):
        pass
    os._exit(130)


def main() -> None:
    """Run ``wvt``."""
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    cli.main()
