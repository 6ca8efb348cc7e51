"""What commands say and do about damage, odd names and a full device."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from signing import read_manifest

WVT = [sys.executable, "-m", "wordvec_toolkit.cli"]


def wvt(*arguments, cwd, **options):
    return subprocess.run(
        [*WVT, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_a_stray_file_changes_nothing(run, workspace):
    before = run("neighbors", workspace, "sea")
    (workspace / "svd" / ".DS_Store").write_bytes(b"\0")
    after = run("neighbors", workspace, "sea")
    assert after.stdout == before.stdout
    assert after.stderr == before.stderr == f"using {workspace / 'svd'}\n"
    assert ".DS_Store" in run("info", workspace).stdout
    assert ".DS_Store" in run("info", workspace / "svd").stdout
    assert run("verify", workspace).exit_code == 0


@pytest.mark.parametrize("damage", ["format", "cut", "digest", "size"])
def test_no_other_model_answers_for_a_damaged_one(run, workspace, damage):
    path = workspace / "svd" / "manifest.json"
    text = path.read_text()
    if damage == "size":
        os.truncate(workspace / "svd" / "vectors.npy", 900)
    else:
        path.write_text(
            {
                "format": text.replace("wordvec_toolkit bundle", "wordvec_tookkit bundle"),
                "cut": text[:40],
                "digest": text.replace('"kind": "svd"', '"kind": "svc"'),
            }[damage]
        )
    for command in (("neighbors", workspace, "sea"), ("eval-similarity", workspace)):
        stderr = run(*command, status=1).stderr
        assert str(workspace / "svd") in stderr and "expected" in stderr
    assert "damaged" in run("info", workspace).stdout
    assert str(workspace / "svd") in run("verify", workspace, status=1).stdout
    run("build-ppmi", workspace, "--dim", 20)
    assert run("verify", workspace).exit_code == 0
    assert read_manifest(workspace / "svd")["kind"] == "svd"


def test_a_changed_number_in_a_manifest_is_named(run, workspace):
    path = workspace / "counts" / "manifest.json"
    assert '"divisor": ' in path.read_text()
    path.write_text(path.read_text().replace('"divisor": ', '"divisor": 7'))
    assert "a manifest that has changed" in run("verify", workspace, status=1).stdout


def test_controls_from_outside_are_escaped_on_stderr(tmp_path):
    done = wvt("neighbors", "odd\x1b]0;x\x07.wvt", "sea", cwd=tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr and "\x07" not in done.stderr
    assert r"odd\x1b]0;x\x07.wvt" in done.stderr
    done = wvt("neighbors", "x", "sea", "--nonsense\x1b", cwd=tmp_path)
    assert done.returncode == 2 and "\x1b" not in done.stderr


def test_suggested_commands_are_quoted(run, workspace, tmp_path):
    output = tmp_path / "my model"
    stderr = run("postprocess", workspace, "-o", output, "--center").stderr
    assert f"wvt eval-similarity {workspace} '{output}'" in stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize("arguments", ["--help", "neighbors --help", "--version"])
def test_a_full_standard_output_is_one_sentence(tmp_path, arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*WVT, *arguments.split()],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_study_refuses_links_in_its_folder(run, tmp_path, harbour):
    (tmp_path / "elsewhere").mkdir()
    study = tmp_path / "a.study"
    study.mkdir()
    (study / "settings.toml").write_text("")
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (study / "train.wvt").mkdir()
    links = (("report.json", victim), ("records", tmp_path / "elsewhere"))
    for name, target in (*links, ("train.wvt/svd", tmp_path / "elsewhere")):
        (study / name).symlink_to(target)
        stderr = run("compare", harbour, "--models", "svd", "-o", study, status=1).stderr
        assert "is a link" in stderr
        (study / name).unlink()
    assert victim.read_text() == "mine"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_large_factorisation_is_refused_before_it_is_begun(run, workspace, monkeypatch):
    from wordvec_toolkit.embeddings import svd
    from wordvec_toolkit.runtime import memory

    monkeypatch.setattr(memory, "available_memory", lambda: 1000)
    monkeypatch.setattr(svd, "_DENSE_UP_TO", 0)
    stderr = run("build-svd", workspace, "--dim", 3, "--basis", 48, "--name", "x", status=1).stderr
    assert "of memory, and 1.0 kB are available" in stderr and "choose fewer contexts" in stderr
    assert np.load(workspace / "svd" / "vectors.npy").shape[1] == 20


@pytest.mark.torch
@pytest.mark.skipif(sys.platform != "linux", reason="a limit on addresses needs Linux")
@pytest.mark.parametrize("limit", [500, 700, 1000])
def test_too_little_room_for_pytorch_is_one_sentence(harbour, tmp_path, limit):
    """Not an abort by PyTorch, which finds no addresses for its libraries or its threads."""
    import resource

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (limit << 20, limit << 20))

    command = ("build-neural-lm", harbour, "-o", "n.wvt", "--hidden-dim", 8, "--epochs", 1)
    done = wvt(*command, cwd=tmp_path, preexec_fn=limited)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert len(said) == 1 and "ulimit -v" in said[0]


def test_an_early_interrupt_leaves_no_traceback(tmp_path):
    for wait in (0.05, 0.1, 0.15):
        running = subprocess.Popen(
            [sys.executable, "-X", "importtime", *WVT[1:], "neighbors", "x.wvt", "sea"],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in running.stderr:
            if line.split("|")[-1].strip().startswith("click"):  # the command has begun
                break
        time.sleep(wait)
        running.send_signal(signal.SIGINT)
        assert "Traceback" not in running.communicate()[1]
        assert running.returncode in (-signal.SIGINT, 130, 1)


def test_too_many_threads_are_refused(run, workspace):
    stderr = run("build-svd", workspace, "--threads", 100_000, status=2).stderr
    assert "threads is 100000; it must be from 1 to 1,024" in stderr
