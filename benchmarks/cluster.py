"""Counting, PPMI and SVD on workers: the same bytes, killed workers, separate machines, growth.

    python benchmarks/cluster.py same TEXT              # threads, processes, Dask: bytes and time
    python benchmarks/cluster.py kills TEXT --kills 10  # SIGKILL at moments of each stage
    python benchmarks/cluster.py machines TEXT          # three workers that share only an S3 store
    python benchmarks/cluster.py growth TEXT            # 1 to 50 workers, from measured tasks
    python benchmarks/cluster.py factorise TEXT         # the same of the SVD
    python benchmarks/cluster.py product TEXT           # of one of its products

Stages are counting, adding, PPMI and SVD, all on the workers, whatever the size of the text.
`machines` needs ``moto[s3,server]`` and s3fs: the store is moto's server.  `growth` runs each task
by itself, measures its processor time, and replays the tasks on as many workers as it simulates;
network and disks count as in the measurement, as those of one machine.  Exits with 1 if bytes
differ.
"""

import argparse
import hashlib
import heapq
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.counts.settings import CountingSettings
from wordvec_toolkit.counts.tasks import count_on_engine
from wordvec_toolkit.embeddings import tasks as embedding_tasks
from wordvec_toolkit.embeddings.lanczos import PanelAlgebra
from wordvec_toolkit.embeddings.settings import FactorisingSettings
from wordvec_toolkit.embeddings.svd import krylov_sizes, svd_vectors
from wordvec_toolkit.embeddings.tasks import EngineAlgebra
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.engine.choosing import within_engine, within_store
from wordvec_toolkit.engine.tasks import do_order
from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.models.ppmi import build_ppmi
from wordvec_toolkit.runtime.memory import memory_budget, within_memory
from wordvec_toolkit.runtime.progress import SILENT, Silent

ENGINES = (None, "threads:1", "threads:2", "processes:1", "processes:2", "local:1", "local:2")


class Stages(Silent):
    """Notes when each task of the progress begins."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}

    def start(self, task: str, total: float | None, unit: str) -> None:
        self.began[task] = time.perf_counter()


def build(workspace: Path, where: str | None) -> tuple[str, dict[str, tuple[float, float]]]:
    """Build a variant; return the digest of its files, and begin and seconds of each stage."""
    stages, name = Stages(), f"x{random.Random().getrandbits(40)}"
    started = time.perf_counter()
    with within_engine(where):
        # One thread, so that two workers are more.
        build_ppmi(workspace, dim=100, name=name, threads=1, progress=stages)
    began = [*stages.began.items(), ("end", time.perf_counter())]
    seconds = {
        task: (start - started, after - start) for (task, start), (_, after) in pairwise(began)
    }
    digest = hashlib.sha256()
    for kind in ("counts", "ppmi", "svd"):
        for path in sorted((workspace / f"{kind}-{name}").iterdir()):
            if path.name != "manifest.json":  # which names the variant
                digest.update(path.read_bytes())
        shutil.rmtree(workspace / f"{kind}-{name}")
    left = [
        path.name
        for path in workspace.iterdir()
        if path.name.startswith((".wvt-new", ".wvt-store"))
    ]
    assert not left, left
    return digest.hexdigest(), seconds


def same(workspace: Path) -> bool:
    """Compare the bytes of all engines, and print seconds."""
    found = []
    for where in ENGINES:
        digest, seconds = build(workspace, where)
        found.append(digest)
        stages = "  ".join(f"{task} {n:.1f} s" for task, (_, n) in seconds.items())
        print(f"{where or 'no engine':<12} {digest[:16]}  {stages}", flush=True)
    return len(set(found)) == 1


def kills(workspace: Path, n: int) -> bool:
    """Kill a worker at moments drawn by lot, n times in each stage with each engine."""
    draws, expected = random.Random(11), build(workspace, None)[0]
    right = True
    for where in ("processes:2", "local:2"):
        for stage, (began, length) in build(workspace, where)[1].items():
            outcomes: Counter[str] = Counter()
            for _ in range(n):
                moment = began + draws.uniform(0, 1) * length
                timer = threading.Timer(moment, kill_one, [draws])
                timer.start()
                try:
                    digest, _ = build(workspace, where)
                    right &= digest == expected
                    outcomes["the same bytes" if digest == expected else "OTHER BYTES"] += 1
                except WordvecError as error:  # killed before Dask has started it
                    outcomes[f"a sentence: {error}"] += 1
                timer.cancel()
            print(f"{where}, {stage} ({length:.1f} s): {dict(outcomes)}", flush=True)
    return right


def kill_one(draws: random.Random) -> None:
    """Kill one of the processes that this one has started, which work."""
    import psutil

    found = [
        process
        for process in psutil.Process().children(recursive=True)
        if "resource_tracker" not in " ".join(process.cmdline())
    ]
    if found:
        os.kill(draws.choice(found).pid, signal.SIGKILL)


def machines(workspace: Path) -> bool:
    """Count on three Dask workers with folders of their own, which share only a store."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    fake = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
    os.environ.update(fake, AWS_ENDPOINT_URL=f"http://{host}:{port}")
    import s3fs

    s3fs.S3FileSystem().mkdir("bucket")
    expected = build(workspace, None)[0]
    started: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            address = f"tcp://127.0.0.1:{draw_port()}"
            dask, quiet = [sys.executable, "-m", "dask"], subprocess.DEVNULL
            command = [*dask, "scheduler", "--host", address, "--no-dashboard"]
            started.append(subprocess.Popen(command, cwd=folder, stderr=quiet))
            for number in range(3):
                own = Path(folder, str(number))
                own.mkdir()
                command = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard"]
                command += ["--memory-limit", "4GB", "--local-directory", str(own)]
                there = {**os.environ, "TMPDIR": str(own)}
                started.append(subprocess.Popen(command, cwd=own, env=there, stderr=quiet))
            with within_store("s3://bucket/exchange"):
                digest, seconds = build(workspace, address)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()
    left = s3fs.S3FileSystem().find("bucket")
    server.stop()
    print(f"{digest[:16]}, without: {expected[:16]}; left in the store: {left}; {seconds}")
    return digest == expected and not left


