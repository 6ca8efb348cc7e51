"""Computing in bfloat16."""

import pytest
from recurrent_models import WET, short, small, talk

torch = pytest.importorskip("torch")

from wordvec_toolkit.errors import SettingError  # noqa: E402
from wordvec_toolkit.lm.streams import corpus_stream  # noqa: E402
from wordvec_toolkit.neural.recurrent import processor  # noqa: E402
from wordvec_toolkit.neural.recurrent.fast_loss import softmax_loss  # noqa: E402
from wordvec_toolkit.neural.recurrent.network import Layer  # noqa: E402
from wordvec_toolkit.neural.recurrent.settings import CELLS  # noqa: E402
from wordvec_toolkit.neural.recurrent.training import train_lstm  # noqa: E402


def apart(found, expected):
    """The distance of two tensors, as a share of the second's length."""
    found, expected = found.detach().double(), expected.detach().double()
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_does_as_it_does_in_float32(cell):
    torch.manual_seed(0)
    layer = Layer(cell, 12, 16)
    layer.draw(torch.Generator().manual_seed(1), 0.0)
    mask = torch.bernoulli(torch.full((layer.state_weight.shape), 0.7)) / 0.7
    x, wanted = torch.randn(9, 3, 12), torch.randn(9, 3, 16)
    state = tuple(torch.randn_like(part) / 2 for part in layer.begin(3))
    found = []
    for dtype in (torch.bfloat16, torch.float32):
        layer.zero_grad()
        given = x.to(dtype).requires_grad_()
        out, after = layer(given, state, mask)
        assert out.dtype == dtype
        assert {part.dtype for part in after} == {torch.float32}
        (out.float() * wanted).sum().backward()
        slopes = [given.grad, *(weight.grad for weight in layer.parameters())]
        found.append([out.detach(), *after, *(slope.clone() for slope in slopes)])
    for in_short, in_full in zip(*found):
        assert apart(in_short, in_full) < 0.02


def test_the_loss_is_that_of_float32():
    torch.manual_seed(0)
    x, words, bias = torch.randn(150, 8), torch.randn(30, 8), torch.randn(30)
    targets = torch.randint(0, 30, (150,), dtype=torch.int32)
    targets[5] = -1
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


@pytest.mark.parametrize(
    "how",
    [{"cell": "lstm"}, {"cell": "gru"}, {"cell": "transformer", "n_heads": 2},
     {"softmax": "adaptive", "cutoffs": [6, 10]}, {"context": "sentence"}],
)  # fmt: skip
def test_models_are_as_good(corpus, how):
    held_out = corpus_stream(talk(40, seed=6))
    reached = {}
    for numbers in ("bf16", "fp32"):
        training = short(epochs=8, precision=numbers)
        model = train_lstm(corpus, small(**how), training, held_out, threads=1)
        reached[numbers] = model.facts["epochs"][-1]["held_out_perplexity"]
        assert model.settings["precision"] == numbers
    assert reached["bf16"] == pytest.approx(reached["fp32"], rel=0.02)
    assert reached["bf16"] != reached["fp32"]


def test_the_same_bits_again(corpus):
    def bits(threads):
        training = short(epochs=1, precision="bf16")
        model = train_lstm(corpus, small(**WET), training, threads=threads)
        weights = model.scorer.network.state_dict().items()
        return {name: weight.numpy().tobytes() for name, weight in weights}

    assert bits(1) == bits(1)
    assert bits(2) == bits(2)


def test_auto_is_what_the_processor_multiplies_fast(monkeypatch, corpus):
    for is_there, expected in ((True, "bf16"), (False, "fp32")):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: is_there)  # noqa: B023
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
        assert processor.resolved_precision("auto", "cpu") == expected
        model = train_lstm(corpus, small(), short(epochs=1, precision="auto"), threads=1)
        assert model.settings["precision"] == expected


def test_a_gpu_is_taken_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert processor.resolved_device("auto") == "cuda"
    assert processor.resolved_device("cpu") == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert processor.resolved_device("auto") == "cpu"
    with pytest.raises(SettingError, match="no GPU here .cuda.; take --device cpu"):
        processor.resolved_device("cuda")


def test_others_are_refused():
    with pytest.raises(SettingError, match="precision is 'fp16'; expected one of auto, bf16, fp32"):
        short(precision="fp16")
