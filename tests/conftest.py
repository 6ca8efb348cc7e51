"""What the tests share."""

import importlib.util
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# Idle threads of one process would otherwise take the cores of the next; read at the first import.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")

settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("ci")

# A shell starts what runs in its background with interrupts ignored; tests send some.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked ``torch`` where PyTorch is not installed."""
    if importlib.util.find_spec("torch") is None:
        for item in items:
            if item.get_closest_marker("torch"):
                item.add_marker(pytest.mark.skip(reason="needs the extra neural"))


@pytest.fixture(scope="session")
def planted():
    """The generator of planted corpora."""
    spec = importlib.util.spec_from_file_location("planted", ROOT / "corpora" / "planted.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def harbour() -> Path:
    """A small English text of our own."""
    return ROOT / "corpora" / "harbour.txt"


@pytest.fixture
def corpus(tmp_path, harbour) -> Path:
    """A copy of it that a test may change, and build next to."""
    path = tmp_path / "harbour.txt"
    shutil.copy(harbour, path)
    return path


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, or a skip."""
    folder = os.environ.get("WVT_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("real data are not here (set WVT_DATA to their folder)")
    return Path(folder)


@pytest.fixture
def write(tmp_path):
    """Write a file below the test's folder and return its path as str."""

    def write_file(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write_file
