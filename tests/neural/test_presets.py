"""Presets, which can be looked at without torch."""

import pytest

from wordvec_toolkit.cli.commands.build_neural_lm import command
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.neural.recurrent.presets import PRESETS, preset_of, preset_settings
from wordvec_toolkit.neural.recurrent.settings import NetworkSettings, TrainingSettings


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
    settings = preset_settings(name)
    architecture = NetworkSettings.among(settings)
    TrainingSettings.among(settings)
    assert architecture.widths == widths
    assert architecture.tied


def test_the_command_offers_them_all():
    (option,) = (option for option in command.params if option.name == "preset")
    assert list(option.type.choices) == list(PRESETS)


def test_others_are_refused():
    with pytest.raises(SettingError, match="preset is 'huge'; expected one of small, medium"):
        preset_of("huge")
