import pytest
from without_torch import WHAT_TO_INSTALL, run_without_torch

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings, TrainingSettings


@pytest.mark.parametrize(
    ("make", "setting", "message"),
    [
        (NetworkSettings, {"cell": "lstn"}, "cell is 'lstn'; expected one of lstm, gru"),
        (NetworkSettings, {"n_layers": 0}, "n_layers is 0; it must be from 1"),
        (NetworkSettings, {"hidden_dim": 2.5}, "expected a whole number"),
        (NetworkSettings, {"embedding_dim": -1}, "embedding_dim is -1"),
        (NetworkSettings, {"dropout": 1.0}, "dropout is 1.0; it must be from 0 to 0.99"),
        (NetworkSettings, {"dropout": float("nan")}, "dropout is nan"),
        (NetworkSettings, {"tied": 1}, "tied is 1; expected true or false"),
        (NetworkSettings, {"n_layers": 1, "embedding_dim": 9}, "or do not tie"),
        (NetworkSettings, {"context": "word"}, "context is 'word'; expected one of text, sentence"),
        (NetworkSettings, {"n_heads": 2}, "setting of the cell transformer; cell is 'lstm'"),
        (
            NetworkSettings,
            {"cell": "transformer", "n_heads": 3},
            "400 cannot be shared among 3 heads",
        ),
        (
            NetworkSettings,
            {"cell": "transformer", "residual": True},
            "residual is a setting of recurrent",
        ),
        (
            NetworkSettings,
            {"cell": "transformer", "weight_dropout": 0.5},
            "weight_dropout is a setting of rec",
        ),
        (NetworkSettings, {"cell": "transformer", "embedding_dim": 9}, "has one width"),
        (NetworkSettings, {"cutoffs": (9,)}, "or choose softmax adaptive"),
        (
            NetworkSettings,
            {"softmax": "adaptive", "cutoffs": 9},
            "expected a list of whole numbers",
        ),
        (NetworkSettings, {"softmax": "adaptive", "cutoffs": (2, 9)}, "expected ids above those"),
        (
            TrainingSettings,
            {"optimizer": "adam"},
            "optimizer is 'adam'; expected one of adamw, sgd",
        ),
        (TrainingSettings, {"epochs": True}, "epochs is True"),
        (TrainingSettings, {"learning_rate": 0.0}, "learning_rate is 0"),
        (TrainingSettings, {"clip": "a"}, "clip is 'a'; expected a number"),
    ],
)
def test_settings_that_make_no_sense(make, setting, message):
    with pytest.raises(SettingError, match=message):
        make(**setting)


def test_a_transformer_takes_a_learning_rate_of_its_own():
    transformer = NetworkSettings(cell="transformer")
    assert (transformer.n_heads, transformer.span) == (4, 128)

    def rate(**settings):
        return TrainingSettings(**settings).suited(transformer, 10_000).first_learning_rate

    assert rate() == 1e-3
    assert rate(optimizer="sgd") == 20
    assert rate(learning_rate=2.0) == 2


@pytest.mark.parametrize(
    ("n_tokens", "expected"), [(100, 4), (60_000, 5), (210_000, 20), (929_589, 40), (10**8, 40)]
)
def test_short_texts_have_small_batches(n_tokens, expected):
    network = NetworkSettings()
    assert TrainingSettings().suited(network, n_tokens).batch_size == expected
    assert TrainingSettings(batch_size=7).suited(network, n_tokens).batch_size == 7


def test_the_last_layer_of_a_tied_network_is_as_wide_as_its_words():
    assert NetworkSettings(hidden_dim=6, n_layers=3).widths == [6, 6, 6, 6]
    assert NetworkSettings(hidden_dim=6, n_layers=3, embedding_dim=4).widths == [4, 6, 6, 4]
    assert NetworkSettings(hidden_dim=6, embedding_dim=4, tied=False).widths == [4, 6, 6]


def test_learning_rates_rise_and_fall():
    training = TrainingSettings(learning_rate=1.0, warmup=0.4)
    rates = [training.learning_rate_at(step, 10) for step in range(10)]
    assert rates[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert rates[7] == pytest.approx(0.5)  # half-way down the cosine
    assert rates[9] == pytest.approx((1 - 3**0.5 / 2) / 2)
    assert TrainingSettings().first_learning_rate == 3e-3
    assert TrainingSettings(optimizer="sgd").first_learning_rate == 20


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "wvt.neural.train_neural_lm(wvt.text.encode_text('a b', min_count=1))",
        "wvt.load_language_model(sys.argv[1])",
        "wvt.build_neural_lm('missing.txt')",
    ],
)
def test_without_torch_one_sentence_says_what_to_install(code, tmp_path):
    manifest = (
        '{"format": "wordvec_toolkit bundle", "format_version": 1, "kind": "neural-lm", '
        '"settings": {}, "facts": {}, "inputs": {}, "files": {}, "made_with": {}}'
    )
    (tmp_path / "manifest.json").write_text(manifest)
    program = (
        "import wordvec_toolkit as wvt\n"
        "[getattr(wvt, name) for name in wvt.__all__]\n"
        f"try: {code}\n"
        "except wvt.WordvecError as error: print(error)"
    )
    assert run_without_torch(program, tmp_path).stdout == WHAT_TO_INSTALL
