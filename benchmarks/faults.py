"""Damage, full disks, replacements, kills: what bundles and their readers and writers do then.

    python benchmarks/faults.py flips --trials 2000       # bits of all files of all bundles
    python benchmarks/faults.py manifests --trials 2000   # bits of manifests
    python benchmarks/faults.py numbers                   # hostile numbers in every integer array
    python benchmarks/faults.py writes --trials 200       # RLIMIT_FSIZE and injected errors
    python benchmarks/faults.py loads --trials 25000      # loads while a bundle is replaced
    python benchmarks/faults.py saves --trials 500        # saves next to a writer with the lock
    python benchmarks/faults.py kills --trials 100        # SIGKILL at moments drawn by lot

Exits with 1 if a promise is broken.  `flips`, `manifests` and `numbers` use what they damage in a
process with ``NUMBA_BOUNDSCHECK=1``, where a kernel that leaves its arrays raises an error; run
them with a NUMBA_CACHE_DIR of their own.
"""

import argparse
import collections
import errno
import hashlib
import importlib.util
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

if {"flips", "manifests", "numbers"} & set(sys.argv):
    os.environ["NUMBA_BOUNDSCHECK"] = "1"

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from tiny_wordnet import write_wordnet

from wordvec_toolkit import WordVectors, load, ppmi, train_ngram_model
from wordvec_toolkit.bundles import writing
from wordvec_toolkit.bundles.manifests import MANIFEST, render
from wordvec_toolkit.bundles.reading import file_sha256, open_bundle
from wordvec_toolkit.bundles.recognising import is_bundle
from wordvec_toolkit.bundles.writing import new_bundle
from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.counts.ngram_counting import count_ngrams
from wordvec_toolkit.embeddings.glove import GloveState
from wordvec_toolkit.embeddings.weighted import WeightedState
from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.lexicon import ThesaurusMeasure
from wordvec_toolkit.lm.sentence_model import SentenceModel
from wordvec_toolkit.models.kinds import BUNDLE_KINDS
from wordvec_toolkit.models.kinds import neural as neural_kinds
from wordvec_toolkit.models.kinds import translation as pair_kinds
from wordvec_toolkit.models.ngram import build_ngram_lm
from wordvec_toolkit.runtime import disk
from wordvec_toolkit.text.files import find_sources
from wordvec_toolkit.text.vocabulary import Vocabulary
from wordvec_toolkit.translation import TranslationModel, translate
from wordvec_toolkit.workspace.folder import Workspace

#: Bundles that PyTorch makes; where it is missing, they are not tried.
NEURAL = {neural_kinds.NETWORK, *neural_kinds.BUNDLES, pair_kinds.SEQ2SEQ, pair_kinds.SEQ2SEQ_STATE}
HAS_TORCH = importlib.util.find_spec("torch") is not None
HOSTILE = (-(2**63), -(2**62), -(2**31), -2, -1, 2**31 - 1, 2**62, 2**63 - 1)
_FEW = 6  # places of an array that hostile numbers are put at


def text_of(seed: int, n_lines: int = 160) -> str:
    draw = random.Random(seed)
    words = [f"{first}{second}" for first in "bdfgklmn" for second in ("a", "e", "i", "oon")]
    lines = (" ".join(draw.choices(words, range(len(words), 0, -1), k=9)) for _ in range(n_lines))
    return "".join(f"{line}\n" for line in lines)


