"""Two versions of the toolkit leave the same bytes and the same numbers.

    python benchmarks/same_results.py OLD NEW --keep FOLDER

OLD and NEW are folders of two checkouts; their code runs from copies in FOLDER, with the packages
of this Python.  The commands of `plan` run with both, on Lee, a million tokens of English Wikipedia
and the Penn Treebank (texts that are absent are skipped), and what they leave is compared: every
file of every bundle byte by byte, the settings, facts and inputs of the manifests, ARPA files,
and every number of the study's report and of ``--json``.  Then NEW repeats the commands on what OLD
has left, and must reuse it.  The exit status is 1 where anything differs.

FOLDER keeps the results of OLD: another run with the same OLD only repeats the half of NEW.
"""

import argparse
import hashlib
import json
import lzma
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from _measure import penn_treebank

N_TOKENS = 1_000_000  # of English Wikipedia
MANIFEST = "manifest.json"
#: Keys of a report whose values no two runs share, or that only describe the run.
FLEETING = {
    *("cost", "made", "command", "commands", "seconds", "memory", "date", "versions"),
    *("digest", "inputs"),  # of manifests, which name the versions that made them
}
#: Commands that write their bundle again each time.
ALWAYS_WRITE = ("combine", "postprocess")
#: Values that were renamed on purpose.
RENAMED = {"counted": "count-based", "learnt": "neural"}
STUDY = """
corpus = "lee"
similarity = ["wordsim353", "simlex999"]
[text]
min-count = 10
[vectors]
dim = 30
[glove]
epochs = 4
[skip-gram]
epochs = 2
[cbow]
epochs = 2
[fasttext]
epochs = 1
[ngram]
order = 3
[lstm]
hidden-dim = 40
epochs = 1
[map]
words = 200
method = "pca"
[diagnose]
positions = 8
steps = 10
jacobians = 1
"""


@dataclass(frozen=True)
class Command:
    """One ``wvt`` command, run in the folder of its text."""

    place: str
    words: tuple[str, ...]
    answers: bool = False
    """Its JSON is compared, and it leaves nothing."""
    studies: bool = False
    needs_torch: bool = False

    def __str__(self) -> str:
        return f"{self.place}: wvt {' '.join(self.words)}"


@dataclass
class Verdict:
    """Counts what agrees and prints what does not."""

    differences: int = 0
    compared: dict[str, int] = field(default_factory=dict)
    reworded: list[str] = field(default_factory=list)
    added: set[str] = field(default_factory=set)

    def line(self, kind: str, name: str, problems: list[str], agreed: str = "same") -> None:
        """Print one line for one thing compared, and what differs below it."""
        self.compared[kind] = self.compared.get(kind, 0) + 1
        self.differences += bool(problems)
        print(f"{kind:<8} {name:<44} {'DIFFERS' if problems else agreed}", flush=True)
        for problem in problems[:12]:
            print(f"         - {problem}")
        if len(problems) > 12:
            print(f"         - and {len(problems) - 12} more")


