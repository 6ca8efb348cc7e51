"""Steps in processes of their own, with a program of the tests' in place of the worker."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict

import pytest

from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.runtime.progress import SILENT
from wordvec_toolkit.study import running
from wordvec_toolkit.study.folder import Record, StudyFolder
from wordvec_toolkit.study.running import Runner
from wordvec_toolkit.study.steps import Step

PROGRAM = """
import json, os, sys, time
task = json.loads(sys.stdin.readline())
verb, rest = task["section"], task["keywords"]["words"]
with open(os.environ["CALLS"], "a") as file:
    print(verb, *rest, file=file)
if verb == "say":
    print(json.dumps(rest))
elif verb == "fail":
    sys.exit("Usage: nothing\\nfailed: it is broken; mend it")
elif verb == "die":
    os.kill(os.getpid(), 9)
elif verb == "babble":
    print("no JSON")
elif verb == "eat":
    block = bytearray(int(rest[0]))
    print(json.dumps(len(block)))
    time.sleep(0.3)  # to be seen at its largest
elif verb == "sleep":
    time.sleep(float(rest[0]))
    print("[]")
"""
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def study(tmp_path, write, monkeypatch):
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    program = write("program.py", PROGRAM)
    folder = StudyFolder(tmp_path / "a.study")

    class Study:
        path = folder.path
        calls = property(lambda self: (tmp_path / "calls").read_text().splitlines())

        def runner(self):
            return Runner(folder, (sys.executable, program), SILENT)

    with folder.lock():
        yield Study()


def step(name, verb, *words, **more):
    return Step(name, verb, inputs={"words": words}, **more)


def test_a_step_is_run_once(study):
    first = study.runner().run(step("a", "say", "x"), 1)
    assert (first.status, first.was_done) == ("done", False)
    assert json.loads((study.path / "results" / "a.json").read_text()) == ["x"]
    assert first.record.seconds > 0 and first.record.attempts == 1
    again = study.runner().run(step("a", "say", "x"), 1)
    assert again.was_done and again.record == first.record
    assert study.runner().run(step("a", "say", "y"), 1).record.digest != first.record.digest
    assert study.calls == ["say x", "say y"]


def test_a_step_is_run_again_when_what_it_reads_has_changed(study, write):
    path = write("input", "1")
    for content, was_done in (("1", False), ("1", True), ("22", False)):
        if not was_done:
            write("input", content)
        runner = study.runner()
        assert runner.run(step("a", "say", path), 1).was_done is was_done
        assert runner.run(step("b", "say", needs=("a",)), 1).was_done is (
            content == "22" or was_done
        )


def test_a_step_waits_for_what_it_needs(study):
    runner = study.runner()
    runner.run(step("a", "fail"), 1)
    outcome = runner.run(step("b", "say", needs=("a",)), 1)
    assert outcome.status == "missing" and "needs a" in outcome.reason
    assert study.calls == ["fail"]


def test_a_failure_is_told_and_tried_again(study):
    for _ in range(2):
        outcome = study.runner().run(step("a", "fail"), 1)
        assert (outcome.status, outcome.reason) == ("failed", "it is broken; mend it")
    assert study.calls == ["fail", "fail"]
    assert study.runner().run(step("c", "babble"), 1).status == "failed"


@posix
def test_a_process_that_the_system_kills_is_told(study):
    assert "SIGKILL, most likely out of memory" in study.runner().run(step("a", "die"), 1).reason


@posix
def test_the_memory_of_a_step_is_its_own(study):
    small = study.runner().run(step("a", "eat", "1000"), 1).record.peak_bytes
    large = study.runner().run(step("b", "eat", "300000000"), 1).record.peak_bytes
    assert 3e8 < large < 3.5e8 and small < 5e7


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[1, 2]",
        '{"key": 1, "colour": 2}',
        "[" * 100_000,
        '"seconds": "1"',
        '"seconds": NaN',
        '"attempts": null',
        '"peak_bytes": []',
        '"seconds": -1',
    ],
)
def test_damaged_records_are_no_records(study, damage):
    path = study.path / "records" / "a.json"
    whole = asdict(study.runner().run(step("a", "say"), 1).record)
    if damage.startswith('"'):
        whole.update(json.loads("{" + damage + "}"), status="running")
        damage = json.dumps(whole)
    path.write_text(damage)
    assert not study.runner().run(step("a", "say", resumes=True), 1).was_done
    assert StudyFolder(study.path).record("a").attempts == 1


@posix
def test_results_are_not_written_through_links(study, tmp_path):
    for name in ("results/a.json", "logs/a.txt"):
        (study.path / name).symlink_to(tmp_path / "precious")
    (tmp_path / "precious").write_text("x")
    assert study.runner().run(step("a", "say"), 1).status == "done"
    assert (tmp_path / "precious").read_text() == "x"


def test_a_damaged_result_is_made_again(study):
    study.runner().run(step("a", "say", "x"), 1)
    (study.path / "results" / "a.json").write_text('["y"]')
    assert not study.runner().run(step("a", "say", "x"), 1).was_done


def test_the_time_of_a_killed_run_counts_where_it_is_taken_up(study):
    runner = study.runner()
    for name, goes_on in (("a", True), ("b", False)):
        one = step(name, "say", resumes=goes_on)
        StudyFolder(study.path).keep(name, Record(runner.key(one), "running", seconds=100.0))
        record = study.runner().run(one, 1).record
        assert record.attempts == 2 and (record.seconds > 100) is goes_on


def test_a_study_that_moves_is_not_run_again(study, tmp_path, write):
    study.runner().run(step("a", "say", str(study.path / "text")), 1)
    moved = tmp_path / "b.study"
    study.path.rename(moved)
    folder = StudyFolder(moved)
    runner = Runner(folder, (sys.executable, "no program"), SILENT)
    assert runner.run(step("a", "say", str(moved / "text")), 1).was_done


@pytest.mark.parametrize("kind", ["folder", "pattern", "part of the study's name", "own tokenizer"])
def test_a_change_is_seen_wherever_it_is(tmp_path, write, monkeypatch, kind):
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    program = write("program.py", PROGRAM)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("one")
    (tmp_path / "cutting_of_a_study.py").write_text("def cut(line): return line.split()")
    arguments, changes, place = {
        "folder": (["texts"], "texts/a.txt", "x.study"),
        "pattern": (["texts/*.txt"], "texts/a.txt", "x.study"),
        "part of the study's name": (["texts/a.txt"], "texts/a.txt", "t"),
        "own tokenizer": ([], "cutting_of_a_study.py", "x.study"),
    }[kind]
    settings = {"tokenizer": "cutting_of_a_study:cut"} if kind == "own tokenizer" else {}
    folder = StudyFolder(place)
    with folder.lock():
        for was_done in (False, True, False):
            if (tmp_path / "calls").exists() and not was_done:
                with open(tmp_path / changes, "a") as file:
                    file.write("\n# two")
            runner = Runner(folder, (sys.executable, program), SILENT)
            one = step("a", "say", *arguments, settings=settings)
            assert runner.run(one, 1).was_done is was_done


def test_text_that_the_study_made_is_identified_by_its_content(study):
    one = step("a", "say", str(study.path / "text" / "test.txt"))
    (study.path / "text").mkdir()
    for content, was_done in (("1", False), ("1", True), ("2", False)):
        (study.path / "text" / "test.txt").write_text(content)
        assert study.runner().run(one, 1).was_done is was_done


def test_what_a_bundle_took_is_what_it_took_when_it_was_made():
    before = Record("k", "done", digest="d", seconds=100.0, peak_bytes=9)
    found = Record("l", "done", digest="d", seconds=1.0, peak_bytes=5)
    kept = running._with_cost_of(before, found, False)
    assert (kept.key, kept.seconds, kept.peak_bytes) == ("l", 100.0, 9)
    # Killed after the bundle was made, and before that was noted.
    begun = Record("l", "running", seconds=100.0, peak_bytes=9)
    assert running._with_cost_of(begun, found, True).seconds == 101.0
    for unknown in (None, Record("k", "done", digest="e", seconds=7.0)):
        assert running._with_cost_of(unknown, found, False).seconds is None


def test_files_that_only_look_like_the_folder_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text("1")
    folder, one = StudyFolder("a"), step("a", "say", "data.txt")
    runner = Runner(folder, (), SILENT)
    before = runner.key(one)
    (tmp_path / "data.txt").write_text("22")
    assert runner.key(one) != before


@posix
def test_an_interrupt_reaches_the_process(study):
    threading.Timer(0.7, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        study.runner().run(step("a", "sleep", "60"), 1)
    assert time.monotonic() - started < 20
    assert StudyFolder(study.path).record("a").status == "running"


@posix
def test_a_worker_ends_with_its_caller(tmp_path):
    code = (
        "import json, os, subprocess, sys, time\n"
        "run = 'from wordvec_toolkit.study.worker import main; main()'\n"
        "child = subprocess.Popen([sys.executable, '-c', run], stdin=subprocess.PIPE)\n"
        "task = {'section': 'profile', 'keywords': {'corpus': [os.environ['FIFO']]}}\n"
        "child.stdin.write(json.dumps(task).encode() + b'\\n')\n"
        "child.stdin.flush()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)  # opening it waits for a writer that never comes
    caller = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "FIFO": str(fifo)}
    )
    pid = int(caller.stdout.readline())
    time.sleep(1.0)
    caller.kill()
    caller.wait()
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if "Z" in _state(pid):
            return
        time.sleep(0.1)
    os.kill(pid, 9)
    raise AssertionError("the worker went on without its caller")


def _state(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("")
    with pytest.raises(WordvecError, match="holds other files"), StudyFolder(tmp_path).lock():
        pass
    assert os.listdir(tmp_path) == ["thesis.doc"]
    with (
        pytest.raises(WordvecError, match="is a file"),
        StudyFolder(tmp_path / "thesis.doc").lock(),
    ):
        pass


def test_two_at_once(study):
    code = (
        "import sys; from wordvec_toolkit.study.folder import StudyFolder\n"
        "with StudyFolder(sys.argv[1]).lock(): pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(study.path)], capture_output=True, text=True, check=False
    )
    assert "another wvt compare is running" in done.stderr