def draw_port() -> int:
    """Return a port that is free."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Measured:
    """Engine that runs tasks one by one in this process, and notes their processor seconds."""

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self.stages: list[list[float]] = []

    @property
    def memory(self) -> int:
        return memory_budget()

    def run(self, orders: Sequence[str]) -> Iterator[tuple[int, str]]:
        self.stages.append([])
        for place, order in enumerate(orders):
            began = time.process_time()
            failure = do_order(order)
            self.stages[-1].append(time.process_time() - began)
            yield place, failure

    def close(self) -> None: ...


def replayed(seconds: Sequence[float], n_workers: int) -> float:
    """Return when the last task ends, if each goes to the first worker that is free."""
    free = [0.0] * n_workers
    for one in seconds:
        heapq.heappush(free, heapq.heappop(free) + one)
    return max(free)


def growth(workspace: Path, most: int) -> bool:
    """Print how the time of counting would fall with the number of workers."""
    bundle = open_bundle(workspace / "corpus")
    rows = []
    for n_workers in [n for n in (1, 1, 2, 4, 8, 16, 32) if n < most] + [most]:
        engine = Measured(n_workers)
        began = time.process_time()
        with within_memory(None, workspace):
            count_on_engine(engine, bundle, CountingSettings(), SILENT)
        own = time.process_time() - began - sum(map(sum, engine.stages))
        parts, sums = (replayed(stage, n_workers) for stage in engine.stages)
        rows.append((n_workers, own, parts, sums, own + parts + sums, sum(map(sum, engine.stages))))
    rows = rows[1:]  # the first compiles
    print("workers     own   count     add   whole  speed-up  processor seconds of all tasks")
    for n, own, parts, sums, whole, spent in rows:
        speed = rows[0][4] / whole
        print(f"{n:7} {own:7.2f} {parts:7.2f} {sums:7.2f} {whole:7.2f} {speed:9.1f} {spent:8.1f}")
    print(json.dumps([dict(zip(("workers", "own", "count", "add"), row)) for row in rows]))
    return True


def factorise(workspace: Path, most: int) -> bool:
    """Print how the time of the SVD would fall with the number of workers."""
    vectors = WordVectors.from_bundle(open_bundle(workspace / "ppmi"))
    rows, expected, right = [], b"", True
    with within_memory(None, workspace):
        svd_vectors(vectors, threads=1, dim=16)  # compiles
        for n_workers in [n for n in (1, 2, 8) if n < most] + [most]:
            engine = Measured(n_workers)
            embedding_tasks.current_engine = lambda engine=engine: engine
            began = time.process_time()
            found = svd_vectors(vectors, threads=1).matrix.tobytes()
            spent = sum(map(sum, engine.stages))
            own = time.process_time() - began - spent
            expected = expected or found
            right &= found == expected
            tasks = sum(replayed(stage, n_workers) for stage in engine.stages)
            rows.append((n_workers, own, tasks, own + tasks, spent, len(engine.stages)))
    print(f"{vectors.sparse_matrix().nnz:,} cells; the first row is one thread without an engine")
    print("workers     own products   whole  speed-up  processor seconds of all tasks  rounds")
    for n, own, tasks, whole, spent, rounds in rows:
        speed = rows[0][3] / whole
        print(f"{n:7} {own:7.2f} {tasks:8.2f} {whole:7.2f} {speed:9.2f} {spent:8.1f} {rounds:8}")
    return right


def product(workspace: Path, most: int) -> bool:
    """Print what one product of the SVD costs: in a thread, and on workers with its files."""
    matrix = WordVectors.from_bundle(open_bundle(workspace / "ppmi")).sparse_matrix()
    is_tall = matrix.shape[1] < matrix.shape[0]
    width = krylov_sizes(min(matrix.shape), FactorisingSettings()).block
    block = np.random.default_rng(1).standard_normal((matrix.shape[1], width), np.float32)
    print(f"{matrix.shape[0]:,} x {matrix.shape[1]:,}, {matrix.nnz:,} cells, {width} columns")

    def multiplied(algebra: PanelAlgebra) -> tuple[np.ndarray, float]:
        began = time.process_time()
        found = algebra.normal(matrix, block) if is_tall else algebra.sparse(matrix, block)
        return found, time.process_time() - began

    multiplied(PanelAlgebra(1))  # compiles, and reads the file
    expected, alone = multiplied(PanelAlgebra(1))
    print(f"one thread: {alone:.2f} s")
    print("workers  panels   files products   whole  speed-up  processor seconds of all tasks")
    right = True
    for n_workers in (1, 2, 8, most):
        engine = Measured(n_workers)
        with tempfile.TemporaryDirectory(dir=workspace) as folder:
            algebra = EngineAlgebra(1, engine, Path(folder), None)
            panels = multiplied(algebra)[1] - sum(map(sum, engine.stages))
            engine.stages.clear()
            found, spent = multiplied(algebra)
        right &= bool((found == expected).all())
        tasks, all_tasks = (
            sum(replayed(stage, n) for stage in engine.stages) for n in (n_workers, 1)
        )
        files = spent - all_tasks
        print(
            f"{n_workers:7} {panels - files:7.2f} {files:7.2f} {tasks:8.2f} {files + tasks:7.2f} "
            f"{alone / (files + tasks):9.2f} {all_tasks:8.1f}",
            flush=True,
        )
    return right


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", choices=["same", "kills", "machines", "growth", "factorise", "product"]
    )
    parser.add_argument("text", help="a text, or a workspace that holds one")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=50)
    chosen = parser.parse_args()
    embedding_tasks.LEAST_CELLS = 1
    with tempfile.TemporaryDirectory(dir=".") as folder:
        workspace = Path(folder, "text.wvt")
        if Path(chosen.text, "corpus").is_dir():
            for step in ("corpus", "counts", "ppmi"):
                if Path(chosen.text, step).is_dir():
                    shutil.copytree(Path(chosen.text, step), workspace / step)
        else:
            build_ppmi(chosen.text, workspace, svd=False)
        right = {
            "same": lambda: same(workspace),
            "kills": lambda: kills(workspace, chosen.kills),
            "machines": lambda: machines(workspace),
            "growth": lambda: growth(workspace, chosen.workers),
            "product": lambda: product(workspace, chosen.workers),
            "factorise": lambda: factorise(workspace, chosen.workers),
        }[chosen.what]()
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
