"""The command line: load, one library call, save, print, return."""

import signal
import sys


def run() -> None:
    """Run ``wvt``; Ctrl-C while its modules are imported ends it without a traceback."""
    is_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_python:  # not ignored, as by nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .main import main

    try:
        if is_python:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        main()
    except KeyboardInterrupt:
        sys.exit(130)
