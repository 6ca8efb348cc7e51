"""Computing in bfloat16."""

import pytest
import torch
from recurrent_models import WET, StopError, bits, kept, short, small, talk, train

from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.neural.recurrent import fast_lstm, processor
from wordvec_toolkit.neural.recurrent.cells import recurrent_cells
from wordvec_toolkit.neural.recurrent.fast_loss import softmax_loss
from wordvec_toolkit.neural.recurrent.network import new_layer
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings

pytestmark = pytest.mark.torch


def apart(found, expected):
    """The distance of two tensors, as a share of the second's length."""
    found, expected = found.detach().double(), expected.detach().double()
    return float((found - expected).norm() / expected.norm())


def drawn(cell, n_in, n_out, seed=1):
    how = NetworkSettings(cell=cell)
    layer = new_layer(how, n_in, n_out)
    layer.draw(torch.Generator().manual_seed(seed), how)
    return layer


class Masked:
    """A stand-in for what drops recurrent weights."""

    def __init__(self, mask):
        self.mask = mask

    def weights(self, weight, x):
        return weight * self.mask


@pytest.mark.parametrize("cell", recurrent_cells())
def test_a_layer_does_as_it_does_in_float32(cell):
    torch.manual_seed(0)
    layer = drawn(cell, 12, 16)
    mask = torch.bernoulli(torch.full((layer.state_weight.shape), 0.7)) / 0.7
    x, wanted = torch.randn(9, 3, 12), torch.randn(9, 3, 16)
    state = tuple(torch.randn_like(part) / 2 for part in layer.begin(3))
    found = []
    for dtype in (torch.bfloat16, torch.float32):
        layer.zero_grad()
        given = x.to(dtype).requires_grad_()
        out, after = layer(given, state, Masked(mask))
        assert out.dtype == dtype
        assert {part.dtype for part in after} == {torch.float32}
        (out.float() * wanted).sum().backward()
        slopes = [given.grad, *(weight.grad for weight in layer.parameters())]
        found.append([out.detach(), *after, *(slope.clone() for slope in slopes)])
    for in_short, in_full in zip(*found):
        assert apart(in_short, in_full) < 0.02


@pytest.mark.parametrize(
    ("n_steps", "n_columns", "n_in", "width"),
    [(1, 1, 1, 1), (1, 4, 3, 17), (7, 1, 5, 3), (6, 3, 16, 33), (4, 2, 7, 31)],
)
def test_windows_of_any_shape(n_steps, n_columns, n_in, width):
    torch.manual_seed(1)
    layer = drawn("lstm", n_in, width, seed=2)
    oracle = torch.nn.LSTM(n_in, width).double()
    with torch.no_grad():
        for name, weight in zip(("weight_ih_l0", "weight_hh_l0"), layer.parameters()):
            weight.copy_(weight.bfloat16())  # so that both have the same weights
            getattr(oracle, name).copy_(weight)
        for name, bias in zip(("bias_ih_l0", "bias_hh_l0"), list(layer.parameters())[2:]):
            bias.uniform_(-0.5, 0.5)
            getattr(oracle, name).copy_(bias)
    x, wanted = (torch.randn(n_steps, n_columns, n).bfloat16() for n in (n_in, width))
    state = (torch.randn(1, n_columns, width).bfloat16().float(), torch.randn(1, n_columns, width))
    out, after = layer(x, state)  # of x no gradient is asked for
    assert torch.equal(after[0][0], out[-1].float())
    (out.float() * wanted).sum().backward()
    expected, ends = oracle(x.double(), tuple(part.double() for part in state))
    (expected * wanted).sum().backward()
    assert apart(out, expected) < 0.01
    assert apart(after[1], ends[1]) < 0.01
    for found, exact in zip(layer.parameters(), oracle.parameters()):
        assert apart(found.grad, exact.grad) < 0.03


def test_a_gradient_is_given_once():
    layer = drawn("lstm", 4, 4)
    out, _ = layer(torch.randn(3, 2, 4).bfloat16(), layer.begin(2))
    loss = out.float().sum()
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_a_loss_may_be_asked_for_its_gradient_again():
    x = torch.randn(3, 2).bfloat16().requires_grad_()
    loss = softmax_loss(x, torch.randn(4, 2), torch.zeros(4), torch.tensor([0, 2, 3]).int())
    loss.backward(retain_graph=True)
    first = x.grad.clone()
    loss.backward()
    assert torch.equal(x.grad, 2 * first)


@pytest.mark.parametrize("n_words", [4, 30])
@pytest.mark.parametrize("n", [1, 63, 64, 65, 128, 150])
def test_the_loss_is_that_of_float32(n, n_words):
    torch.manual_seed(0)
    x, words, bias = torch.randn(n, 8), torch.randn(n_words, 8), torch.randn(n_words)
    targets = torch.randint(0, n_words, (n,), dtype=torch.int32)
    targets[5:6] = -1
    found = []
    for fast in (True, False):
        parts = [part.clone().requires_grad_() for part in (x, words, bias)]
        if fast:
            loss = softmax_loss(parts[0].bfloat16(), parts[1], parts[2], targets)
        else:
            logits = torch.nn.functional.linear(*parts)
            loss = torch.nn.functional.cross_entropy(
                logits, targets.long(), reduction="sum", ignore_index=-1
            )
        (loss / 3).backward()
        found.append([loss.detach(), *(part.grad for part in parts)])
    for in_short, in_full in zip(*found):
        assert apart(in_short, in_full) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        {"cell": "lstm"},
        {"cell": "gru"},
        {"cell": "transformer", "n_heads": 2},
        {"softmax": "adaptive", "cutoffs": [6, 10]},
        {"context": "sentence"},
    ],
)
def test_models_are_as_good(corpus, how):
    held_out = corpus_stream(talk(40, seed=6))
    reached = {}
    for numbers in ("bf16", "fp32"):
        # A transformer takes large steps to another place with every processor's rounding.
        rate = 3e-3 if how.get("cell") == "transformer" else 1e-2
        training = short(epochs=8, precision=numbers, learning_rate=rate)
        model = train(corpus, small(**how), training, held_out, threads=1)
        reached[numbers] = model.facts["epochs"][-1]["held_out_perplexity"]
        assert model.settings["precision"] == numbers
    assert reached["bf16"] == pytest.approx(reached["fp32"], rel=0.02)
    assert reached["bf16"] != reached["fp32"]


