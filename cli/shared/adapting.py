"""Recurrent models that adapt to the text so far, as the options of a command ask for."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from ...errors import SettingError
from ...neural.recurrent.adapting.settings import CacheSettings, DynamicSettings
from ...runtime.settings import Settings
from .options import combined, given, setting_option

if TYPE_CHECKING:
    from ...lm.language_model import LanguageModel
    from ...lm.sentence_model import SentenceModel
    from ...runtime.progress import Progress
    from ...text.settings import FileSettings
    from ...text.streams import TextStream

_NEURAL_CACHE = click.option(
    "--neural-cache",
    is_flag=True,
    help="Mix recurrent models with a cache of their hidden states (Grave et al. 2017).",
)
_DYNAMIC = setting_option(DynamicSettings, "method", shown="")
evaluation_options = combined(
    _NEURAL_CACHE,
    *(setting_option(CacheSettings, name) for name in CacheSettings.names()),
    _DYNAMIC,
    *(setting_option(DynamicSettings, name) for name in DynamicSettings.names()[1:]),
    click.option(
        "--tune",
        metavar="TEXT",
        help="Find flatness and share of the neural cache, learning rate and decay of dynamic "
        "evaluation on this text; it must not be the text to be scored.",
    ),
)


def cache_settings(neural_cache: bool, options: Mapping[str, object]) -> dict[str, object] | None:
    """Return what was set of the neural cache; None without one."""
    return _asked(neural_cache, options, CacheSettings, "the neural cache", "--neural-cache")


def dynamic_settings(options: Mapping[str, object]) -> dict[str, object] | None:
    """Return what was set of dynamic evaluation; None without it."""
    is_wanted = options.get("method") is not None
    return _asked(is_wanted, options, DynamicSettings, "dynamic evaluation", "--dynamic rms")


def _asked(
    is_wanted: bool, options: Mapping[str, object], kind: type[Settings], what: str, option: str
) -> dict[str, object] | None:
    asked = given(options, kind)
    if is_wanted:
        return asked
    if asked:
        name = f"--{next(iter(asked)).replace('_', '-')}"
        raise SettingError(f"{name} is a setting of {what}; add {option}")
    return None


class Adapting:
    """Adds a neural cache or dynamic evaluation to recurrent models, as chosen."""

    def __init__(
        self,
        neural_cache: dict[str, object] | None,
        dynamic: dict[str, object] | None,
        tune: str | None,
    ) -> None:
        self.neural_cache, self.dynamic, self.tune = neural_cache, dynamic, tune
        self.is_asked = neural_cache is not None or dynamic is not None
        self.is_used = False
        if tune is not None and not self.is_asked:
            raise SettingError("--tune finds settings of --neural-cache and --dynamic; add one")

    def variants(
        self,
        path: str,
        model: "LanguageModel | SentenceModel",
        texts: "list[TextStream]",
        tokenizer: str | None,
        files: "FileSettings",
        progress: "Progress",
    ) -> "Iterator[tuple[str, LanguageModel | SentenceModel]]":
        """Yield a model as it is and, if it is a recurrent one, as asked for, with their names."""
        import numpy as np

        from ...neural.recurrent.model import NeuralModel

        yield path, model
        if not self.is_asked or not isinstance(model, NeuralModel):
            return
        from ...lm.reading import read_text
        from ...neural.recurrent.adapting.tuning import adapting_model

        self.is_used, held_out = True, None
        if self.tune is not None:
            held_out = read_text(
                model, self.tune, tokenizer, **files.keywords(), progress=progress
            ).ids
            if any(np.array_equal(held_out, text.ids) for text in texts):
                raise SettingError(
                    f"{self.tune} is the text to be scored itself; tuning on it would overfit; "
                    "give other text"
                )
        found = adapting_model(model, self.neural_cache, self.dynamic, held_out, progress)
        if self.tune is not None:
            click.echo(
                f"tuned on {self.tune}: {found.signature.partition('(neural|')[0]}", err=True
            )
        added = ["dynamic"] * (self.dynamic is not None)
        added += ["neural-cache"] * (self.neural_cache is not None)
        yield " + ".join([path, *added]), found

    def check_used(self) -> None:
        """Refuse to add to nothing."""
        if self.is_asked and not self.is_used:
            raise SettingError(
                "--neural-cache and --dynamic need a recurrent model (wvt build-neural-lm makes "
                "one); for a mixture, give these options to wvt mix"
            )
