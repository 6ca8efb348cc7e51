"""Programs that run where torch cannot be imported, and what is said there."""

import subprocess
import sys

_HIDE = """
import sys
class Hidden:
    def find_spec(self, name, *_):
        if name == '{hidden}': raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Hidden())
"""
COMMAND = "from wordvec_toolkit.cli.main import main; main()"
WHAT_TO_INSTALL = (
    "a recurrent language model needs the package torch, which is not installed; "
    'in a clone of the toolkit, try: pip install -e ".[neural]"\n'
)


def run_without_torch(program, *arguments, folder=None, hidden="torch"):
    """Run a program that cannot import torch, or another package."""
    return subprocess.run(
        [sys.executable, "-c", _HIDE.format(hidden=hidden) + program, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