@pytest.mark.slow
def test_the_same_bits_again(corpus):
    def once(threads):
        training = short(epochs=1, precision="bf16")
        return bits(train(corpus, small(**WET), training, threads=threads))

    assert once(1) == once(1)
    assert once(2) == once(2)


def test_negative_targets_have_no_effect():
    x = torch.randn(70, 3).bfloat16().requires_grad_()
    words, bias = torch.randn(4, 3, requires_grad=True), torch.zeros(4, requires_grad=True)
    loss = softmax_loss(x, words, bias, torch.full((70,), -1, dtype=torch.int32))
    loss.backward()
    assert float(loss.detach()) == 0
    assert not any(part.grad.any() for part in (x, words, bias))


def test_the_loss_is_the_same_bits_on_any_number_of_threads():
    draw = torch.Generator().manual_seed(3)
    # Whole numbers, whose products have no roundings for threads to change.
    x, words = (torch.randint(-3, 4, (n, 8), generator=draw).float() for n in (200, 50))
    targets = torch.randint(0, 50, (200,), generator=draw, dtype=torch.int32)
    found = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        bias = torch.linspace(-1, 1, 50, requires_grad=True)
        loss = softmax_loss(x.bfloat16(), words, bias, targets)
        loss.backward()
        found.append((float(loss.detach()), bias.grad.numpy().tobytes()))
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "course"),
    [
        ({}, {}),
        ({"cell": "gru"}, {}),
        ({"context": "sentence"}, {}),
        (
            {
                "context": "sentence",
                "direction": "backward",
                "softmax": "adaptive",
                "cutoffs": [6, 10],
            },
            {},
        ),
        ({}, {"optimizer": "asgd", "learning_rate": 2.0, "averaging_after": 1}),
        ({"cell": "transformer", "n_heads": 2, "span": 4, "weight_dropout": 0.0}, {"reset": 0.2}),
    ],
)
@pytest.mark.parametrize("stop_at", [3, 21])
def test_a_killed_run_goes_on_to_the_same_bits(corpus, tmp_path, how, course, stop_at):
    held_out = corpus_stream(talk(30, seed=6))
    network = small(**{**WET, **how})
    training = short(precision="bf16", batch_size=8, bptt=4, **course)
    whole = train(corpus, network, training, held_out)
    with pytest.raises(StopError):
        train(corpus, network, training, held_out, on_step=kept(tmp_path / "state", stop_at))
    state = open_bundle(tmp_path / "state")
    rest = train(corpus, network, training, held_out, state=state)
    assert bits(rest) == bits(whole)
    assert rest.facts == whole.facts


def test_auto_is_what_the_processor_multiplies_fast(monkeypatch, corpus):
    for is_there, expected in ((True, "bf16"), (False, "fp32")):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: is_there)  # noqa: B023
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
        assert processor.resolved_precision("auto", "cpu") == expected
        model = train(corpus, small(), short(epochs=1, precision="auto"), threads=1)
        assert model.settings["precision"] == expected


def test_a_gpu_is_taken_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert processor.resolved_device("auto") == "cuda"
    assert processor.resolved_device("cpu") == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert processor.resolved_device("auto") == "cpu"
    with pytest.raises(SettingError, match="no GPU .cuda.; choose device cpu"):
        processor.resolved_device("cuda")


def test_others_are_refused():
    with pytest.raises(SettingError, match="precision is 'fp16'; expected one of auto, bf16, fp32"):
        short(precision="fp16")


def test_gradients_pass_through_the_states_of_the_fast_lstm():
    """An encoder learns by way of the state that the decoder begins with."""
    draw = torch.Generator().manual_seed(3)
    width, n_columns = 16, 5
    x = torch.randn(4, n_columns, 8, generator=draw)
    weights = [torch.randn(4 * width, n, generator=draw) * 0.3 for n in (8, width)] + [
        torch.randn(4 * width, generator=draw) * 0.3
    ]
    aims = [torch.randn(*shape, generator=draw) for shape in ((4, 5, 16), (5, 16), (5, 16))]

    def slopes(run):
        state = [torch.full((n_columns, width), value).requires_grad_() for value in (0.3, -0.4)]
        found = run(*state)
        loss = sum((one.float() * two).sum() for one, two in zip(found, aims))
        return torch.autograd.grad(loss, state)

    def exact(hidden, cell):
        state, out = (hidden, cell), []
        layer = new_layer(NetworkSettings(n_layers=1, hidden_dim=width, tied=False), 8, width)
        for drive in torch.nn.functional.linear(x, weights[0], weights[2]):
            pushed = torch.nn.functional.linear(state[0], weights[1])
            state = layer.step(drive, pushed, state).state
            out.append(state[0])
        return torch.stack(out), *state

    short = slopes(lambda *state: fast_lstm.lstm(x.bfloat16(), *state, *weights))
    for one, two in zip(short, slopes(exact)):
        assert float((one - two).norm() / two.norm()) < 0.02
