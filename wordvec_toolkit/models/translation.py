"""Builders of translation models in a workspace of pairs, and how they are found again."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..bundles.reading import Bundle, open_bundle
from ..bundles.recognising import is_bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError, SettingError, expect_path
from ..neural.seq2seq.model import Seq2SeqModel
from ..neural.seq2seq.presets import preset_of
from ..neural.seq2seq.settings import Seq2SeqSettings, Seq2SeqTraining
from ..neural.seq2seq.training import seq2seq_settings, train_seq2seq
from ..runtime.extras import require
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import as_items, find_sources
from ..text.pairs import TextPairs, read_pairs, shared_sources, split_pairs
from ..text.settings import PairFileSettings, PairSettings
from ..text.sides import SIDES, PairCorpus, encode_pairs, pair_settings
from ..translation.model import TranslationModel
from ..translation.settings import WordTableSettings
from ..translation.word_table import WordTable, train_word_table
from .catalogue import BUNDLES
from .finding import first_bundle
from .kinds.translation import OFFERED
from .opening import checked_name, workspace_path
from .pipeline import BuiltWorkspace, Pipeline
from .resuming import Keeper, ResumableStep

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildIbm1Keywords, BuildSeq2seqKeywords

Files = str | Path | Sequence[str | Path]
_LITTLE = 0.5  # coverage of held-out tokens, below which most of a side is <unk>


@takes(PairSettings, Seq2SeqSettings, Seq2SeqTraining)
def build_seq2seq(
    pairs: Files,
    output: str | Path | None = None,
    *,
    preset: str | None = None,
    held_out: Files | None = None,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildSeq2seqKeywords]",
) -> BuiltWorkspace:
    """Train an encoder-decoder on pairs of sentences.

    Makes the bundles ``pairs``, with the vocabularies of both sides, and ``seq2seq``.  While it is
    trained, ``seq2seq-state`` holds what it takes to go on: an interrupted run continues from
    there, to the same bits as a run in one go.

    Parameters
    ----------
    pairs : path, or sequence of one or two paths
        See `read_pairs`; or a workspace that has pairs.
    output : path, optional
        The workspace; by default next to the pairs, with the suffix ``.wvt``.
    preset : str, optional
        Name of settings that go together; those given override them.
    held_out : path, or sequence of one or two paths, optional
        Pairs that decide which epoch is the best and when to stop.  Without them, a share of the
        pairs, `valid`, is kept for that.
    name : str
        Makes a variant next to the first.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DivergedError
        If training diverges.
    """
    progress = as_progress(progress)
    from ..neural.recurrent import door  # asked for before anything is made

    require("safetensors", "a file of weights", door.EXTRA)
    if name.split("-")[0] == "state":
        raise SettingError(f"name is {name!r}; names that begin with state are for checkpoints")
    given: dict[str, object] = dict(settings)
    if preset is not None:
        follows = preset_of(preset)
        progress.note(f"preset {preset} ({follows.about}), after {follows.source}")
        given = {**follows.settings, **given}
    architecture, training = Seq2SeqSettings.among(given), Seq2SeqTraining.among(given)
    with open_pairs(pairs, output, held_out, settings, name, threads, progress) as made:
        pipeline, bundle = made
        _Training(pipeline, bundle, architecture, training).run()
    return pipeline.workspace


@takes(PairSettings, WordTableSettings)
def build_ibm1(
    pairs: Files,
    output: str | Path | None = None,
    *,
    held_out: Files | None = None,
    name: str = "",
    progress: ProgressLike = None,
    **settings: "Unpack[BuildIbm1Keywords]",
) -> BuiltWorkspace:
    """Count word-for-word translations of pairs of sentences: IBM model 1 by EM.

    Makes the bundles ``pairs`` and ``ibm1``.

    Parameters
    ----------
    pairs, output, held_out, name
        See `build_seq2seq`.
    """
    progress = as_progress(progress)
    chosen = WordTableSettings.among(settings)
    with open_pairs(pairs, output, held_out, settings, name, None, progress) as made:
        pipeline, bundle = made
        corpus = PairCorpus.from_bundle(bundle)
        pipeline.step(
            pipeline.named("ibm1"),
            WordTable.KIND,
            {**chosen.as_dict(), "text": corpus.settings["text"]},
            {bundle.path.name: bundle.digest},
            lambda writer: train_word_table(corpus, **chosen.keywords(), progress=progress).write(
                writer
            ),
        )
    return pipeline.workspace


class _Training(ResumableStep):
    """The step that trains."""

    def __init__(
        self,
        pipeline: Pipeline,
        pairs: Bundle,
        architecture: Seq2SeqSettings,
        training: Seq2SeqTraining,
    ) -> None:
        self.pipeline, self.architecture = pipeline, architecture
        self.corpus = PairCorpus.from_bundle(pairs)
        self.training = training.suited(architecture, len(self.corpus.train[0]))
        self.inputs = {pairs.path.name: pairs.digest}
        self.settings = seq2seq_settings(self.corpus, architecture, self.training)
        self.kind, self.state_kind = Seq2SeqModel.KIND, Seq2SeqModel.STATE_KIND
        self.name, self.state_name = pipeline.named("seq2seq"), pipeline.named("seq2seq-state")

    def write_vocabularies(self, writer: BundleWriter) -> None:
        self.corpus.source.write(writer)
        self.corpus.target.write(writer)

    def train(self, state: Bundle | None, keeper: Keeper) -> Seq2SeqModel:
        return train_seq2seq(
            self.corpus,
            **self.architecture.keywords(),
            **self.training.keywords(),
            state=state,
            on_step=keeper,
            threads=self.pipeline.threads,
            progress=self.pipeline.progress,
        )


@contextmanager
def open_pairs(
    pairs: Files,
    output: str | Path | None,
    held_out: Files | None,
    given: Mapping[str, object],
    name: str,
    threads: int | None,
    progress: Progress,
) -> Iterator[tuple[Pipeline, Bundle]]:
    """Hold the workspace of pairs for writing, and yield it with the bundle of the pairs."""
    items = as_items(pairs)
    workspace = BuiltWorkspace(workspace_path(items, output))
    pipeline = Pipeline(workspace, threads, progress, checked_name(name))
    chosen = PairSettings.among(given)
    settings = pair_settings(chosen)
    if workspace.is_same(items):
        changed = [key for key in PairSettings.names() if given.get(key) is not None]
        if changed or held_out is not None:
            raise SettingError(
                f"{(changed or ['held_out'])[0]} cannot change without reading the pairs again; "
                f"give their files in place of {workspace.path}, with -o {workspace.path}"
            )
        bundle = open_bundle(workspace.path / "pairs", PairCorpus.KIND)
        with workspace.lock():
            yield (
                pipeline,
                pipeline.step(
                    "pairs", bundle.kind, bundle.settings, bundle.manifest["inputs"], _refuse
                ),
            )
        return
    sources = find_sources(items)
    files = [*sources, *([] if held_out is None else find_sources(as_items(held_out)))]
    if any(source.is_stream and source.open_remote is None for source in files):
        raise SettingError(
            "pairs are read more than once; give files or addresses, not standard input"
        )
    with workspace.lock():
        read = None
        if any(source.open_remote is not None for source in files):  # to know whether they changed
            read = _read(items, held_out, chosen)
            digests = [str(facts["sha256"]) for pairs in read for facts in pairs.facts]
        else:
            digests = [workspace.sha256(source) for source in files]
        names = [f"pairs {number}" for number in range(1, len(sources) + 1)]
        names += [f"held out {number}" for number in range(1, len(files) - len(sources) + 1)]

        def fill(writer: BundleWriter) -> None:
            train, kept = read or _read(items, held_out, chosen)
            _encoded(train, kept, held_out is not None, chosen, progress).write(writer)

        inputs = dict(zip(names, digests))
        yield pipeline, pipeline.step("pairs", PairCorpus.KIND, settings, inputs, fill)


def _refuse(writer: BundleWriter) -> None:
    raise SettingError("the pairs of the workspace are damaged; give their files again")


def _read(
    files: Files, held_out: Files | None, chosen: PairSettings
) -> tuple[TextPairs, TextPairs]:
    """Read pairs to train on and held-out ones."""
    how = {name: getattr(chosen, name) for name in PairFileSettings.names()}
    train = read_pairs(files, **how)
    if held_out is None:
        return split_pairs(train, chosen.valid)
    return train, read_pairs(held_out, **how)


def _encoded(
    train: TextPairs, kept: TextPairs, is_given: bool, chosen: PairSettings, progress: Progress
) -> PairCorpus:
    """Encode pairs, and say what may make training on them useless."""
    if is_given and (n := shared_sources(train, kept)):
        progress.note(
            f"{n:,} of the {len(kept):,} held-out sources are in the training pairs, too; "
            "their scores are too good"
        )
    corpus = encode_pairs(train, kept, chosen)
    if n_skipped := corpus.facts["n_skipped"]:
        progress.note(f"{n_skipped:,} pairs skipped: a side is empty or too long")
    for message in coverage_notes(corpus):
        progress.note(message)
    return corpus


def coverage_notes(corpus: PairCorpus) -> list[str]:
    """Return a sentence for each side of which a model could see or write little but <unk>."""
    notes = []
    for side, share in zip(
        (corpus.source, corpus.target), cast(list[object], corpus.facts["coverage"])
    ):
        if isinstance(share, float) and share < _LITTLE:
            effect = "reads" if side.name == SIDES[0] else "can write"
            notes.append(
                f"only {share:.0%} of the {side.name} tokens of the held-out pairs are in the "
                f"vocabulary, so that a model {effect} mostly <unk>; take smaller tokens "
                "(--tokenizer chars or subwords), a lower --min-count, or more pairs"
            )
    return notes


def find_translation_model(path: str | Path) -> Path:
    """Return the bundle of a translation model that `path` means: itself, or a workspace's best.

    Raises
    ------
    FormatError
        If there is none.
    """
    expect_path("path", path)
    folder = Path(path)
    if is_bundle(folder):
        return folder
    if (found := first_bundle(folder, OFFERED)) is not None:
        return found
    raise FormatError(
        folder,
        "no translation model" if folder.exists() else "nothing",
        f"a bundle, or a workspace with one of {', '.join(OFFERED)}",
        advice="make one with wvt build-seq2seq",
    )


def load_translation_model(path: str | Path) -> TranslationModel:
    """Open a translation model: a bundle of one, or a workspace's best.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    bundle = open_bundle(find_translation_model(path))
    if bundle.kind not in BUNDLES or BUNDLES[bundle.kind].holds != "translation model":
        raise FormatError(
            bundle.path,
            f"a bundle of {bundle.kind}",
            "one of a translation model",
            advice="make one with wvt build-seq2seq",
        )
    return cast(TranslationModel, BUNDLES[bundle.kind].open(bundle))


def load_encoder_decoder(path: str | Path) -> Seq2SeqModel:
    """Open a translation model that is a network.

    Raises
    ------
    FormatError
        If it is another, such as IBM model 1.
    """
    model = load_translation_model(path)
    if not isinstance(model, Seq2SeqModel):
        raise FormatError(
            path,
            f"a bundle of {model.KIND}",
            "one of a network",
            advice="make one with wvt build-seq2seq",
        )
    return model
