"""Scores over sizes of text: a table and the figure of the documentation.

    python benchmarks/sizes.py [--write docs/pictures/sizes.png]

Reads ``logs/sizes.jsonl``, lines of `weighted.py` and `opponents.py` (``--keep``): model, million
tokens, processor seconds, peak memory, scores.
"""

import argparse
import json
from pathlib import Path

from wordvec_toolkit.report.charts import Line, line_panel
from wordvec_toolkit.report.figures import Figure, write_figure

DATA = Path(__file__).parent / "logs" / "sizes.jsonl"
MODELS = ("default", "weighted", "two-views", "weighted two-views")
MODELS += ("skip-gram, 5 epochs", "CBOW, 5 epochs")
SETS = ("WS-353", "SimLex", "RG-65", "MEN", "RW", "MTurk", "SimVerb")
SETS += ("sem add", "syn add", "all add", "all mul", "MSR add", "MSR mul")
DRAWN = {
    "WS-353": "WordSim-353",
    "SimLex": "SimLex-999",
    "RW": "Rare words (RW)",
    "sem add": "Google analogies, semantic",
    "syn add": "Google analogies, syntactic",
    "MSR add": "MSR analogies",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", type=Path, help="draw the figure to this file")
    arguments = options.parse_args()
    lines = DATA.read_text(encoding="utf-8").splitlines()
    found = {(line["label"], line["tokens"]): line for line in map(json.loads, lines)}
    sizes = sorted({tokens for _, tokens in found})
    print(f"| M tokens | model | {' | '.join(SETS)} | cpu s | GB |")
    print("| --- " * (len(SETS) + 4) + "|")
    for size in sizes:
        for model in MODELS:
            if (model, size) not in found:
                continue
            line = found[model, size]
            cells = " | ".join(f"{line[name]:.3f}" if name in line else "" for name in SETS)
            seconds = f"{line['cpu_seconds']:.0f}" if line.get("cpu_seconds") else ""
            peak = f"{line['peak_bytes'] / 1e9:.1f}" if line.get("peak_bytes") else ""
            print(f"| {size:g} | {model} | {cells} | {seconds} | {peak} |")
    if arguments.write is None:
        return
    panels = []
    for name, title in DRAWN.items():
        drawn = []
        for series, model in enumerate(MODELS):
            known = [size for size in sizes if name in found.get((model, size), ())]
            scores = [found[model, size][name] for size in known]
            if len(known) > 1:
                drawn.append(Line(model, known, scores, series))
        measure = "accuracy (3CosAdd)" if name.endswith("add") else "Spearman correlation"
        label = f"{title}: {measure} by size of the text"
        panels.append(line_panel(title, label, drawn, "million tokens", measure, log_x=True))
    title = "Scores by size of the text"
    print(write_figure(Figure(tuple(panels), "", title), arguments.write, overwrite=True))


if __name__ == "__main__":
    main()
