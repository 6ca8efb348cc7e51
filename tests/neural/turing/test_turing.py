"""Neural Turing machines: addressing by the equations, tasks, training."""

import json

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from wordvec_toolkit.cli.main import wvt as group
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.neural.turing import fast_memory
from wordvec_toolkit.neural.turing.machine import TuringMachine
from wordvec_toolkit.neural.turing.settings import MemorySettings
from wordvec_toolkit.neural.turing.tasks import channels, make_sequences
from wordvec_toolkit.neural.turing.training import summaries, train_memory

pytestmark = pytest.mark.torch
TINY = {"bits": 2, "longest": 2, "hidden_dim": 6, "slots": 5, "slot_dim": 3, "lengths": (2, 3)}


def machine(seed=1):
    made = TuringMachine(3, 2, 6, 5, 4)
    made.draw(torch.Generator().manual_seed(seed))
    return made.double()


def softplus(x):
    return np.log1p(np.exp(x))


def softmax(x):
    shares = np.exp(x - x.max())
    return shares / shares.sum()


def test_a_head_addresses_as_the_equations_say():
    made, draw = machine(), np.random.default_rng(1)
    memory, before = draw.normal(size=(5, 4)), softmax(draw.normal(size=5))
    asked = draw.normal(size=4 + 1 + 1 + 3 + 1)
    key, strength, gate, shifts, sharpness = np.split(asked, np.cumsum([4, 1, 1, 3]))
    key = np.tanh(key)
    alike = memory @ key / np.linalg.norm(memory, axis=1) / np.linalg.norm(key)
    content = softmax(softplus(strength) * alike)  # equation 5
    share = 1 / (1 + np.exp(-gate))
    mixed = share * content + (1 - share) * before  # 7
    rates = softmax(shifts)
    shifted = np.zeros(5)
    for slot in range(5):  # 8
        for shift, rate in zip((-1, 0, 1), rates):
            shifted[(slot + shift) % 5] += rate * mixed[slot]
    sharp = shifted ** (1 + softplus(sharpness))
    found = made.address(*(torch.from_numpy(each)[None] for each in (asked, before, memory)))
    np.testing.assert_allclose(found[0].detach().numpy(), sharp / sharp.sum(), rtol=1e-6)