def plan(texts: dict[str, Path]) -> list[Command]:
    """Return the commands, in order, for the texts that are present."""

    def make(place: str, line: str, **traits: bool) -> Command:
        return Command(place, tuple(line.format(**texts).split()), **traits)

    commands = [
        make("lee", "build-ppmi lee --dim 40 --min-count 3 --threads 1"),
        make(
            "lee",
            "build-ppmi lee.wvt --dim 20 --window 2 --weighting flat --subsample 1e-3 "
            "--cds 0.75 --shift 5 --name shifted",
        ),
        make(
            "lee",
            "build-ppmi lee.wvt --dim 20 --weighting harmonic --direction split "
            "--within document --oov keep --measure npmi --negative --name split",
        ),
        make(
            "lee",
            "build-ppmi lee.wvt --dim 20 --measure log-likelihood --transform log "
            "--add-context --emphasis 0.1 --eig 0 --name ll",
        ),
        make("lee", "build-svd lee.wvt --dim 15 --seed 3 --restarts 2 --name fifteen"),
        make("lee", "build-svd lee.wvt --recipe two-views --dim 20 --name views"),
        make(
            "lee",
            "build-svd lee.wvt --view window=3 --view window=1,direction=left,weight=0.5 "
            "--join before --dim 20 --name joined",
        ),
        make("lee", "build-glove lee.wvt --dim 20 --epochs 4 --threads 2"),
        make(
            "lee",
            "build-glove lee.wvt --dim 12 --epochs 2 --no-add-context --window 4 --name narrow",
        ),
        make("lee", "build-word2vec lee.wvt --dim 20 --epochs 2"),
        make("lee", "build-word2vec lee.wvt --dim 20 --epochs 2 --method cbow"),
        make(
            "lee",
            "build-word2vec lee.wvt --dim 10 --epochs 1 --negative 0 --weighting flat --name hs",
        ),
        make("lee", "build-fasttext lee.wvt --dim 10 --epochs 1 --bucket 5000"),
        make("lee", "build-ngram-lm lee.wvt --order 3"),
        make("lee", "build-ngram-lm lee.wvt --order 3 --cache --name cached"),
        make("lee", "build-ngram-lm lee.wvt --order 2 --soft --classes 20 --name soft"),
        make("lee", "combine lee.wvt/svd lee.wvt/glove -o lee.wvt/joined --dim 20"),
        make("lee", "postprocess lee.wvt -o lee.wvt/svd-abtt --all-but-the-top 2 --normalize"),
        make(
            "lee", "build-lstm-lm lee.wvt --hidden-dim 40 --epochs 1 --threads 1", needs_torch=True
        ),
        make(
            "lee",
            "build-lstm-lm lee.wvt --cell gru --hidden-dim 24 --n-layers 1 --epochs 1 "
            "--precision fp32 --optimizer sgd --threads 1 --name gru",
            needs_torch=True,
        ),
        make(
            "lee",
            "build-lstm-lm lee.wvt --cell transformer --hidden-dim 24 --n-heads 2 "
            "--span 16 --epochs 1 --softmax adaptive --threads 1 --name attending",
            needs_torch=True,
        ),
        make(
            "lee",
            "build-lstm-lm lee.wvt --bidirectional --hidden-dim 16 --epochs 1 "
            "--threads 1 --name both",
            needs_torch=True,
        ),
        make(
            "lee",
            "mix lee.wvt/ngram-cached lee.wvt/lstm --held-out lee --neural-cache",
            needs_torch=True,
        ),
        make("lee", "neighbors lee.wvt australia -n 5 --json", answers=True),
        make(
            "lee", "eval-similarity lee.wvt lee.wvt/glove --dataset wordsim353 --json", answers=True
        ),
        make("lee", "eval-analogy lee.wvt --dataset google --json", answers=True),
        make("lee", "next-word lee.wvt/ngram the --json", answers=True),
        make(
            "lee",
            "eval-perplexity lee.wvt/ngram lee.wvt/ngram-cached --dataset lee "
            "--by-order --by-frequency --json",
            answers=True,
        ),
        make(
            "lee",
            "diagnose lee.wvt/lstm --dataset lee --positions 8 --steps 8 --jacobians 1 --json",
            answers=True,
            needs_torch=True,
        ),
        make("lee", "info lee.wvt --json", answers=True),
        make("lee", "compare --settings lee.toml -o lee.study", studies=True),
        make("quick", "compare lee --quick --models svd,ngram,cache -o quick.study", studies=True),
        make("long", "compare lee --quick -o long.study", studies=True),
    ]
    if "wikipedia" in texts:
        text = "{wikipedia} -o wikipedia.wvt --tokenizer whitespace --min-count 20"
        commands += [
            make("wikipedia", f"build-ppmi {text} --dim 50 --layout paragraphs"),
            make("wikipedia", "build-svd wikipedia.wvt --recipe two-views --dim 40 --name views"),
            make("wikipedia", "build-glove wikipedia.wvt --dim 25 --epochs 2"),
            make("wikipedia", "build-word2vec wikipedia.wvt --dim 20 --epochs 1"),
            make("wikipedia", "build-word2vec wikipedia.wvt --dim 20 --epochs 1 --method cbow"),
            make("wikipedia", "build-ngram-lm wikipedia.wvt --order 3"),
            make(
                "wikipedia",
                "eval-similarity wikipedia.wvt wikipedia.wvt/glove "
                "--dataset wordsim353 --dataset simlex999 --json",
                answers=True,
            ),
        ]
    if "train" in texts:
        built = "build-ngram-lm ptb.wvt"
        smoothings = {
            "kn1": "kneser-ney-1",
            "ad": "absolute",
            "wb": "witten-bell",
            "addk": "add-k:0.1",
            "jm": "jelinek-mercer --held-out {valid}",
            "sb": "stupid-backoff",
            "mle": "mle",
        }
        commands += [
            make("ptb", "build-ngram-lm {train} -o ptb.wvt"),
            make("ptb", f"{built} --order 3 --name three --arpa three.arpa"),
            *(
                make("ptb", f"{built} --order 3 --name {name} --smoothing {smoothing}")
                for name, smoothing in smoothings.items()
            ),
            make("ptb", f"{built} --order 3 --prune 0,1,2 --name pruned"),
            make("ptb", f"{built} --order 3 --entropy-prune 1e-7 --name small"),
            make("ptb", f"{built} --order 3 --closed --no-interpolate-unigrams --name closed"),
            make("ptb", f"{built} --order 3 --cache --skip --held-out {{valid}} --name cached"),
            make(
                "ptb",
                f"{built} --order 3 --cache --classes 30 --adapt --held-out {{valid}} "
                "--name adapted",
            ),
            make("ptb", "mix ptb.wvt/ngram ptb.wvt/ngram-wb --held-out {valid} --cache"),
            make(
                "ptb",
                "eval-perplexity ptb.wvt/ngram ptb.wvt/ngram-three --dataset {test} --json",
                answers=True,
            ),
            make(
                "ptb",
                "build-lstm-lm {valid} -o valid.wvt --hidden-dim 32 --n-layers 1 "
                "--epochs 1 --held-out {test} --threads 1",
                needs_torch=True,
            ),
        ]
    return commands


