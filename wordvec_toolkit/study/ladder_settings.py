"""Encoder-decoders that are compared."""

from dataclasses import dataclass

from ..errors import SettingError
from ..runtime.settings import Settings, declaration, setting

#: Name -> what it changes of the settings given.
LADDER: dict[str, dict[str, object]] = {
    "plain": {},
    "reversed": {"reverse": True},
    "peeky": {"reverse": True, "peeky": True},
    "attention": {"attention": "dot"},
    "bidirectional": {"attention": "dot", "bidirectional": "all"},
    "transformer": {"cell": "transformer", "n_layers": 2, "dropout": 0.1, "learning_rate": 1e-3},
}
#: What they differ in.
OWN = ("reverse", "peeky", "attention", "bidirectional")


@dataclass(frozen=True)
class LadderSettings(Settings):
    """Settings of a comparison of encoder-decoders."""

    models: tuple[str, ...] = setting(
        (),
        "Models to train, with commas: plain, reversed, peeky (and reversed), attention, "
        "bidirectional, transformer.",
        metavar="NAMES",
        shown="all",
    )
    seeds: int = setting(3, "Number of random seeds.", low=1, high=1000, metavar="N")
    test: float = setting(
        0.1,
        "Share of the pairs kept as test pairs where none are given.",
        low=0.0,
        below=1.0,
        metavar="SHARE",
    )
    samples: int = setting(
        3, "Number of test pairs whose attention is drawn.", low=0, high=100, metavar="N"
    )

    def check(self) -> None:
        if unknown := [name for name in self.models if name not in LADDER]:
            raise SettingError(f"models has {unknown[0]!r}; expected some of {', '.join(LADDER)}")

    @classmethod
    def help_of_models(cls) -> str:
        """Return the help of `models`."""
        declared = declaration(cls.declared("models"))
        return f"{declared.help}  [default: {declared.shown}]"