def wvt(*arguments: Any, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "wordvec_toolkit.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


#: Trains networks of both directions, and keeps what an interrupted run goes on from.
_TRAIN = """
import sys
from wordvec_toolkit.models import build_neural_lm, build_seq2seq, resuming
resuming.ResumableStep._remove_state = lambda step: None
build_neural_lm(sys.argv[1], bidirectional=True, hidden_dim=8, epochs=1)
build_seq2seq(sys.argv[1], hidden_dim=8, epochs=1)
"""


def build_all(folder: Path) -> Path:
    """Build a workspace with bundles of all kinds, of neural ones where PyTorch is there."""
    (folder / "text.txt").write_text(text_of(1) + 3 * "dog cat car\n" + "seldom rarely\n")
    (folder / "kept.txt").write_text(text_of(2, 40))
    (folder / "more.txt").write_text(text_of(3, 20))
    lines = text_of(4, 40).splitlines()
    (folder / "pairs.txt").write_text("".join(f"{line}\t{line[::-1]}\n" for line in lines))
    wordnet = write_wordnet(folder / "wordnet")
    made, kept = folder / "text.wvt", ("--held-out", folder / "kept.txt")
    if made.exists():
        return made
    mixed = ("--cache", "--skip", "--soft", "--classes", "5", "--adapt")
    few = ("--order", "3", "--discount-fallback", "default")
    steps = [
        ("build-ppmi", folder / "text.txt", "--dim", "8", "--min-count", "2"),
        ("update", made, "--add", folder / "more.txt"),
        ("build-ppmi", made, "--dim", "8"),
        ("build-ngram-lm", made, *kept, *few, *mixed),
        ("build-thesaurus", made, "--wordnet", wordnet),
        ("build-ibm1", folder / "pairs.txt", "-o", made),
        ("build-weighted", made, "--dim", "4"),
        ("build-glove", made, "--dim", "4", "--epochs", "2"),
        ("build-word2vec", made, "--dim", "8", "--epochs", "1"),
        ("build-fasttext", made, "--dim", "8", "--epochs", "1"),
        ("postprocess", made / "svd", "-o", made / "centred", "--center"),
    ]
    if HAS_TORCH:
        few_epochs = ("--hidden-dim", "8", "--epochs", "1", "--cell", "gru")
        more = ("--neural-cache", "--dynamic", "rms")
        steps += [
            ("build-neural-lm", made, *few_epochs),
            ("mix", made / "ngram", made / "gru", *kept, *more),
        ]
    for arguments in steps:
        done = wvt(*arguments)
        if done.returncode:
            sys.exit(f"{arguments}: {done.stderr}")
    if HAS_TORCH:
        subprocess.run([sys.executable, "-c", _TRAIN, str(made)], capture_output=True, check=True)
    count_ngrams(load(made / "corpus"), 3).save(made / "ngram-counts")
    there = {open_bundle(made / name).kind for name in Workspace(made).names()}
    tried = {record.kind for record in BUNDLE_KINDS if HAS_TORCH or record not in NEURAL}
    if there != tried:
        sys.exit(f"bundles of these kinds are not built, so not damaged: {tried ^ there}")
    return made


def use(path: Path) -> str:
    """Do with a bundle what commands do with it; return a digest of what comes out."""
    bundle = open_bundle(path)
    out: list[Any] = []
    if bundle.kind == "weighted-state":
        state = WeightedState.from_bundle(bundle)
        return digest_of([state.words, state.contexts])
    if bundle.kind == "glove-state":
        state = GloveState.from_bundle(bundle)
        return digest_of([state.words[0], state.contexts[0]])
    found: Any = load(path)
    if bundle.kind == "rare-words":
        return digest_of([found.vocabulary.counts, found.ids])
    if bundle.kind == "thesaurus":
        words = ["dog", "cat", "car"]
        measures = (ThesaurusMeasure(found, name) for name in ("path", "wup", "jcn"))
        return digest_of([measure.matrix(words) for measure in measures])
    if bundle.kind == "pairs":
        train, held_out = found.train, found.held_out
        return digest_of([rows.ids for rows in (*train, *held_out)])
    if isinstance(found, TranslationModel):
        return digest_of([each.text for each in translate(found, ["ba be bi", "moon"])])
    if hasattr(found, "token_logprobs"):
        ids = 3 + np.arange(200, dtype=np.int32) % (len(found.vocabulary) - 3)
        ids[7::9] = 2
        if isinstance(found, SentenceModel):
            out = [found.sentence_logprobs(ids[:197])]
        else:
            rows = np.zeros((20, len(found.vocabulary)))
            found.add_distributions(ids, 30, 50, 1.0, rows)
            out = [found.token_logprobs(ids), found.next_logprobs(ids[:5]), rows]
    elif bundle.kind == "corpus":
        out = [count_cooccurrences(found, window=3).matrix.data, count_ngrams(found, 3).counts]
    elif bundle.kind.startswith("counts"):
        out = [found.row_totals, ppmi(found).matrix.data]
    elif bundle.kind == "ngram-counts":
        model = train_ngram_model(found, smoothing="witten-bell")
        out = [model.logprobs]
    else:
        words = [found.vocabulary.word(place) for place in (3, 5, 8)]
        out = [np.asarray(found.cosines(found.unit([3]))), found.similarity(*words[:2])]
        out += [found.nearest(words[0]), found.analogy(*words)]
    return digest_of(out)


def digest_of(values: list[Any]) -> str:
    parts = [v.tobytes() if isinstance(v, np.ndarray) else repr(v).encode() for v in values]
    return hashlib.sha256(b"|".join(parts)).hexdigest()


def outcome(path: Path, good: str) -> str:
    """Return what using a damaged bundle comes to; anything but an error of ours is named."""
    try:
        with np.errstate(all="ignore"):
            return "unchanged" if use(path) == good else "changed"
    except WordvecError:
        return "refused"


class Copy:
    """One file of a bundle, damaged for a moment."""

    def __init__(self, path: Path) -> None:
        self.path, self.whole = path, path.read_bytes()
        self.manifest = (path.parent / MANIFEST).read_bytes()

    def sign(self, **entry: Any) -> None:
        manifest = json.loads(self.manifest)
        entry |= {"bytes": self.path.stat().st_size, "sha256": file_sha256(self.path)}
        manifest["files"][self.path.name] |= entry
        (self.path.parent / MANIFEST).write_bytes(render(manifest))

    def __enter__(self) -> "Copy":
        return self

    def __exit__(self, *_: object) -> None:
        self.path.write_bytes(self.whole)
        (self.path.parent / MANIFEST).write_bytes(self.manifest)


class Tally:
    def __init__(self) -> None:
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: list[str] = []

    def add(self, name: str) -> None:
        self.counts[name] += 1

    def fail(self, name: str) -> None:
        self.failures.append(name)

    def end(self) -> bool:
        print(", ".join(f"{name} {n:,}" for name, n in sorted(self.counts.items())))
        for failure in self.failures[:20]:
            print("BROKEN:", failure)
        return not self.failures


def problems_of(path: Path) -> list[str]:
    try:
        return open_bundle(path).verify()
    except WordvecError as error:
        return [str(error)]


def results(workspace: Path) -> dict[Path, str]:
    return {workspace / name: use(workspace / name) for name in Workspace(workspace).names()}


def flips(folder: Path, trials: int, draw: random.Random) -> bool:
    """One bit of any file but the manifest: always named by verify, never a crash.

    In use it may change a result where the light check on opening does not look: words, counts,
    floating-point numbers, and indices that stay in range.
    """
    tally, good = Tally(), results(build_all(folder))
    files = [path for bundle in good for path in sorted(bundle.iterdir()) if path.name != MANIFEST]
    for number in range(trials):
        path = files[number % len(files)]
        with Copy(path) as copy:
            data = bytearray(copy.whole)
            place = draw.randrange(min(len(data), 200) if number % 4 == 0 else len(data))
            data[place] ^= 1 << draw.randrange(8)
            path.write_bytes(data)
            where = f"{path.parent.name}/{path.name} byte {place}"
            if not problems_of(path.parent):
                tally.fail(f"{where} is not named by verify")
            try:
                tally.add(outcome(path.parent, good[path.parent]))
            except Exception as error:
                tally.fail(f"{where}: {type(error).__name__}: {error}")
    return tally.end()


def manifests(folder: Path, trials: int, draw: random.Random) -> bool:
    """One bit of a manifest, or its end cut off, or zeros: always refused, by all, and named."""
    tally = Tally()
    workspace = build_all(folder)
    names = Workspace(workspace).names()
    for number in range(trials):
        name = names[number % len(names)]
        with Copy(workspace / name / MANIFEST) as copy:
            data = bytearray(copy.whole)
            place = draw.randrange(len(data))
            if number % 10 == 0:
                del data[draw.choice([place, place % 20, 0]) :]
            elif number % 10 == 1:
                data[draw.choice([0, place]) :] = bytes(len(data) - place)
            else:
                data[place] ^= 1 << draw.randrange(8)
            copy.path.write_bytes(data)
            where = f"{name}/{MANIFEST} byte {place}"
            if name not in Workspace(workspace).names():
                tally.fail(f"{where}: the bundle has vanished")
            try:
                open_bundle(workspace / name)
                tally.fail(f"{where} is taken for good")
            except WordvecError:
                tally.add("refused")
            except Exception as error:
                tally.fail(f"{where}: {type(error).__name__}: {error}")
    return tally.end()


def numbers(folder: Path, trials: int, draw: random.Random) -> bool:
    """Hostile numbers and cuts in arrays of integers, with manifests that agree with them."""
    tally, good = Tally(), results(build_all(folder))
    arrays = [path for bundle in good for path in sorted(bundle.glob("*.npy"))]
    for path in arrays:
        with Copy(path) as copy:
            array = np.load(path)
            changes: list[tuple[str, np.ndarray]] = [("cut", array[:-1]), ("cut", array[:0])]
            if array.dtype.kind == "i" and array.size:
                limits = np.iinfo(array.dtype)
                ends = [0, 1, array.size // 2, array.size - 2, array.size - 1]
                places = {max(0, place) for place in ends} | {draw.randrange(array.size)}
                for value in (v for v in HOSTILE if limits.min <= v <= limits.max):
                    for place in sorted(places)[:_FEW]:
                        changed = array.copy()
                        changed.reshape(-1)[place] = value
                        changes.append((f"[{place}] = {value}", changed))
                flat = array.copy()
                draw.shuffle(values := flat.reshape(-1).tolist())
                changes.append(("shuffled", np.array(values, array.dtype).reshape(array.shape)))
            if trials:
                changes = draw.sample(changes, min(len(changes), -(-trials // len(arrays))))
            for name, changed in changes:
                np.save(path, changed)
                copy.sign(shape=list(changed.shape))
                where = f"{path.parent.name}/{path.name} {name}"
                try:
                    tally.add(outcome(path.parent, good[path.parent]))
                except Exception as error:
                    tally.fail(f"{where}: {type(error).__name__}: {error}")
    return tally.end()


def writes(folder: Path, trials: int, draw: random.Random) -> bool:
    """A limit on the size of files, or one error injected: a file is whole, or does not exist."""
    import resource

    tally = Tally()
    (folder / "text.txt").write_text(text_of(1))

    def build(target: Path, limit: int | None = None) -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        build_ngram_lm(folder / "text.txt", target, order=3, smoothing="witten-bell")

    build(folder / "good.wvt")
    good = {path.name: path.read_bytes() for path in (folder / "good.wvt" / "ngram").iterdir()}
    largest = max(map(len, good.values()))
    vectors = vectors_of(0)
    for number in range(trials):
        target = folder / f"{number}.wvt"
        if number % 2:
            limit = draw.randrange(1, largest + 200)
            status = in_child(lambda place=target, most=limit: build(place, most))
            what = f"limit {limit}, exit {status}"
            if status > 1:
                tally.fail(what)
        else:
            what = injected(lambda place=target / "x": vectors.save(place), draw)
        for name in Workspace(target).names():
            if problems := problems_of(target / name):
                tally.fail(f"{what}: {name}: {problems[0]}")
        tally.add("made" if Workspace(target).names() else "refused")
        if number % 2:
            build(target)
            for name, data in good.items():
                if name != MANIFEST and (target / "ngram" / name).read_bytes() != data:
                    tally.fail(f"{what}: {name} differs after the next run")
        if leftovers := list(target.glob(".wvt-new-*")):
            tally.fail(f"{what}: {leftovers[0].name} is left")
    return tally.end()


def in_child(action: Callable[[], object]) -> int:
    """Run something in a child; return 0, 1 if it is refused, 2 after another error."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 2
    try:
        action()
        status = 0
    except (WordvecError, OSError):  # of temporary files; commands make it a sentence
        status = 1
    finally:
        os._exit(status)


def injected(action: Callable[[], object], draw: random.Random) -> str:
    """Run something in which one of the first calls to the system fails."""
    name = draw.choice(["fsync", "fstat", "open", "write"])
    left = draw.randrange(6)
    code = draw.choice([errno.ENOSPC, errno.EDQUOT, errno.EIO])
    if name in ("fsync", "fstat"):
        owner: Any = disk.os
        real = getattr(owner, name)
    elif name == "open":
        owner, real = disk, open
    else:
        owner, name, real = writing.np.lib.format, "write_array_header_1_0", None
        real = owner.write_array_header_1_0

    def failing(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left == -1:
            raise OSError(code, os.strerror(code))
        return real(*arguments, **options)

    had = name in vars(owner)
    setattr(owner, name, failing)
    try:
        action()
        return f"{name} {code}: made"
    except WordvecError as error:
        return f"{name} {code}: {error}"
    finally:
        if had:
            setattr(owner, name, real)
        else:
            delattr(owner, name)


def vectors_of(version: int, dim: int = 16) -> WordVectors:
    n = 200 + 37 * (version % 5)
    words = [f"w{version}x{place}" for place in range(n)]
    return WordVectors(
        Vocabulary(words, np.full(n, version + 1)), np.full((n, dim), version + 1, np.float32)
    )


def _replace_for_ever(path: Path) -> None:
    version = 0
    versions = [vectors_of(number) for number in range(7)]
    while True:
        version = (version + 1) % len(versions)
        versions[version].save(path)


def loads(folder: Path, trials: int, draw: random.Random) -> bool:
    """Loads of a bundle that is replaced without a pause: each is of one version."""
    tally, path = Tally(), folder / "m.wvt" / "svd"
    vectors_of(0).save(path)
    writer = multiprocessing.Process(target=_replace_for_ever, args=(path,), daemon=True)
    writer.start()
    seen = set()
    try:
        for _ in range(trials):
            try:
                found = load(path if draw.random() < 0.5 else path.parent)
                version = int(found.matrix[0, 0]) - 1
                seen.add(version)
                same = (
                    bool((found.matrix == version + 1).all())
                    and bool((found.vocabulary.counts == version + 1).all())
                    and found.words[0].startswith(f"w{version}x")
                    and len(found.words) == len(found.matrix)
                )
                tally.add("whole") if same else tally.fail(f"mixed, of version {version}")
            except WordvecError as error:
                tally.fail(str(error))
    finally:
        writer.kill()
        writer.join()
    print(f"{len(seen)} versions seen")
    return tally.end()


def _hold_for_ever(path: Path) -> None:
    workspace, number = Workspace(path), 0
    while True:
        try:
            with workspace.lock():
                number += 1
                with new_bundle(path / "held", "vectors", {"n": number}) as writer:
                    vectors_of(number % 7).write(writer)
        except WordvecError as error:
            print("the writer with the lock:", error, flush=True)
            os._exit(1)


def saves(folder: Path, trials: int, draw: random.Random) -> bool:
    """Saves into a workspace that another process locks, clears and writes to: all are whole."""
    tally, path = Tally(), folder / "m.wvt"
    vectors_of(0).save(path / "first")
    writer = multiprocessing.Process(target=_hold_for_ever, args=(path,), daemon=True)
    writer.start()
    try:
        for number in range(trials):
            target = path / draw.choice(["a", "b", "held", f"c{number % 9}"])
            try:
                vectors_of(number % 7).save(target)
                problems = problems_of(target)
                tally.fail(problems[0]) if problems else tally.add("whole")
            except WordvecError as error:
                tally.fail(str(error))
        if not writer.is_alive():
            tally.fail("the writer with the lock has failed")
    finally:
        writer.kill()
        writer.join()
    return tally.end()


def kills(folder: Path, trials: int, draw: random.Random) -> bool:
    """Commands killed at any moment: no old file next to a new one, nothing left after the next."""
    tally = Tally()
    texts = [folder / f"{seed}.txt" for seed in range(2)]
    for seed, text in enumerate(texts):
        text.write_text(text_of(seed, 400))
    wvt("build-ppmi", texts[0], "-o", folder / "v.wvt", "--dim", "8", "--min-count", "1")
    few = ("--order", "3", "--discount-fallback", "default")
    commands = {
        "split": lambda text: ("split", text, "-o", folder / "parts", "--force"),
        "convert": lambda text: ("convert", folder / "v.wvt", folder / "v.txt", "--force"),
        "bundle": lambda text: ("convert", folder / "v.wvt", folder / "v.wvt" / "x", "--force"),
        "build": lambda text: ("build-ngram-lm", text, "-o", folder / "n.wvt", *few),
    }
    pairs = []
    for text in texts:
        wvt(*commands["split"](text))
        pairs.append(_parts(folder / "parts"))
        started = time.perf_counter()
        wvt(*commands["build"](text))
        seconds = time.perf_counter() - started
    for number in range(trials):
        name = list(commands)[number % len(commands)]
        arguments = commands[name](texts[number // len(commands) % 2])
        command = [sys.executable, "-m", "wordvec_toolkit.cli", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.2, 1.2) * seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        there = _parts(folder / "parts")
        if not any(there.items() <= pair.items() for pair in pairs):
            tally.fail(f"kill {number}: parts of different splits side by side")
        find_sources([str(folder / "parts")])  # as every command that reads them does
        if _parts(folder / "parts") not in pairs:
            tally.fail(f"kill {number}: neither the old parts nor the new ones")
        done = wvt(*arguments)
        if done.returncode:
            tally.fail(f"{name} after a kill: {done.stderr[-300:]}")
        left = [p for p in folder.rglob(".wvt-*") if re.match(r"\.wvt-(new|old|moves)-", p.name)]
        if left:
            tally.fail(f"{name}: {left[0].name} is left after the next run")
        for bundle in filter(is_bundle, folder.glob("*.wvt/*")):
            if problems := problems_of(bundle):
                tally.fail(f"{name}: {bundle.name}: {problems[0]}")
        tally.add(name)
    return tally.end()


def _parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.txt")}


TRIALS = {
    flips: 2000,
    manifests: 2000,
    numbers: 0,
    writes: 200,
    loads: 25_000,
    saves: 500,
    kills: 100,
}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("kinds", nargs="+", choices=[kind.__name__ for kind in TRIALS])
    options.add_argument("--trials", type=int)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp())
    is_good = True
    try:
        for kind, trials in TRIALS.items():
            if kind.__name__ in chosen.kinds:
                print(f"{kind.__name__}: ", end="", flush=True)
                asked = trials if chosen.trials is None else chosen.trials
                is_good &= kind(folder, asked, random.Random(chosen.seed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
