"""What people read is plain English: help, messages, docstrings, comments and documents."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Regular expressions of phrases that are not used, and what is written instead.
BANNED = {
    r"fore(tell|told)\w*": "predict",
    r"told apart": "distinct, distinguish; no significant difference",
    r"more than chance": "statistically significant",
    r"is not above what guessing": "is not significantly above chance",
    r"passed over": "skipped; ignored",
    r"(left|leave|leaves|leaving) (?!one out)(\w+ )?out": "skip, omit, remove, exclude",
    r"left out": "skipped (out of vocabulary)",
    r"like beside like|in the order of a tree": "ordered by hierarchical clustering",
    r"say again what|word for word in": "are duplicates; occur verbatim in",
    r"beside": "next to, besides, compared with",
    r"(stand|stands|stood) (in|there|where|before|at|together|near|side|alone|by|between|twice|once)": "is in",
    r"(as|where) (it|they|\w+) stands?": "unchanged; the place of",
    r"stands? word for word": "occur verbatim",
    r"(go|goes|went) by": "uses, depends on, is identified by",
    r"hangs? on(?! a)": "depends on",
    r"wants?(?! to )": "needs, expects",
    r"for want of|for the want": "for lack of",
    r"has got|have got": "found, downloaded, has",
    r"(is|are|was|were) made of": "consists of",
    r"what is there|what there is|there is to (say|learn)": "what exists; the notes",
    r"of everything that is drawn": "random seed",
    r"nought|naught": "zero",
    r"learnt": "trained, learned",
    r"counted (and|or) (learn\w+|trained|neural)|counted (language )?models?|counted ones": "count-based",
    r"(?<!-)fresh(?! (:|clone|copy|environments?|virtual|install))": "untrained; new",
    r"so many(?! (that|of)\b)": "this number of; a number",
    r"half after": "half-life",
    r"signatures of the numbers": "reproducibility signatures",
    r"keep at most": "maximum",
    r"times over the text": "number of epochs",
    r"(text|texts|corpus) (is|are|was|were) cut by|cut (into|by) (words|tokens)|cut at white": "tokenise",
    r"models? cut|was cut (by|with)": "tokenise",
    r"anew|aright|likewise|whence|thence|hitherto|ere|nay|oft|lest|thereof|therein": "again; also",
    r"at hand": "available",
    r"mend(s|ed|ing)?": "fix, repair, correct",
    r"be it|be they|were it": "whether, even if",
    r"cannot be told|to be told from": "cannot be distinguished",
    r"nothing but": "only",
    r"be had": "is available, is built",
    r"not here yet": "not downloaded yet",
    r"knows? it by heart": "overfits",
    r"as well it may|of its own accord|what is so": "plain words",
    r"of the house|the (rooms|floors)|(door|gate) (to|for) ": "toolkit; packages, layers; module",
    r"map of the words of|drop this share|bend all this": "word map; dropout; adapt",
    r"(is|are|was) no (key|field|data|regular expression|unicode)": "is not a ...",
}
_ANY = re.compile("|".join(rf"\b(?:{phrase})(?!\w)" for phrase in BANNED), re.IGNORECASE)
_CODE = re.compile(r"``.+?``|`[^`]*`|--[a-z][\w-]*|class=\"[^\"]*\"|^\.\w+.*\{$", re.MULTILINE)


def _of_python(path: Path, *, is_test: bool) -> Iterator[tuple[int, str]]:
    """Yield comments, docstrings, strings with a space in them, and the names of tests."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if text := ast.get_docstring(node, clean=False):
                yield node.body[0].lineno, text
            if is_test and isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.lineno, node.name.replace("_", " ")
        elif isinstance(node, ast.JoinedStr) and not is_test:
            parts = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and " " in str(node.value) and not is_test:
            yield node.lineno, str(node.value)


def _of_document(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the whole text, of Markdown without blocks of code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        text = re.sub(
            r"^ *```.*?^ *```", lambda m: "\n" * m[0].count("\n"), text, flags=re.M | re.S
        )
    yield 1, text


def _banned(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, from 0 on, and the phrases that are banned."""
    text = _CODE.sub(lambda m: "\n" * m[0].count("\n") or "X", text)
    for found in _ANY.finditer(text):
        yield text.count("\n", 0, found.start()), found[0]


def _files() -> Iterator[Path]:
    for folder in ("wordvec_toolkit", "cli", "tests", "benchmarks", "corpora", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            parts = path.relative_to(ROOT).parts
            if parts[:2] == ("wordvec_toolkit", "cli") or path == Path(__file__):
                continue
            if path.suffix in (".py", ".pyi", ".md", ".js", ".css", ".html") and not any(
                part.startswith((".", "_build", "generated")) for part in parts
            ):
                yield path
    yield from ROOT.glob("*.md")


@pytest.mark.parametrize("folder", ["wordvec_toolkit", "cli"])
def test_docstrings_begin_with_their_subject(folder):
    found = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "cli" not in path.relative_to(ROOT).parts[1:2]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and (text := ast.get_docstring(node))
        and text.startswith(("What ", "How ", "Where ", "Why ", "Which ", "Who ", "When "))
    ]
    assert not found, "\n".join(found)


def test_plain_english():
    found = set()
    for path in _files():
        if path.suffix in (".py", ".pyi"):
            pieces = _of_python(path, is_test=path.parts[len(ROOT.parts)] == "tests")
        else:
            pieces = _of_document(path)
        name = path.relative_to(ROOT).as_posix()
        for line, text in pieces:
            found |= {f"{name}:{line + more}: {phrase}" for more, phrase in _banned(text)}
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    "text, banned",
    [
        ("Pairs are left out and counted.", ["left out"]),
        ("The words stand in a file\nbeside it.", ["stand in", "beside"]),
        ("what every id stands for", []),
        ("See `beside` and --fresh in a fresh clone.", []),
        ("He wants a list.", ["wants"]),
        ("What do you want to find?", []),
        ("so many words; so many of them", ["so many"]),
    ],
)
def test_phrases_are_found(text, banned):
    assert [phrase for _, phrase in _banned(text)] == banned
