"""Cells: what follows from a step alone, and a cell from outside the package."""

import json

import pytest
import torch
from plugins import Plugin

from wordvec_toolkit.neural.recurrent.cells import recurrent_cells
from wordvec_toolkit.neural.recurrent.layers import RecurrentLayer
from wordvec_toolkit.neural.recurrent.network import new_layer
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings

pytestmark = pytest.mark.torch

#: h_t = W x_t + b + U h_(t-1) + b', of which the Jacobian is U.
SOURCE = """
    from wordvec_toolkit.neural.recurrent.cells import CELLS, Cell

    def layer():
        from wordvec_toolkit.neural.recurrent.layers import RecurrentLayer, Step

        class Linear(RecurrentLayer):
            def step(self, drive, pushed, state):
                return Step((drive + pushed,), {})

        return Linear

    CELLS.add("linear", Cell("linear", "Linear", layer, ("recurrent",)))
"""
DIAGNOSE = """
import json

import wordvec_toolkit as wvt

model = wvt.load("out.wvt/linear")
weight = model.scorer.network.layers[0].state_weight.double().numpy()
print(json.dumps(weight.tolist()))
"""


@pytest.mark.parametrize("cell", recurrent_cells())
def test_windows_and_jacobians_follow_from_steps(cell):
    generator = torch.Generator().manual_seed(1)
    how = NetworkSettings(cell=cell)
    layer = new_layer(how, 5, 4)
    layer.draw(generator, how)
    layer = layer.double().requires_grad_(False)
    x = torch.randn(6, 3, 5, generator=generator, dtype=torch.float64)
    state = tuple(torch.randn(1, 3, 4, generator=generator).double() for _ in layer.begin(3))
    found = layer.by_steps(x, state, layer.state_weight)
    expected = layer.window(x, state, layer.state_weight)
    torch.testing.assert_close(found[0], expected[0])
    for part, other in zip(found[1], expected[1]):
        torch.testing.assert_close(part, other)
    before = tuple(part[0] for part in state)
    drive = layer.drive(x[0])
    torch.testing.assert_close(
        RecurrentLayer.jacobian(layer, drive, before), layer.jacobian(drive, before)
    )


@pytest.fixture
def plugin(tmp_path):
    (tmp_path / "text.txt").write_text("a b c d\nd c b a\na c b d\n" * 40)
    return Plugin(tmp_path, SOURCE)


@pytest.mark.slow
def test_a_cell_from_outside_is_trained_and_diagnosed(plugin):
    assert "transformer | linear." in plugin.wvt("build-neural-lm", "--help")
    small = ("--hidden-dim", "4", "--epochs", "1", "--n-layers", "1", "--batch-size", "4")
    arguments = ("build-neural-lm", "text.txt", "-o", "out.wvt", *small, "--cell")
    assert "transformer, linear" in plugin.failing(*arguments, "curved")
    plugin.wvt(*arguments, "linear", "--precision", "fp32")
    assert "linear" in plugin.wvt("info", "out.wvt")
    plugin.wvt("eval-perplexity", "out.wvt/linear", "--dataset", "text.txt")
    plugin.wvt("build-neural-lm", "out.wvt", *small, "--cell", "linear", "--precision", "bf16")
    assert "linear" in plugin.wvt("diagnose", "--help")
    assert "rnn-linear, linear" in plugin.failing("diagnose", "out.wvt", "--fresh", "curved")
    found = plugin.wvt("diagnose", "out.wvt", "--steps", "9", "--json")
    (layer,) = json.loads(found)["diagnoses"][0]["layers"]
    done = plugin.run("-c", DIAGNOSE)
    matrix = torch.tensor(json.loads(done.stdout), dtype=torch.float64)
    largest = float(torch.linalg.matrix_norm(matrix, 2))
    assert layer["prediction"]["of"] == "recurrent matrix"
    assert layer["prediction"]["bound"] == pytest.approx(largest)
    assert layer["jacobian"]["largest"]["mean"] == pytest.approx(largest)
    assert list(layer["gradient_norm"]["parts"]) == ["h"]


def test_a_cell_without_what_it_needs_is_refused(tmp_path):
    plugin = Plugin(tmp_path, SOURCE.replace('"Linear", layer, ("recurrent",)', '"Linear"'))
    message = plugin.failing("diagnose", "--fresh", "linear", "--dataset", "lee")
    assert "plugin wordvec_toolkit_plugins.toy cannot be loaded" in message
    assert "'layer'" in message
