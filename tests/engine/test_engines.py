"""Engines: counting in threads, processes and on a Dask cluster makes the same bytes."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from wordvec_toolkit.counts import tasks as count_tasks
from wordvec_toolkit.engine import local, tasks
from wordvec_toolkit.engine.choosing import current_engine, within_engine, within_store
from wordvec_toolkit.engine.cluster import Cluster
from wordvec_toolkit.engine.local import Processes
from wordvec_toolkit.engine.store import Store
from wordvec_toolkit.engine.tasks import Task, do_order, make_files
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.models.ngram import build_ngram_lm
from wordvec_toolkit.models.ppmi import build_ppmi
from wordvec_toolkit.runtime.memory import memory_budget, spool_folder, within_memory
from wordvec_toolkit.runtime.progress import SILENT

ANOTHER_TEXT = {"digest": "of another", "settings": {}, "first": 0, "last": 5, "reach": [0, 5]}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return build_ppmi("lee", tmp_path_factory.mktemp("engine") / "lee.wvt", svd=False).path


@pytest.fixture
def counted(workspace):
    """Count in a variant of its own; return the files of the counts."""

    def count(where: str | None, progress=None, **settings: object) -> dict[str, bytes]:
        name = f"v{random.Random().getrandbits(60)}"
        with within_engine(where):
            build_ppmi(workspace, svd=False, name=name, progress=progress, **settings)
        assert not [path for path in workspace.iterdir() if path.name.startswith(".wvt-new")]
        return _files(workspace / f"counts-{name}")

    return count


def _files(bundle: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in bundle.iterdir()}


@pytest.mark.parametrize("where", ["threads:1", "threads:3", "processes:2"])
def test_every_engine_makes_the_same_bytes(workspace, counted, where):
    assert counted(where) == _files(workspace / "counts")
    how = {"window": 3, "direction": "split", "subsample": 1e-3, "subsampling": "clean"}
    if where == "threads:3":
        assert counted(where, **how) == counted(None, **how)


@pytest.mark.parametrize("where", ["threads:2", "processes:2"])
def test_ngram_models_are_the_same_bytes(workspace, tmp_path, where):
    def built(where: str | None) -> dict[str, bytes]:
        with within_engine(where):
            build_ngram_lm(workspace, name=str(where).replace(":", "-"), order=3)
        return _files(workspace / f"ngram-{str(where).replace(':', '-')}")

    assert built(where) == built(None)
    assert not [path for path in workspace.iterdir() if path.name.startswith(".wvt-new")]


def test_one_bar_shows_the_progress_of_all_workers(counted):
    seen: dict[str, tuple[float, float | None]] = {}

    def note(task: str, done: float, total: float | None) -> None:
        seen[task] = done, total

    counted("threads:2", note)
    for task in ("counting co-occurrences", "adding counts"):
        done, total = seen[task]
        assert done == total and total > 50_000


def test_a_killed_process_is_replaced(workspace, counted, monkeypatch):
    answer, kills = local._answer, [0, 5]  # at the first order, and when the runs are added

    def kill(worker, order):
        if kills and json.loads(order)["function"].endswith("add" if len(kills) == 1 else "count"):
            kills.pop()
            worker.kill()
        return answer(worker, order)

    monkeypatch.setattr(local, "_answer", kill)
    assert counted("processes:1") == _files(workspace / "counts")
    assert not kills


def test_a_task_that_kills_processes_is_given_up(counted, monkeypatch):
    monkeypatch.setattr(local, "_answer", lambda worker, order: worker.kill())
    with pytest.raises(WordvecError, match="3 processes were killed at the same task.*--memory"):
        counted("processes:1")


def test_a_full_disk_is_one_sentence(workspace, counted, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.run")

    monkeypatch.setattr(count_tasks, "count_part", fail)
    with pytest.raises(WordvecError, match="No space left on device .in .*wvt.*free some room"):
        counted("threads:2")
    assert not [path for path in workspace.iterdir() if path.name.startswith(".wvt-new")]


@pytest.mark.parametrize("where", ["threads:2", "processes:2"])
def test_workers_that_share_only_a_store_make_the_same_bytes(workspace, counted, bucket, where):
    """Workers keep copies in folders of their own; what is in the store is removed."""
    with within_store(f"file://{bucket}"):
        assert counted(where) == _files(workspace / "counts")
    assert not list(bucket.iterdir())
    assert not list(workspace.glob(".wvt-store-*"))


def test_tasks_fetch_only_the_tokens_that_they_count(workspace, counted, tmp_path, monkeypatch):
    pytest.importorskip("fsspec")
    get, fetched = Store.get, []

    def note(self, name, folder, pieces=None):
        fetched.extend(last - first for first, last in (pieces or {}).values())
        return get(self, name, folder, pieces)

    monkeypatch.setattr(Store, "get", note)
    how = {"window": 3, "subsample": 1e-3, "subsampling": "clean"}
    with within_store(f"file://{tmp_path}"):
        assert counted("threads:2", **how) == counted(None, **how)
    n_tokens = (workspace / "corpus" / "ids.npy").stat().st_size // 4
    assert len(fetched) > 2 and 4 * n_tokens - 200 < sum(fetched) < 4.1 * n_tokens


def test_the_next_command_removes_what_a_killed_one_left_in_the_store(workspace, counted, tmp_path):
    pytest.importorskip("fsspec")
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from wordvec_toolkit.engine.choosing import new_store, within_store\n"
        "from wordvec_toolkit.runtime.memory import within_memory\n"
        "with within_store(sys.argv[1]), within_memory(None, Path(sys.argv[2])):\n"
        "    with new_store() as store:\n"
        "        store.put(Path(sys.executable), 'x')\n"
        "        print(store.address, flush=True)\n"
        "        if sys.argv[3] == 'dies': os._exit(9)\n"
        "        input()"
    )
    place = f"file://{tmp_path}"

    def started(*how: str) -> subprocess.Popen:
        command = [sys.executable, "-c", code, place, str(workspace), *how]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    alive = started("lives")
    held = Path(alive.stdout.readline().strip().removeprefix("file://"))
    started("dies").wait()  # later: else the first could clear what it left
    copied = next(iter(workspace.glob(f".wvt-store-{held.name}*")))
    shutil.copytree(copied, copied.with_name(f".wvt-store-{held.name}-1-00000000"))
    assert len(list(tmp_path.iterdir())) == 2
    with within_store(f"file://{tmp_path}/other"):
        counted("threads:1")
    assert len(list(tmp_path.glob("wvt-*"))) == 2
    with within_store(place):
        counted("threads:1")
    assert list(tmp_path.glob("wvt-*")) == [held]
    assert alive.communicate("\n")[1] == "" and not list(tmp_path.glob("wvt-*"))
    (left,) = workspace.glob(".wvt-store-*")  # the copy
    shutil.rmtree(left)


def test_a_store_that_cannot_be_used_is_one_sentence(workspace, counted):
    pytest.importorskip("fsspec")
    with (
        within_store("nonsense://bucket"),
        pytest.raises(WordvecError, match="nonsense://bucket.*: .*"),
    ):
        counted("threads:1")
    with pytest.raises(SettingError, match="the store is 'folder'"), within_store("folder"):
        pass


def _order(folder: Path, **changes: object) -> str:
    whole = {
        "version": tasks.__version__,
        "function": "counts.tasks:add",
        "target": "a.run",
        "folder": str(folder),
        "store": "",
        "inputs": [],
        "arguments": {},
        "memory": 1 << 28,
        "kept": True,
        "obsolete": [],
    }
    return json.dumps({**whole, **changes})


def test_workers_say_in_a_sentence_what_is_wrong(tmp_path, monkeypatch, workspace):
    monkeypatch.setattr(tasks, "_PATIENCE", 0.0)
    assert "sees no /nowhere; the workspace must be in a folder that all" in do_order(
        _order(tmp_path, inputs=["/nowhere"])
    )
    assert "0.0.1 sent a task to" in do_order(_order(tmp_path, version="0.0.1"))
    other = _order(
        tmp_path,
        function="counts.tasks:count",
        inputs=[str(workspace / "corpus")],
        arguments=ANOTHER_TEXT,
    )
    assert "corpus is another text here" in do_order(other)
    (tmp_path / "a.run").write_bytes(b"made by another worker")
    assert do_order(_order(tmp_path)) == ""


def test_names_of_files_follow_from_their_contents(tmp_path):
    task = Task("counts.tasks:add", {"bounds": [0, 5]}, (tmp_path / "a.run",))
    assert task.name == Task(task.function, task.arguments, (Path("b", "a.run"),)).name
    assert task.name != Task(task.function, {"bounds": [0, 6]}, task.inputs).name
    assert task.name != Task(task.function, task.arguments, (tmp_path / "b.run",)).name


@pytest.mark.parametrize("where", ["local", "local:0", "threads:x", "http://host", "tcp://", ""])
def test_other_places_are_refused(where):
    with pytest.raises(SettingError, match="expected local:4 or processes:4"), within_engine(where):
        pass
    assert current_engine() is None


def test_too_many_workers_for_the_memory_are_refused():
    with within_memory(1 << 29):
        assert Processes(2).memory == 1 << 28
        with pytest.raises(SettingError, match="3 workers have 179 MB .* need 256 MB; raise"):
            Processes(3).memory  # noqa: B018


def test_orders_that_end_in_any_order_leave_the_budget_as_it_was(tmp_path, monkeypatch):
    """A Dask worker does the orders of several threads at a time."""
    started, may_end = threading.Barrier(3), [threading.Event() for _ in range(2)]

    def work(target: Path, inputs: list[Path], number: int) -> None:
        started.wait(10)
        assert may_end[number].wait(10)

    monkeypatch.setattr(tasks, "named", lambda _: work)
    with within_memory(1 << 30, tmp_path), ThreadPoolExecutor(2) as pool:
        before = memory_budget(), spool_folder()
        orders = [
            _order(tmp_path / str(n), target=str(n), arguments={"number": n}) for n in range(2)
        ]
        for n in range(2):
            (tmp_path / str(n)).mkdir()
        answers = [pool.submit(do_order, orders[0])]
        while spool_folder() == tmp_path:
            time.sleep(0.01)
        answers.append(pool.submit(do_order, orders[1]))
        started.wait(10)
        for event, answer in zip(may_end, answers):
            event.set()
            assert answer.result(10) == ""
        assert (memory_budget(), spool_folder()) == before


def test_processes_end_when_the_caller_stops(tmp_path):
    engine = Processes(1)
    answers = engine.run([_order(tmp_path, version="0")] * 3)
    next(answers)
    (worker,) = engine._all
    answers.close()
    assert worker.poll() is not None and not engine._all


def test_dask_is_imported_only_when_it_is_asked_for():
    code = (
        "import socket, sys\n"
        "from wordvec_toolkit.engine.choosing import within_engine\n"
        "from wordvec_toolkit.models.ppmi import build_ppmi\n"
        "port = socket.create_server(('127.0.0.1', 0))\n"
        "address = f'tcp://127.0.0.1:{port.getsockname()[1]}'\n"
        "with within_engine('processes:1'), within_engine(address): pass\n"
        "sys.exit(str({'dask', 'distributed'} & set(sys.modules) or '') or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_processes_end_with_a_parent_that_is_killed(tmp_path):
    code = (
        "import sys\n"
        "from wordvec_toolkit.engine.local import Processes\n"
        "engine = Processes(1); list(engine.run([sys.argv[1]]))\n"
        "print(next(iter(engine._all)).pid, flush=True); input()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, _order(tmp_path, version="0")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    pid = int(parent.stdout.readline())
    assert Path("/proc", str(pid)).exists()
    parent.kill()
    parent.communicate()
    for _ in range(200):
        if not Path("/proc", str(pid)).exists():
            return
        time.sleep(0.05)
    pytest.fail("the worker is still there")


@pytest.fixture(scope="module")
def cluster():
    """Scheduler and two workers, as somebody else would have started them."""
    pytest.importorskip("distributed")
    engine = Cluster("", 2)
    engine._connected()
    yield engine
    engine.close()


@pytest.mark.slow
def test_a_dask_cluster_makes_the_same_bytes(workspace, counted, cluster):
    import psutil

    address = cluster._client.scheduler.address
    assert counted(address) == _files(workspace / "counts")
    task = Task("counts.tasks:count", ANOTHER_TEXT, (workspace / "corpus",))
    with pytest.raises(WordvecError, match="another text here"):
        make_files(cluster, [task], workspace, SILENT)
    here = psutil.Process()
    listening = {
        connection.laddr.ip
        for process in (here, *here.children(recursive=True))
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.slow
def test_killed_workers_of_a_dask_cluster_change_nothing(workspace, counted, cluster):
    draws = random.Random(5)
    address = cluster._client.scheduler.address

    def kill(after: float) -> None:
        time.sleep(after)
        pids = list(cluster._client.run(os.getpid, on_error="ignore").values())
        os.kill(draws.choice(pids), signal.SIGKILL)

    for _ in range(3):
        killer = threading.Thread(target=partial(kill, draws.uniform(0, 0.6)))
        killer.start()
        assert counted(address) == _files(workspace / "counts")
        killer.join()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tcp://nohost.invalid:8786"])
def test_an_address_where_nothing_answers_is_refused_at_once(address):
    with (
        pytest.raises(WordvecError, match=f"nothing answers at {address}: .*; check the address"),
        within_engine(address),
    ):
        pass


@pytest.mark.parametrize("address", ["tcp://host", "tcp://:8786", "tcp://host:x"])
def test_a_scheduler_needs_host_and_port(address):
    with pytest.raises(SettingError, match="expected a host and a port"), within_engine(address):
        pass


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_one_sentence(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("wordvec_toolkit.engine.cluster._CONNECTING", 1)
    with pytest.raises(WordvecError, match="cannot use tcp://127.0.0.1:1: .*; check that it runs"):
        Cluster("tcp://127.0.0.1:1").n_workers  # noqa: B018
