"""What the build commands print when they are done."""

import time
from typing import TYPE_CHECKING

import click

from .output import peak_memory, print_json, print_table, size

if TYPE_CHECKING:
    from ..pipeline import Pipeline, Step


def print_steps(pipeline: "Pipeline", started: float, as_json: bool) -> None:
    """Print one line for each step, and where to go from here."""
    seconds = time.perf_counter() - started
    peak = peak_memory()
    if as_json:
        print_json(
            {
                "workspace": str(pipeline.workspace.path),
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
                    for step in pipeline.steps
                ],
                "seconds": round(seconds, 3),
                "peak_memory_bytes": peak,
            }
        )
        return
    rows = [
        (
            step.name,
            describe(step),
            size(sum(entry["bytes"] for entry in step.bundle.manifest["files"].values())),
            "reused" if step.reused else f"{step.seconds:.1f} s",
        )
        for step in pipeline.steps
    ]
    print_table(("bundle", "holds", "size", "time"), rows)
    memory = f", {size(peak)} of memory at the peak" if peak else ""
    click.echo(f"{pipeline.workspace.path}: done in {seconds:.1f} s{memory}", err=True)
    words = example_words(pipeline)
    click.echo(
        f"next: wvt neighbors {pipeline.workspace.path} {words[0]}\n"
        f"      wvt eval-similarity {pipeline.workspace.path}",
        err=True,
    )


def describe(step: "Step") -> str:
    """Return in a few words what a bundle holds."""
    facts = step.bundle.facts
    if "n_tokens" in facts:
        share = facts["n_oov_tokens"] / max(1, facts["n_tokens"])
        return (
            f"{facts['n_tokens']:,} tokens, {facts['n_words']:,} words of {facts['n_types']:,} "
            f"types, {share:.1%} of the tokens outside"
        )
    if "largest_residual" in facts:
        return f"{facts['dim']} dimensions, median residual {facts['median_residual']:.0e}"
    if "n_cells" in facts:
        return f"{facts['n_cells']:,} cells"
    return step.bundle.kind


def example_words(pipeline: "Pipeline") -> list[str]:
    """Return words to try: long enough to mean something, frequent enough to be known."""
    from ..text.vocabulary import Vocabulary

    words = Vocabulary.read(pipeline.steps[-1].bundle).words
    return [word for word in words if len(word) > 5 or not word.isascii()][:1] or [words[0]]
