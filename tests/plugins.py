"""Run code or commands with a module in the namespace package for plugins, in a process of its
own."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from wordvec_toolkit.runtime.catalogue import PLUGINS


class Plugin:
    """A plugin made of some source text.

    Parameters
    ----------
    folder : Path
        An empty folder to put it into.
    source : str
    """

    def __init__(self, folder: Path, source: str) -> None:
        (folder / PLUGINS).mkdir()
        (folder / PLUGINS / "toy.py").write_text(dedent(source))
        self.folder = folder

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the plugin in its path."""
        others = os.environ.get("PYTHONPATH", "")
        paths = [str(self.folder), *([others] if others else [])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "1000"}
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=self.folder,
        )

    def wvt(self, *arguments: str) -> str:
        """Run a command that succeeds and return what it prints, with single spaces."""
        done = self.run("-m", "wordvec_toolkit.cli", *arguments)
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    def failing(self, *arguments: str) -> str:
        """Run a command that fails and return what it says, with single spaces."""
        done = self.run("-m", "wordvec_toolkit.cli", *arguments)
        assert done.returncode != 0, done.stdout
        return " ".join(done.stderr.split())