def texts_in(data: Path | None, folder: Path) -> dict[str, Path]:
    """Return the texts that are present, Wikipedia's first million tokens cut into `folder`."""
    found: dict[str, Path] = {}
    if data is None:
        return found
    packed = data / "corpora" / "enwiki-17m.txt.xz"
    if packed.exists():
        found["wikipedia"] = folder / "enwiki-1m.txt"
        if not found["wikipedia"].exists():
            with lzma.open(packed, "rt", encoding="utf-8") as lines:
                _write_tokens(lines, found["wikipedia"])
    ptb = penn_treebank(data)
    if (ptb / "ptb.train.txt").exists():
        found |= {part: ptb / f"ptb.{part}.txt" for part in ("train", "valid", "test")}
    return found


def _write_tokens(lines: Iterator[str], target: Path) -> None:
    n_left = N_TOKENS
    with open(target, "w", encoding="utf-8") as out:
        for line in lines:
            tokens = line.split()[:n_left]
            out.write(" ".join(tokens) + "\n")
            n_left -= len(tokens)
            if n_left == 0:
                break


class Version:
    """A checkout, copied as an installed package, and the folder of what it makes."""

    def __init__(self, name: str, checkout: Path, keep: Path) -> None:
        self.name = name
        self.results = keep / f"{name}-results"
        self.log = keep / f"{name}.log"
        packages = keep / f"{name}-packages"
        shutil.rmtree(packages, ignore_errors=True)
        skipped = shutil.ignore_patterns("__pycache__")
        package = packages / "wordvec_toolkit"
        shutil.copytree(checkout / "wordvec_toolkit", package, ignore=skipped)
        shutil.copytree(checkout / "cli", package / "cli", ignore=skipped, dirs_exist_ok=True)
        self.digest = _digest(packages)
        # A kernel that another one calls is not seen when it changes: one cache for each state.
        kernels = keep / "numba" / f"{name}-{_digest(package / '_kernels')[:12]}"
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(packages),
            "NUMBA_CACHE_DIR": str(kernels),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "100",
        }

    def run(self, command: Command, folder: Path) -> str | None:
        """Run a command and return what it prints, or nothing where it fails."""
        place = folder / command.place
        place.mkdir(parents=True, exist_ok=True)
        if command.studies:
            (place / "lee.toml").write_text(STUDY)
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "wordvec_toolkit.cli", *command.words],
            cwd=place,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        with open(self.log, "a", encoding="utf-8") as log:
            seconds = time.perf_counter() - started
            log.write(f"{seconds:7.1f} s, status {done.returncode}: {command}\n")
            if done.returncode != 0:
                log.write(done.stderr[-2000:] + "\n")
        if done.returncode != 0:
            reason = done.stderr.strip().splitlines()[-1:] or ["no message"]
            print(f"{self.name}: {command}: {reason[0]}", file=sys.stderr)
            return None
        return done.stdout

    def run_all(self, commands: list[Command]) -> None:
        """Run those commands whose results are not kept yet, and keep theirs."""
        stamp = self.results / "done.json"
        done = json.loads(stamp.read_text("utf-8")) if stamp.exists() else {}
        if done.get("code") != self.digest:
            shutil.rmtree(self.results, ignore_errors=True)
            self.results.mkdir(parents=True)
            self.log.unlink(missing_ok=True)
            done = {"code": self.digest, "printed": {}}
        for command in commands:
            if str(command) not in done["printed"]:
                print(f"{self.name}: {command}", file=sys.stderr, flush=True)
                done["printed"][str(command)] = self.run(command, self.results)
                stamp.write_text(json.dumps(done), "utf-8")
        self.printed: dict[str, str | None] = done["printed"]


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        if path.is_file():
            total.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def bundles_in(folder: Path) -> dict[str, Path]:
    """Return the bundles below `folder`, by their places in it."""
    return {
        path.parent.relative_to(folder).as_posix(): path.parent
        for path in sorted(folder.rglob(MANIFEST))
    }


