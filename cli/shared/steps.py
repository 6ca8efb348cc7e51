"""Output of the build commands."""

import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...runtime.memory import peak_memory
from ...runtime.sizes import size
from .output import print_json, print_table

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ...models.pipeline import BuiltWorkspace


def print_steps(
    workspace: "BuiltWorkspace", started: float, as_json: bool, following: Sequence[str] = ()
) -> None:
    """Print one line for each step, and where to go from here.

    `following` are the next commands, with MODEL for what was made; by default those for vectors.
    """
    from ...models.catalogue import describe, offered_bundles
    from ...text.vocabulary import Vocabulary

    seconds = time.perf_counter() - started
    peak = peak_memory()
    stale = workspace.left_stale()
    if as_json:
        print_json(
            {
                "workspace": str(workspace.path),
                "steps": [
                    {
                        "name": step.name,
                        "path": str(step.bundle.path),
                        "reused": step.reused,
                        "seconds": round(step.seconds, 3),
                        "digest": step.bundle.digest,
                        "settings": step.bundle.settings,
                        "facts": step.bundle.facts,
                    }
                    for step in workspace.steps
                ],
                "left_stale": stale,
                "seconds": round(seconds, 3),
                "peak_memory_bytes": peak,
            }
        )
        return
    rows = [
        (
            step.name,
            describe(step.bundle),
            size(sum(entry["bytes"] for entry in step.bundle.manifest["files"].values())),
            "reused" if step.reused else f"{step.seconds:.1f} s",
        )
        for step in workspace.steps
    ]
    print_table(("bundle", "holds", "size", "time"), rows)
    memory = f", {size(peak)} of memory at the peak" if peak else ""
    last = workspace.steps[-1].name
    is_best = last == next(iter(offered_bundles("vectors")))
    model = workspace.path if is_best else workspace.path / last
    if not following:
        word = shlex.quote(example_word(Vocabulary.read(workspace.steps[-1].bundle).words))
        following = (f"wvt neighbors MODEL {word}", "wvt eval-similarity MODEL")
    commands = [command.replace("MODEL", shlex.quote(str(model))) for command in following]
    say_done(workspace.path, f"{seconds:.1f} s{memory}", *commands)
    if stale:
        click.echo(_note_on_stale(workspace, stale), err=True)


def _note_on_stale(workspace: "BuiltWorkspace", stale: Sequence[str]) -> str:
    """Print which bundles this run has invalidated, and how to keep both next time."""
    place = workspace.path
    if any(step.name == "corpus" and not step.reused for step in workspace.steps):
        cause = "the text as it was read before"
        way = f"-o FOLDER keeps two readings apart; {place} in place of the text is read as it is"
    else:
        cause = "what this run has made again"
        way = "--name keeps variants apart"
    return (
        f"note: stale in {place}: {', '.join(stale)}, made from {cause}; the commands that made "
        f"them make them again ({way})"
    )


def say_done(path: str | Path, took: str, *following: str) -> None:
    """Print to stderr what was made, how long it took, and which commands come next."""
    click.echo(f"{path}: done in {took}", err=True)
    for lead, command in zip(("next:", *["     "] * len(following)), following):
        click.echo(f"{lead} {command}", err=True)


def example_word(words: Sequence[str]) -> str:
    """Return a word to try: long enough to mean something, frequent enough to be known."""
    words = words[min(len(words) // 4, 300) :]  # past the grammar
    good = (word for word in words if word.isalpha() and 5 < len(word.encode()) < 30)
    return next(good, words[0] if len(words[0]) < 30 else "WORD")


def print_weights(bundle: "Bundle") -> None:
    """Show the components of a mixture, and their perplexities on the held-out text."""
    facts, settings = bundle.facts, bundle.settings
    # Earlier bundles have not noted the perplexity of each component.
    unknown = [float("nan")] * len(facts["mean_weights"])
    alone = facts.get("component_perplexities") or unknown
    rows = [
        (
            bundle.path.name,
            f"cache of order {part['cache']['order']}"
            if isinstance(part, dict)
            else settings["parts"][str(part)],
            f"{weight:.3f}",
            f"{perplexity:.2f}" if perplexity is not None else "inf",
        )
        for part, weight, perplexity in zip(settings["components"], facts["mean_weights"], alone)
    ]
    click.echo()
    print_table(("mixture", "component", "weight", "perplexity alone"), rows)
    click.echo(
        f"perplexity of the {facts['held_out_tokens']:,} held-out tokens: "
        f"{facts['held_out_perplexity']:.2f}"
    )


def print_epochs(bundle: "Bundle", of: str = "") -> None:
    """Show how training went."""
    best = bundle.facts["best_epoch"]
    has_exact = "held_out_exact" in bundle.facts["epochs"][0]
    rows = [
        (
            f"{number}{' *' if number == best else ''}",
            f"{epoch['learning_rate']:.3g}",
            f"{epoch['loss']:.4f}",
            f"{epoch['perplexity']:.2f}",
            _number(epoch["held_out_perplexity"]),
            *([f"{epoch['held_out_exact']:.1%}"] if has_exact else []),
            f"{epoch['gradient_norm']:.3f}",
            f"{epoch['clipped']:.0%}",
        )
        for number, epoch in enumerate(bundle.facts["epochs"], 1)
    ]
    click.echo()
    titles = (
        f"epoch{of}",
        "learning rate",
        "loss",
        "perplexity",
        "held-out",
        *(["exact"] if has_exact else []),
        "gradient norm",
        "clipped",
    )
    print_table(titles, rows)


def _number(perplexity: float | None) -> str:
    return "-" if perplexity is None else f"{perplexity:.2f}"
