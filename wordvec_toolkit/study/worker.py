"""A process that does one step of a study.

The study writes what is to be done as a line of JSON to standard input, whose end it holds: it ends
however the study ends, and this process with it.  What has been finished by then is kept.  The
result goes to standard output as JSON, all talk to standard error, the reason of a failure last.
"""

import json
import os
import sys
import threading
from collections.abc import Mapping

from ..errors import SettingError, sentence_of
from ..models.catalogue import MODELS
from ..runtime import startup
from ..runtime.plain_json import as_json
from .measurements import MEASUREMENTS

#: What begins the line that says why a step has failed.
FAILED = "failed: "


class Talk:
    """A `Progress` that writes what the user should know to standard error."""

    def start(self, task: str, total: float | None, unit: str) -> None: ...

    def advance(self, amount: float) -> None: ...

    def status(self, text: str) -> None: ...

    def finish(self, result: str) -> None: ...

    def note(self, message: str) -> None:
        print(f"note: {message}", file=sys.stderr, flush=True)


def do_step(section: str, keywords: Mapping[str, object]) -> object:
    """Build a model, or measure; return plain data.

    Parameters
    ----------
    section : str
        A kind of model, or a measurement.
    keywords : dict
        What it reads, where it writes, and its settings.
    """
    if section not in MODELS:
        return MEASUREMENTS[section].measure(**keywords, progress=Talk())
    built = MODELS[section].build(**keywords, progress=Talk())
    return {"steps": [{"name": step.name, "reused": step.reused} for step in built.steps]}


def _end_with_the_study() -> None:
    while os.read(sys.stdin.fileno(), 1 << 12):
        pass
    os._exit(130)


def main() -> None:
    """Do the step that standard input names."""
    startup.prepare()
    task = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_study, daemon=True).start()
    try:
        print(as_json(do_step(task["section"], task["keywords"])), flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        print(f"{FAILED}{sentence_of(error)}", file=sys.stderr, flush=True)
        sys.exit(2 if isinstance(error, SettingError) else 1)
