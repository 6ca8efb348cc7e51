"""Presets, which can be looked at without torch."""

import pytest

from wordvec_toolkit.cli.shared.recurrent_options import preset_option
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.neural.recurrent.presets import PRESETS, preset_of, preset_settings


@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("small", [200] * 3),
        ("medium", [650] * 3),
        ("large", [1500] * 3),
        ("awd", [400, 1150, 1150, 400]),
    ],
)
def test_sizes_are_those_of_the_papers(name, widths):
    architecture, _ = preset_settings(name)
    assert architecture.widths == widths
    assert architecture.tied


def test_what_is_given_overrides():
    found = preset_of("small").settings({"hidden_dim": 8}, {"seed": 3})
    assert found[0]["hidden_dim"] == 8
    assert found[1] == {**PRESETS["small"].training, "seed": 3}


def test_the_command_offers_them_all():
    @preset_option
    def command(): ...

    (option,) = command.__click_params__
    assert list(option.type.choices) == list(PRESETS)


def test_others_are_refused():
    with pytest.raises(SettingError, match="preset is 'huge'; expected one of small, medium"):
        preset_of("huge")
