"""Commands in tutorials: ``!wvt ...`` prints what a terminal shows, and must succeed."""

import os
import pty
import selectors
import subprocess
import sys

os.environ |= {"COLUMNS": "92", "LINES": "40", "TERM": "dumb", "NO_COLOR": "1"}
_hidden = ("compiling kernels",)  # only on the first run


def _system(command: str) -> None:
    """Run a command whose stdout is a terminal, so that tables are drawn, and stderr a pipe."""
    command = _shell.var_expand(command, depth=1)  # {name} of a variable
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", command], stdout=inside, stderr=subprocess.PIPE
    ) as process:
        os.close(inside)
        printed, streams = b"", selectors.DefaultSelector()
        for stream in (terminal, process.stderr.fileno()):
            streams.register(stream, selectors.EVENT_READ)
        while streams.get_map():
            for key, _ in streams.select():
                try:
                    block = os.read(key.fd, 1 << 16)
                except OSError:  # a terminal whose other end is closed
                    block = b""
                if not block:
                    streams.unregister(key.fd)
                printed += block
    os.close(terminal)
    lines = printed.decode(errors="replace").replace("\r", "").splitlines(keepends=True)
    sys.stdout.write("".join(line for line in lines if not line.startswith(_hidden)))
    sys.stdout.flush()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


_shell = get_ipython()  # noqa: F821
_shell.system = _system