def test_gradients_are_finite_differences():
    made = machine()
    x = torch.randn(4, 2, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    wanted = torch.tensor([[[1.0, 0.0]] * 2] * 4, dtype=torch.float64)

    def loss():
        return torch.nn.functional.binary_cross_entropy_with_logits(made(x)[0], wanted)

    loss().backward()
    for name, weight in made.named_parameters():
        slope = weight.grad.flatten()
        place, flat = int(slope.abs().argmax()), weight.detach().view(-1)
        values = []
        for step in (1e-6, -1e-6):
            flat[place] += step
            values.append(float(loss().detach()))
            flat[place] -= step
        expected = pytest.approx(float(slope[place]), rel=1e-3, abs=1e-9)
        assert (values[0] - values[1]) / 2e-6 == expected, name


@pytest.mark.kernel
@pytest.mark.parametrize("n_slots", [1, 2, 5])
def test_the_kernels_of_a_step_do_what_torch_does(n_slots):
    draw = torch.Generator().manual_seed(5)
    made = TuringMachine(3, 2, 6, n_slots, 4).double()
    looks = torch.softmax(torch.randn(2, 3, n_slots, generator=draw, dtype=torch.float64), -1)
    given = [
        2 * torch.randn(3, 4 * 4 + 12, generator=draw, dtype=torch.float64),
        looks,
        torch.randn(3, 4, n_slots, generator=draw, dtype=torch.float64),
    ]
    found, slopes = [], []
    for step, dtype in ((made.step, torch.float64), (fast_memory.step, torch.float32)):
        own = [part.to(dtype).requires_grad_() for part in given]
        outputs = step(*own)
        weighed = sum((part.double() ** 2 * (at + 2)).sum() for at, part in enumerate(outputs))
        found.append(outputs)
        slopes.append(torch.autograd.grad(weighed, own))
    for parts in (found, slopes):
        for slow, fast in zip(*parts):
            torch.testing.assert_close(fast.double(), slow, rtol=2e-4, atol=2e-5)


def test_heads_look_somewhere_and_columns_do_not_meet():
    made = machine()
    x = torch.randn(3, 2, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    together, looks = made(x)
    for each in (looks.read, looks.written):
        torch.testing.assert_close(each.sum(-1), torch.ones(3, 2, dtype=torch.float64))
    torch.testing.assert_close(made(x[:, :1])[0], together[:, :1])
    torch.testing.assert_close(made(x[:2])[0], together[:2])


def test_tasks_ask_for_what_they_have_shown():
    how, draw = MemorySettings(bits=3), np.random.default_rng(4)
    made = make_sequences("copy", how, 2, draw, 4)
    assert made.inputs.shape == (9, 2, 4) and channels("copy", 3) == (4, 3)
    assert np.array_equal(made.targets[5:], made.inputs[:4, :, :3])
    assert made.inputs[4, 0].tolist() == [0, 0, 0, 1] and not made.inputs[5:].any()
    made = make_sequences("repeat-copy", how, 2, draw, 2)
    n_repeats = round(float(made.inputs[2, 0, -1]) * 10)
    assert len(made.inputs) == 3 + 2 * n_repeats + 1 and made.targets[-1, :, -1].all()
    for repeat in range(n_repeats):
        begin = 3 + 2 * repeat
        assert np.array_equal(made.targets[begin : begin + 2, :, :3], made.inputs[:2, :, :3])
    made = make_sequences("associative-recall", how, 3, draw, 4)
    for column in range(3):
        items = [made.inputs[at * 4 + 1 : at * 4 + 4, column, :3] for at in range(4)]
        query = made.inputs[17:20, column, :3]
        follows = [items[at + 1] for at in range(3) if np.array_equal(items[at], query)]
        assert any(np.array_equal(made.targets[-3:, column], each) for each in follows)


def test_a_trained_network_repeats_its_bits_and_is_summed_up(monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.neural.turing.trainer._STEPS", 3)
    found = [
        train_memory("copy", network, epochs=1, batch_size=2, seed=seed, **TINY)
        for network in ("ntm", "lstm", "transformer")
        for seed in (0, 1)
    ]
    again = train_memory("copy", "ntm", epochs=1, batch_size=2, seed=1, **TINY)
    assert again.losses == found[1].losses and again.errors == found[1].errors
    assert found[0].read.shape == (5, 5) and found[2].read.size == 0
    rows = summaries(found)
    assert [(row.network, row.length) for row in rows[:2]] == [("ntm", 2), ("ntm", 3)]
    assert rows[0].converged == "0 of 2" and 0 < rows[0].median < 1
    with pytest.raises(SettingError, match="network is 'gru'"):
        train_memory("copy", "gru")
    with pytest.raises(SettingError, match="task is 'sort'"):
        train_memory("sort")


def test_the_command_prints_errors_and_draws_the_heads(tmp_path, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.neural.turing.trainer._STEPS", 2)
    options = "--bits 2 --longest 2 --hidden-dim 6 --slots 5 --slot-dim 3 --lengths 2,3 --epochs 1"
    common = ["compare-memory", "associative-recall", "--seeds", "1", *options.split()]
    said = CliRunner().invoke(group, [*common, "--heads", str(tmp_path / "heads.svg")])
    assert said.exit_code == 0, said.stderr
    assert "median error" in said.stdout and (tmp_path / "heads.svg").exists()
    said = CliRunner().invoke(group, [*common, "--json", "--networks", "lstm"])
    assert json.loads(said.stdout)[0]["network"] == "lstm"
