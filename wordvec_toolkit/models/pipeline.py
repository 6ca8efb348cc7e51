"""The steps of the pipeline, each reused from the workspace where nothing has changed.

Text -> corpus (with its vocabulary) -> counts -> PPMI -> SVD.  A step's settings and the digests
of what it was made from stand in its manifest; a step is done again only if one of them differs.
"""

import inspect
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..bundles.reading import Bundle, file_sha256, is_bundle, open_bundle
from ..bundles.writing import BundleWriter
from ..counts import cooccurrence
from ..counts.cooccurrence import Cooccurrence
from ..counts.counting import count_cooccurrences
from ..embeddings import ppmi as ppmi_module
from ..embeddings import svd as svd_module
from ..embeddings.svd import svd_vectors
from ..embeddings.vectors import WordVectors
from ..embeddings.weighing import weigh_counts
from ..errors import FormatError, NewerVersionError, SettingError
from ..runtime.parallel import n_threads
from ..runtime.progress import SILENT, Progress
from ..text import corpus as corpus_module
from ..text.corpus import EncodedCorpus
from ..text.encoding import (
    Encoder,
    check_vocabulary_settings,
    choose_checked,
    corpus_facts,
    encode_corpus,
    read_into,
)
from ..text.files import Source, find_sources
from ..text.tokenizers import Tokenizer, make_tokenizer
from ..workspace.folder import Workspace

_NOT_SETTINGS = (
    "corpus",
    "counts",
    "vectors",
    "vocabulary",
    "state",
    "on_epoch",
    "threads",
    "progress",
)


@dataclass(frozen=True)
class Step:
    """One bundle that a command made or found."""

    name: str
    bundle: Bundle
    reused: bool
    seconds: float


