"""Settings of encoder-decoders and of their training."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ...errors import SettingError
from ...runtime.settings import Settings, setting
from ..recurrent.cells import CELLS, recurrent_cells
from ..recurrent.settings import LearningSettings, NetworkSettings

Attention = Literal["none", "dot", "general", "additive"]
AttentionAt = Literal["output", "input"]
Bidirectional = Literal["none", "first", "all"]
Positions = Literal["sinusoidal", "learned"]
_WIDTH = {"low": 1, "high": 65_536}
_SHARE = {"low": 0.0, "high": 0.99, "metavar": "SHARE"}
TRANSFORMER = "transformer"
_BATCH, _FEWEST_STEPS = 128, 50  # pairs of a batch where none is asked for; batches of an epoch
_RECURRENT = ("embedding_dim", "attention", "attention_at", "bidirectional", "peeky", "residual")
_OF_TRANSFORMER = ("n_heads", "feed_forward_dim", "positions")


def _cells() -> Iterable[str]:
    return (*recurrent_cells(), TRANSFORMER)


@dataclass(frozen=True)
class Seq2SeqSettings(Settings):
    """The network: an encoder of the source, and a decoder that writes the target."""

    cell: str = setting("lstm", "Cell of the layers: NAMES.", choices=_cells, metavar="CELL")
    n_layers: int = setting(1, "Number of layers of encoder and decoder.", low=1, high=32)
    hidden_dim: int = setting(256, "Width of a layer.", **_WIDTH)
    embedding_dim: int | None = setting(
        None, "Width of the embeddings.", shown="as --hidden-dim", **_WIDTH
    )
    # The first target words then depend on what the encoder has read last (Sutskever et al. 2014).
    reverse: bool = setting(False, "Read the source from its end.")
    # Cho et al. 2014: each step of the decoder, and its softmax, sees what the encoder ended with.
    peeky: bool = setting(False, "Give each step of the decoder the last state of the encoder.")
    # Scores of source position j for a query q: q k_j (dot), q W k_j (general; Luong et al. 2015),
    # v tanh(W q + U k_j) (additive; Bahdanau et al. 2015).
    attention: Attention = setting("none", "How the decoder's attention scores source positions.")
    # Output: the query is the decoder's last layer, the context goes into the softmax (Luong et
    # al. 2015).  Input: the query is the state before, the context also goes into the step
    # (Bahdanau et al. 2015).
    attention_at: AttentionAt = setting(
        "output", "Where the context of attention enters: after the step, or before it as well."
    )
    # Each direction has half the width.
    bidirectional: Bidirectional = setting(
        "none", "Layers of the encoder that read in both directions, each of half the width."
    )
    residual: bool = setting(False, "Add a layer's input to its output; for three layers and more.")
    tied: bool = setting(False, "One matrix for target embeddings and softmax.")
    dropout: float = setting(0.0, "Dropout between layers, and of a transformer.", **_SHARE)
    input_dropout: float = setting(0.0, "Dropout of the embeddings.", **_SHARE)
    output_dropout: float = setting(0.0, "Dropout of the output of the last layer.", **_SHARE)
    weight_dropout: float = setting(0.0, "Dropout of the recurrent weights.", **_SHARE)
    locked: bool = setting(True, "Drop the same at all steps of a sequence (variational dropout).")
    n_heads: int | None = setting(
        None, "Number of heads of a transformer.", low=1, high=1024, shown="4"
    )
    feed_forward_dim: int | None = setting(
        None,
        "Width of the feed-forward part of a transformer.",
        shown="4 times --hidden-dim",
        **_WIDTH,
    )
    positions: Positions | None = setting(
        None, "Position vectors of a transformer.", shown="sinusoidal"
    )

    def check(self) -> None:
        own, others = _OF_TRANSFORMER, _RECURRENT
        if self.is_transformer:
            object.__setattr__(self, "n_heads", self.n_heads or 4)
            wide = self.feed_forward_dim or 4 * self.hidden_dim
            object.__setattr__(self, "feed_forward_dim", wide)
            object.__setattr__(self, "positions", self.positions or "sinusoidal")
            changed = [n for n in others if getattr(self, n) != self.declared(n).default]
            if changed:
                raise SettingError(
                    f"{changed[0]} is a setting of recurrent encoder-decoders; omit it, or choose "
                    "another cell than transformer"
                )
            if self.hidden_dim % (2 * (self.n_heads or 1)):
                raise SettingError(
                    f"hidden_dim {self.hidden_dim} cannot be shared among {self.n_heads} heads of "
                    "an even width; take a multiple of twice n_heads"
                )
            return
        if changed := [name for name in own if getattr(self, name) is not None]:
            raise SettingError(
                f"{changed[0]} is a setting of the cell transformer; omit it, or choose that "
                "(--cell transformer)"
            )
        if self.bidirectional != "none" and self.hidden_dim % 2:
            raise SettingError(
                f"hidden_dim {self.hidden_dim} is odd; two directions share an even width"
            )
        if self.attention_at == "input" and self.attention == "none":
            raise SettingError(
                "attention_at is input, but there is no attention; choose one, such as additive "
                "(--attention additive)"
            )
        if self.tied and (
            self.embedding_width != self.hidden_dim or (self.peeky and self.attention == "none")
        ):
            raise SettingError(
                "a tied softmax is as wide as the embedding; give embedding_dim and hidden_dim one "
                "width, without peeky, or do not tie"
            )

    @property
    def is_transformer(self) -> bool:
        return self.cell == TRANSFORMER

    @property
    def embedding_width(self) -> int:
        return self.embedding_dim or self.hidden_dim

    @property
    def layers(self) -> NetworkSettings:
        """The part of these settings that the layers of language models take."""
        return NetworkSettings(
            cell=self.cell,
            n_heads=self.n_heads,
            n_layers=self.n_layers,
            hidden_dim=self.hidden_dim,
            embedding_dim=None if self.is_transformer else self.embedding_width,
            tied=False,
            residual=self.residual,
            dropout=self.dropout,
            input_dropout=self.input_dropout,
            output_dropout=self.output_dropout,
            embedding_dropout=0.0,
            weight_dropout=self.weight_dropout,
            locked=self.locked and not self.is_transformer,
            forget_bias=1.0 if self.cell == "lstm" else 0.0,
        )


@dataclass(frozen=True)
class Seq2SeqTraining(LearningSettings):
    """Settings of training an encoder-decoder on batches of pairs of like length."""

    epochs: int = setting(25, "Maximum number of epochs.", low=1, high=100_000)
    batch_size: int | None = setting(
        None, "Pairs per batch.", shown="128, fewer of few pairs", **_WIDTH
    )
    weight_decay: float = setting(0.0, "Weight decay (L2 penalty).", low=0, high=10)
    # Sutskever et al. 2014.
    clip: float = setting(5.0, "Maximum norm of the gradient.", low=1e-9, high=1e9)
    # Szegedy et al. 2016; .1 in Vaswani et al. 2017.
    label_smoothing: float = setting(
        0.0, "Share of the probability that training spreads over all words.", **_SHARE
    )
    # Bengio et al. 2015, with a share that rises linearly from 0.
    scheduled_sampling: float = setting(
        0.0,
        "Share of the decoder's inputs that are its own predictions at the end of training.",
        low=0.0,
        high=1.0,
        metavar="SHARE",
    )

    def suited(self, architecture: Seq2SeqSettings, n_pairs: int) -> "Seq2SeqTraining":
        """Return the same, with learning rate and batches for the network and the pairs.

        Those that were asked for stay.
        """
        rate, batch_size = self.learning_rate, self.batch_size
        if rate is None and self.optimizer == "adamw":
            rate = CELLS[architecture.cell].learning_rate
        if batch_size is None:
            batch_size = max(1, min(_BATCH, n_pairs // _FEWEST_STEPS))
        return replace(self, learning_rate=rate, batch_size=batch_size)
