"""Commands in README run, and those in the documentation are commands with such options."""

import configparser
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from wordvec_toolkit.cli.main import wvt

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.ko.md")
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/*/*.md"))
    if not {"generated", "_build"} & set(path.parts)
)


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text("utf-8"), re.DOTALL)


def commands(document: Path) -> list[str]:
    """Return what follows ``$`` or ``!`` in blocks of a terminal or a notebook."""
    shown = [*blocks(document, "console"), *blocks(document, r"\{code-cell\}")]
    text = "\n".join(shown).replace("\\\n", " ")
    return re.findall(r"^(?:\$ |!)(.*)$", text, re.MULTILINE)


def calls(line: str) -> list[list[str]]:
    """Return the arguments of each call of ``wvt`` in a line of the shell."""
    words = shlex.split(line.replace("{", "").replace("}", ""), comments=True)
    found: list[list[str]] = []
    for i, word in enumerate(words):
        if word == "wvt":
            rest = words[i + 1 :]
            ends = [at for at, one in enumerate(rest) if one in ("|", "&&", ">", "<")]
            found.append(rest[: min(ends, default=len(rest))])
    return found


def check(arguments: list[str]) -> None:
    """Refuse a command or an option that there is not; values are not looked at."""
    group: click.Command = wvt
    context = click.Context(wvt, info_name="wvt")
    while isinstance(group, click.Group):
        if not arguments or arguments[0].startswith("-"):
            break
        name, arguments = arguments[0], arguments[1:]
        command = group.get_command(context, name)
        assert command is not None, f"wvt {name}"
        group, context = command, click.Context(command, context, info_name=name)
    group.make_parser(context).parse_args(list(arguments))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_options_exist(page):
    for line in commands(page):
        for arguments in calls(line):
            try:
                check(arguments)
            except click.UsageError as error:
                pytest.fail(f"{line}: {error.message}")


@pytest.mark.parametrize("name", READMES)
def test_set_up_commands_come_first_and_name_all_tools(name):
    first, second, *_ = blocks(ROOT / name, "bash")
    assert first == 'python -m pip install ".[neural]" -c constraints.txt && wvt compare\n'
    assert second.startswith('python -m pip install -e ".[test]" -c constraints.txt && ruff')
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    text = "".join(blocks(ROOT / name, "bash"))
    for extras in re.findall(r'"\.\[([\w,]+)\]"', text):
        assert set(extras.split(",")) <= set(setup["options.extras_require"])
    for file in re.findall(r"-c (\S+)", text):
        assert (ROOT / file).exists()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


@pytest.mark.slow
@pytest.mark.parametrize("name", READMES)
def test_commands_run(name, folder):
    """All but those of pip and venv, which .ci/run runs in environments of their own.

    Studies are run with --quick: a full one takes minutes.
    """
    bash = [line for block in blocks(ROOT / name, "bash") for line in block.splitlines()]
    after_installing = [part for line in bash for part in line.split(" && ") if "wvt" in part]
    lines = [*commands(ROOT / name), *after_installing]
    assert len(lines) >= 4
    where = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for line in lines:
        arguments = [sys.executable, "-m", "wordvec_toolkit.cli", *shlex.split(line)[1:]]
        arguments += ["--quick"] if arguments[3] == "compare" else []
        done = subprocess.run(arguments, cwd=folder, env=where, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout


def test_lines():
    for name in READMES:
        assert len((ROOT / name).read_text("utf-8").splitlines()) <= 150