@dataclass
class Pipeline:
    """The steps done in one workspace, under its lock.

    Attributes
    ----------
    workspace : Workspace
    threads : int or None
    progress : Progress
    name : str
        A variant's name; its bundles are called ``counts-NAME`` and so on.
    steps : list of Step
        In the order in which they were done.
    """

    workspace: Workspace
    threads: int | None = None
    progress: Progress = SILENT
    name: str = ""
    steps: list[Step] = field(default_factory=list)

    def step(
        self,
        name: str,
        kind: str,
        settings: dict[str, Any],
        inputs: dict[str, str],
        fill: Callable[[BundleWriter], None],
    ) -> Bundle:
        """Reuse the bundle `name` if nothing has changed; else let `fill` write its files."""
        started = time.perf_counter()
        bundle = self.workspace.fresh(name, kind, settings, inputs)
        reused = bundle is not None
        if bundle is None:
            bundle = self.workspace.make(name, kind, settings, inputs, fill)
        self._note(name, bundle, reused, started)
        return bundle

    def _note(self, name: str, bundle: Bundle, reused: bool, started: float) -> None:
        self.steps.append(Step(name, bundle, reused, time.perf_counter() - started))

    def left_stale(self) -> list[str]:
        """Return the bundles that were made from one that these steps have made anew."""
        renewed = {step.name for step in self.steps if not step.reused}
        return [name for name in self.workspace.names() if self.workspace.hangs_on(name, renewed)]

    def named(self, step: str) -> str:
        """Return the name of a step's bundle in this variant."""
        return f"{step}-{self.name}" if self.name else step

    def corpus(self, corpus: list[str], settings: dict[str, Any]) -> Bundle:
        """Read text into the bundle corpus: the vocabulary and the encoded text.

        Parameters
        ----------
        corpus : list of str
            See `find_sources`; or this very workspace, whose text is then taken as it is.
        settings : dict
            Keywords of `encode_corpus`; what is missing takes its default there.
        """
        started = time.perf_counter()
        if self.workspace.is_same(corpus):
            bundle = self._stored_corpus(settings)
            self._note("corpus", bundle, True, started)
            return bundle
        settings = with_defaults(encode_corpus, settings)
        check_vocabulary_settings(settings["min_count"], settings["max_size"])
        tokenizer = make_tokenizer(
            settings["tokenizer"], settings["lowercase"], settings["normalize"]
        )
        settings["lowercase"] = tokenizer.lowercase
        settings["keep"] = sorted(set(settings["keep"]))
        sources = find_sources(corpus)
        stored: Bundle | None = None
        known = is_bundle(self.workspace.path / "corpus")
        if known and not any(source.is_stream for source in sources):
            for source in sources:
                source.sha256 = self.workspace.sha256(source)
            inputs = _text_inputs(sources, tokenizer)
            stored = self.workspace.fresh("corpus", corpus_module.KIND, settings, inputs)
        bundle = stored or self._read(sources, tokenizer, settings)
        self.workspace.remember(sources)
        self._note("corpus", bundle, stored is not None, started)
        return bundle

    def _stored_corpus(self, settings: dict[str, Any]) -> Bundle:
        bundle = open_bundle(self.workspace.path / "corpus", corpus_module.KIND)
        changed = [
            key
            for key, value in settings.items()
            if value is not None and value != () and bundle.settings.get(key) != value
        ]
        if changed:
            raise SettingError(
                f"{', '.join(changed)} cannot change without reading the text again; give the text "
                f"in place of {self.workspace.path}, with -o {self.workspace.path}"
            )
        return bundle

    def _read(
        self, sources: list[Source], tokenizer: Tokenizer, settings: dict[str, Any]
    ) -> Bundle:
        label = ", ".join(source.name for source in sources[:3])
        label += f" and {len(sources) - 3} more" if len(sources) > 3 else ""
        with (
            tempfile.TemporaryFile(dir=self.workspace.path) as spool,
            Encoder(tokenizer, settings["layout"], spool, n_threads(self.threads)) as encoder,
        ):
            damage = read_into(
                encoder, sources, settings["errors"], settings["jsonl_field"], self.progress
            )
            vocabulary = choose_checked(
                encoder, settings["min_count"], settings["max_size"], settings["keep"], label
            )
            sentences, documents = encoder.offsets()

            def fill(writer: BundleWriter) -> None:
                vocabulary.write(writer)
                writer.array_chunks("ids", "<i4", encoder.n_tokens, encoder.final_ids())
                writer.array("sentences", sentences)
                writer.array("documents", documents)
                writer.facts.update(corpus_facts(encoder, vocabulary, sources, damage))
                writer.facts["n_sentences"] = len(sentences) - 1
                writer.facts["n_documents"] = len(documents) - 1

            inputs = _text_inputs(sources, tokenizer)
            self._warn_of_other_text(sources)
            bundle = self.workspace.make("corpus", corpus_module.KIND, settings, inputs, fill)
        missing = [
            word for word in settings["keep"] if tokenizer.normalized(word) not in vocabulary
        ]
        if missing:
            self.progress.note(
                f"{len(missing)} of the words to keep do not occur: {', '.join(missing[:5])}"
            )
        if damage.n_invalid or damage.n_nul:
            self.progress.note(
                f"{damage.n_invalid:,} byte sequences were not UTF-8 and {damage.n_nul:,} bytes "
                f"were NUL ({settings['errors']}), in {', '.join(sorted(damage.files)[:3])}"
            )
        return bundle

    def _warn_of_other_text(self, sources: list[Source]) -> None:
        """Say so if the workspace held other files (a.txt and a.md share a.wvt)."""
        if not is_bundle(self.workspace.path / "corpus"):
            return
        try:
            before = open_bundle(self.workspace.path / "corpus").facts.get("sources", [])
        except NewerVersionError:
            raise
        except FormatError:
            return
        names = {source.get("name") for source in before if isinstance(source, dict)}
        if names and names.isdisjoint(source.name for source in sources):
            self.progress.note(
                f"{self.workspace.path} held the text of {', '.join(sorted(map(str, names))[:3])}, "
                "which is being replaced; -o keeps the two apart"
            )

    def counts(self, corpus: Bundle, settings: dict[str, Any]) -> Bundle:
        """Count co-occurrences; `settings` are keywords of `count_cooccurrences`."""
        settings = with_defaults(count_cooccurrences, settings)
        if settings["subsample"] is None:  # as `count_cooccurrences` does
            settings["subsampling"], settings["seed"] = "dirty", 0

        def fill(writer: BundleWriter) -> None:
            encoded = EncodedCorpus.from_bundle(corpus)
            counts = count_cooccurrences(
                encoded, **settings, threads=self.threads, progress=self.progress
            )
            counts.write(writer)

        return self.step(
            self.named("counts"),
            cooccurrence.KIND,
            settings,
            {corpus.path.name: corpus.digest},
            fill,
        )

    def ppmi(self, counts: Bundle, settings: dict[str, Any]) -> Bundle:
        """Weigh counts; `settings` are keywords of `weigh_counts`."""
        settings = with_defaults(weigh_counts, settings)
        settings.update({name: float(settings[name]) for name in ("cds", "shift", "smoothing")})

        def fill(writer: BundleWriter) -> None:
            loaded = Cooccurrence.from_bundle(counts)
            vectors = weigh_counts(loaded, **settings, threads=self.threads, progress=self.progress)
            vectors.write(writer)

        inputs = {counts.path.name: counts.digest}
        return self.step(self.named("ppmi"), ppmi_module.KIND, settings, inputs, fill)

    def svd(self, weighted: Bundle, settings: dict[str, Any]) -> Bundle:
        """Factorise; `settings` are keywords of `svd_vectors`."""
        settings = with_defaults(svd_vectors, settings)

        def fill(writer: BundleWriter) -> None:
            sparse = WordVectors.from_bundle(weighted)
            vectors = svd_vectors(sparse, **settings, threads=self.threads, progress=self.progress)
            vectors.write(writer)

        return self.step(
            self.named("svd"),
            svd_module.KIND,
            settings,
            {weighted.path.name: weighted.digest},
            fill,
        )


def settings_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the keywords of `function` that are settings."""
    parameters = inspect.signature(function).parameters
    return {name: parameters[name] for name in parameters if name not in _NOT_SETTINGS}


def with_defaults(function: Callable[..., Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of `function` with its own defaults for those not given."""
    known = settings_of(function)
    unknown = set(settings) - set(known)
    if unknown:
        raise SettingError(f"{function.__name__} has no setting {', '.join(sorted(unknown))}")
    chosen = {name: settings.get(name, parameter.default) for name, parameter in known.items()}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()
    }


def _text_inputs(sources: list[Source], tokenizer: Tokenizer) -> dict[str, str]:
    """Return what a corpus is made from: texts, how they are read, a tokenizer of the user's."""
    inputs = {
        f"{'JSON lines' if source.is_jsonl else 'text'} {number}": source.sha256
        for number, source in enumerate(sources, 1)
    }
    code = tokenizer.source_file()
    if code is not None:
        inputs["tokenizer"] = file_sha256(code)
    return inputs