def file_difference(old: Path, new: Path) -> str | None:
    """State how two files differ, or None where they have the same bytes."""
    if not new.exists():
        return f"{old.name} is missing"
    one, other = old.read_bytes(), new.read_bytes()
    if one == other:
        return None
    if old.suffix != ".npy":
        return f"{old.name}: {len(one)} and {len(other)} bytes that differ"
    first, second = np.load(old, mmap_mode="r"), np.load(new, mmap_mode="r")
    if first.shape != second.shape or first.dtype != second.dtype:
        return f"{old.name}: {first.dtype}{first.shape} and {second.dtype}{second.shape}"
    n_unlike = int((first != second).sum())
    largest = np.abs(first.astype("f8") - second.astype("f8")).max()
    return f"{old.name}: {n_unlike} of {first.size} values differ, by {largest:.3g} at most"


def value_differences(old: Any, new: Any, where: str, reworded: list[str]) -> Iterator[str]:
    """Yield the places where numbers or keys of two JSON values differ; NEW may add keys.

    Texts that differ are collected in `reworded`: what is printed may become plainer.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            name = RENAMED.get(key, key)
            if key in FLEETING:
                continue
            if key not in new and name not in new:
                yield f"{where}.{key} is missing"
            else:
                other = new[key] if key in new else new[name]
                yield from value_differences(value, other, f"{where}.{name}", reworded)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{where}: {len(old)} and {len(new)} entries"
        for i, (one, other) in enumerate(zip(old, new)):
            yield from value_differences(one, other, f"{where}[{i}]", reworded)
    elif isinstance(old, str) and isinstance(new, str):
        if new not in (old, RENAMED.get(old)):
            reworded.append(f"{where}: {old!r} -> {new!r}")
    elif old != new and not (_is_nan(old) and _is_nan(new)):
        yield f"{where}: {old!r} and {new!r}"


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def manifest_differences(
    old: Path, new: Path, digests: tuple[dict[str, str], dict[str, str]], added: set[str]
) -> Iterator[str]:
    """Yield differences of two manifests, but for the versions that they were made with.

    Parts that only NEW has are collected in `added`.
    """
    first, second = (json.loads((path / MANIFEST).read_text("utf-8")) for path in (old, new))
    for manifest, names in zip((first, second), digests):
        # An input is named by the digest of its manifest: compare what it points to.
        manifest["inputs"] = {k: names.get(v, v) for k, v in manifest["inputs"].items()}
    added |= second.keys() - first.keys()
    for part in ("format", "format_version", "kind", "settings", "facts", "inputs", "files"):
        one, other = first[part], second[part]
        if one == other and json.dumps(one) == json.dumps(other):
            continue
        if not isinstance(one, dict):
            yield f"{part}: {one!r} and {other!r}"
            continue
        for key in [*one, *(key for key in other if key not in one)]:
            values = one.get(key, "(absent)"), other.get(key, "(absent)")
            if values[0] != values[1]:
                yield f"{part}.{key}: {values[0]!r} and {values[1]!r}"
        if list(one) != list(other) and set(one) == set(other):
            yield f"{part}: keys in another order"


def compare_bundles(old: Path, new: Path, verdict: Verdict) -> None:
    """Compare the bundles, and the ARPA files, that two versions have left."""
    theirs, ours = bundles_in(old), bundles_in(new)
    digests = tuple(
        {
            hashlib.sha256((path / MANIFEST).read_bytes()).hexdigest(): name
            for name, path in bundles.items()
        }
        for bundles in (theirs, ours)
    )
    for name, path in theirs.items():
        if name not in ours:
            verdict.line("bundle", name, ["not made by the new version"])
            continue
        names = {item.name for folder in (path, ours[name]) for item in folder.iterdir()}
        problems = [
            text
            for file in sorted(names - {MANIFEST})
            if (
                text := file_difference(path / file, ours[name] / file)
                if (path / file).exists()
                else f"{file} is new"
            )
        ]
        problems += manifest_differences(path, ours[name], digests, verdict.added)
        verdict.line("bundle", name, problems, f"same ({len(names)} files)")
    for name in ours.keys() - theirs.keys():
        verdict.line("bundle", name, ["not made by the old version"])
    for path in sorted(old.rglob("*.arpa")):
        name = path.relative_to(old).as_posix()
        problem = file_difference(path, new / name)
        verdict.line("file", name, [problem] if problem else [])


def compare_printed(old: Version, new: Version, commands: list[Command], verdict: Verdict) -> None:
    """Compare reports of studies, JSON on standard output, and which commands failed."""
    for command in commands:
        name = " ".join(command.words[:2])
        one, other = old.printed[str(command)], new.printed[str(command)]
        if (one is None) != (other is None):
            failed = "old" if one is None else "new"
            verdict.line("command", str(command), [f"fails in the {failed} version"])
        elif one is None or other is None:
            verdict.line("command", str(command), ["fails in both versions"])
        elif command.answers:
            problems = value_differences(
                json.loads(one), json.loads(other), command.words[0], verdict.reworded
            )
            verdict.line("json", name, list(problems))
        elif command.studies:
            report = Path(command.place) / command.words[-1] / "report.json"
            texts = [(version.results / report).read_text("utf-8") for version in (old, new)]
            problems = value_differences(*map(json.loads, texts), "report", verdict.reworded)
            verdict.line("report", report.as_posix(), list(problems))


def check_reuse(old: Version, new: Version, commands: list[Command], verdict: Verdict) -> None:
    """Repeat the commands with NEW on a copy of what OLD has left: no bundle may be made again."""
    place = new.results.with_name("reused")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(old.results, place)
    for path in place.rglob("*.arpa"):
        path.unlink()  # a command does not write over one
    before = _states(place)
    failed = [
        f"{command}: failed"
        for command in commands
        if not command.answers
        and command.words[0] not in ALWAYS_WRITE
        and old.printed[str(command)] is not None
        and new.run(command, place) is None
    ]
    after = _states(place)
    verdict.line("reuse", "commands repeated on the old results", failed, "all succeed")
    for name, state in before.items():
        verdict.line("reuse", name, [] if after.get(name) == state else ["made again"], "reused")
    for name in after.keys() - before.keys():
        verdict.line("reuse", name, ["made next to the old ones"])


def _states(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what changes when a bundle is written again, even with the same bytes."""
    status = {name: (path / MANIFEST).stat() for name, path in bundles_in(folder).items()}
    return {name: (entry.st_ino, entry.st_mtime_ns) for name, entry in status.items()}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("old", type=Path, help="folder of a checkout")
    options.add_argument("new", type=Path, nargs="?", help="another; without it OLD only runs")
    options.add_argument("--keep", type=Path, required=True, help="folder for code and results")
    options.add_argument("--data", type=Path, default=os.environ.get("WVT_DATA"))
    options.add_argument("--only", metavar="TEXT", help="lee, quick, long, wikipedia or ptb")
    options.add_argument("--long", action="store_true", help="a quick study of all models, too")
    options.add_argument("--no-reuse", action="store_true", help="do not repeat on old results")
    chosen = options.parse_args()
    os.nice(10)
    keep = chosen.keep.resolve()
    keep.mkdir(parents=True, exist_ok=True)
    texts = texts_in(Path(chosen.data) if chosen.data else None, keep)
    for absent in {"wikipedia", "train"} - texts.keys():
        print(f"skipped: no {'enwiki-17m' if absent == 'wikipedia' else 'Penn Treebank'} text")
    commands = plan(texts)
    try:
        import torch  # noqa: F401
    except ImportError:
        print("skipped: neural language models need PyTorch")
        commands = [command for command in commands if not command.needs_torch]
    if not chosen.long:
        commands = [command for command in commands if command.place != "long"]
    if chosen.only:
        commands = [command for command in commands if command.place == chosen.only]
    old = Version("old", chosen.old, keep)
    old.run_all(commands)
    if chosen.new is None:
        return
    new = Version("new", chosen.new, keep)
    new.run_all(commands)
    verdict = Verdict()
    for place in sorted({command.place for command in commands}):
        compare_bundles(old.results / place, new.results / place, verdict)
    compare_printed(old, new, commands, verdict)
    if not chosen.no_reuse:
        check_reuse(old, new, commands, verdict)
    if verdict.added:
        print(f"parts that only the new manifests have: {', '.join(sorted(verdict.added))}")
    if verdict.reworded:
        print(f"reworded texts: {len(verdict.reworded)}, for instance")
        for line in verdict.reworded[:8]:
            print(f"         {line[:150]}")
    counts = ", ".join(f"{n} x {kind}" for kind, n in verdict.compared.items())
    print(f"compared: {counts}")
    print("NO DIFFERENCE" if verdict.differences == 0 else f"DIFFERENT: {verdict.differences}")
    sys.exit(verdict.differences > 0)


if __name__ == "__main__":
    main()
