"""Writes ``wordvec_toolkit/runtime/keywords.pyi``: for type checkers, the keywords of functions.

Run it after a change of settings: ``python tests/keyword_stub.py``.
"""

import importlib
import inspect
from pathlib import Path
from types import UnionType
from typing import Literal, Union, get_args, get_origin

ROOT = Path(__file__).parent.parent / "wordvec_toolkit"
STUB = ROOT / "runtime" / "keywords.pyi"
HEADER = '''"""Keywords of functions that take settings; written by ``python tests/keyword_stub.py``."""

from collections.abc import Callable, Iterable
from typing import Literal, TypedDict

from ..lm.ngram.smoothing import Smoothing
from ..text.tokenizers import Tokenizer
'''


def functions():
    """Yield the functions with settings, by name."""
    for path in sorted(ROOT.rglob("*.py")):
        if "\n@takes(" not in (text := path.read_text()) and "    @takes(" not in text:
            continue
        name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        module = importlib.import_module(name)
        own = [value for value in vars(module).values() if getattr(value, "__module__", "") == name]
        methods = [one.__init__ for one in own if inspect.isclass(one)]
        for function in [*own, *methods]:
            if not inspect.isclass(function) and hasattr(function, "settings"):
                yield stub_name(function), function.settings


def stub_name(function) -> str:
    name = function.__qualname__.removesuffix(".__init__")
    parts = name.split("_")
    return "".join(part[:1].upper() + part[1:] for part in parts) + "Keywords"


def written(annotation) -> str:
    """Return a type as source text."""
    if isinstance(annotation, str):
        return annotation
    if annotation is type(None):
        return "None"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        values = ", ".join(f'"{value}"' for value in arguments)
        return f"Literal[{values}]"
    if origin in (Union, UnionType):
        return " | ".join(map(written, arguments))
    if origin is tuple:
        return f"Iterable[{written(arguments[0])}]"
    return annotation.__name__


def stub() -> str:
    """Return the text of the stub."""
    parts = [HEADER]
    for name, settings in functions():
        lines = [f"    {key}: {written(item.type)}" for key, item in settings.items()]
        parts.append("\n".join([f"class {name}(TypedDict, total=False):", *lines]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    STUB.write_text(stub())
