"""``wvt compare`` from beginning to end: its time against its plan, and whether it repeats.

    python benchmarks/study.py lee
    WVT_DATA=... python benchmarks/study.py enwiki --level quick

Each step's time and memory are compared with the plan, and each model has its scores.  Then the
study is run again, which should take no time, and the commands that the report names for its scores
are run separately: their numbers have to be those of the report.
"""

import json
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _measure import parser, print_machine, wikipedia

WVT = [sys.executable, "-m", "wordvec_toolkit.cli"]


def wvt(arguments: list[str], folder: Path) -> tuple[Any, float]:
    started = time.perf_counter()
    done = subprocess.run([*WVT, *arguments, "--json"], cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(done.stderr)
    return json.loads(done.stdout), time.perf_counter() - started


def gigabytes(n_bytes: float | None) -> str:
    return "-" if n_bytes is None else f"{n_bytes / 1e9:.2f}"


def compare_with_plan(plan: dict[str, Any], report: dict[str, Any]) -> None:
    taken = {step["name"]: step for step in report["steps"]}
    print(
        f"{'step':<22} {'s, planned':>10} {'measured':>9} {'ratio':>6} {'GB, pl.':>8} {'meas.':>6}"
    )
    planned_total = total = 0.0
    for planned in (*plan["builds"], *plan["measurements"]):
        name, estimate = planned["step"]["name"], planned["estimate"]
        step = taken.get(name)
        if step is None or step["cost"]["seconds"] is None:
            print(f"{name:<22} {planned['status']}: {planned['reason']}")
            continue
        seconds = step["cost"]["seconds"]
        planned_total, total = planned_total + estimate["seconds"], total + seconds
        print(
            f"{name:<22} {estimate['seconds']:10.1f} {seconds:9.1f} "
            f"{seconds / estimate['seconds']:6.2f} {gigabytes(estimate['memory']):>8} "
            f"{gigabytes(step['cost']['peak_bytes']):>6}"
        )
    print(f"{'all':<22} {planned_total:10.1f} {total:9.1f} {total / planned_total:6.2f}")


def print_scores(report: dict[str, Any]) -> None:
    for row in report["models"]:
        found = [
            f"{each['test']} {each['measure']} {each['value']:.3f}"
            for each in report["scores"]
            if each["model"] == row["name"]
        ] + [
            f"perplexity {each['perplexity']:.1f} ({each['low']:.1f} to {each['high']:.1f})"
            for each in report["perplexities"]
            if each["model"] == row["name"]
        ]
        print(f"{row['title']:<24} {', '.join(found)}")


def run_single_commands(report: dict[str, Any], folder: Path) -> None:
    """Run the commands of the report's scores by themselves."""
    values = {
        (score["test"], score["measure"], score["model"]): score for score in report["scores"]
    }
    perplexities = {each["model"]: each for each in report["perplexities"]}
    names = {row["path"]: row["name"] for row in report["models"]}
    n_same = n_all = 0
    for step in report["steps"]:
        if not step["name"].startswith(("similarity", "analogy", "perplexity")):
            continue
        found, _ = wvt(shlex.split(step["command"])[1:], folder)
        for each in found["scores"]:
            name = names[each["model"]]
            if "perplexity" in each:
                own = perplexities[name]
                pair = (each["perplexity"], own["perplexity"])
            elif "spearman" in each:
                pair = (each["spearman"], values[each["dataset"], "spearman", name]["value"])
            else:
                own = values[each["dataset"], each["method"], name]
                pair = (each["total"]["accuracy"], own["value"])
            n_all += 1
            n_same += pair[0] == pair[1]
    print(f"scores that the single commands give to the last bit: {n_same} of {n_all}")


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("corpus", help="lee, enwiki, or a text")
    options.add_argument("--level", choices=("quick", "standard", "full"), default="standard")
    options.add_argument("--min-count", type=int, default=5)
    chosen = options.parse_args()
    print_machine("gensim", "torch")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        corpus = chosen.corpus
        if corpus == "enwiki":
            corpus = str(wikipedia(chosen.data, folder))
        elif Path(corpus).exists():
            corpus = str(Path(corpus).resolve())
        arguments = ["compare", corpus, "-o", "a.study", "--min-count", str(chosen.min_count)]
        if chosen.level != "standard":
            arguments.append(f"--{chosen.level}")
        plan, _ = wvt([*arguments, "--plan"], folder)
        report, seconds = wvt(arguments, folder)
        compare_with_plan(plan, report)
        print_scores(report)
        print(f"wvt compare, {chosen.level}: {seconds:.1f} s = {seconds / 60:.1f} min")
        again, seconds = wvt(arguments, folder)
        again["made"] = report["made"]
        print(f"once more: {seconds:.1f} s, the same report: {again == report}")
        run_single_commands(report, folder)


if __name__ == "__main__":
    main()
