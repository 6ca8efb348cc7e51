"""The steps of the pipeline, each reused from the workspace where nothing has changed.

Text -> vocabulary and corpus -> counts -> PPMI -> SVD.  A step's settings and the digests of what
it was made from stand in its manifest; a step is done again only if one of them differs.
"""

import inspect
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .bundle import Bundle, BundleWriter, file_sha256, is_bundle, open_bundle
from .counts import cooccurrence
from .counts.cooccurrence import Cooccurrence
from .counts.counting import count_cooccurrences
from .embeddings import ppmi as ppmi_module
from .embeddings import svd as svd_module
from .embeddings.ppmi import ppmi
from .embeddings.svd import svd_vectors
from .embeddings.vectors import WordVectors
from .errors import SettingError, WordvecError
from .parallel import n_threads
from .progress import SILENT, Progress
from .text import corpus as corpus_module
from .text.corpus import EncodedCorpus
from .text.encoding import (
    Encoder,
    check_vocabulary_settings,
    choose_checked,
    corpus_facts,
    encode_corpus,
    read_into,
)
from .text.files import NAMED_CORPORA, STDIN, Source, find_sources
from .text.tokenizers import make_tokenizer
from .text.vocabulary import Vocabulary
from .workspace import SUFFIX, Workspace, is_workspace

_NOT_SETTINGS = ("corpus", "counts", "vectors", "threads", "progress")
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


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

    def _do(
        self,
        name: str,
        kind: str,
        settings: dict[str, Any],
        inputs: dict[str, str],
        fill: Callable[[BundleWriter], None],
    ) -> Bundle:
        started = time.perf_counter()
        bundle = self.workspace.fresh(name, kind, settings, inputs)
        reused = bundle is not None
        if bundle is None:
            bundle = self.workspace.make(name, kind, settings, inputs, fill)
        self.steps.append(Step(name, bundle, reused, time.perf_counter() - started))
        return bundle

    def _named(self, step: str) -> str:
        return f"{step}-{self.name}" if self.name else step

    def corpus(self, corpus: list[str], settings: dict[str, Any]) -> Bundle:
        """Read text into the bundles vocabulary and corpus.

        Parameters
        ----------
        corpus : list of str
            See `find_sources`; or this very workspace, whose text is then taken as it is.
        settings : dict
            Keywords of `encode_corpus`; what is missing takes its default there.
        """
        if corpus == [str(self.workspace.path)]:
            return self._stored_corpus(settings)
        settings = with_defaults(encode_corpus, settings)
        check_vocabulary_settings(settings["min_count"], settings["max_size"])
        make_tokenizer(settings["tokenizer"], settings["lowercase"], settings["normalize"])
        sources = find_sources(corpus)
        started = time.perf_counter()
        inputs = self._text_digests(sources)
        if inputs is not None:
            bundle = self.workspace.fresh("corpus", corpus_module.KIND, settings, inputs)
            if bundle is not None:
                self.steps.append(Step("corpus", bundle, True, time.perf_counter() - started))
                return bundle
        bundle = self._read(sources, settings)
        self.steps.append(Step("corpus", bundle, False, time.perf_counter() - started))
        return bundle

    def _stored_corpus(self, settings: dict[str, Any]) -> Bundle:
        bundle = open_bundle(self.workspace.path / "corpus", corpus_module.KIND)
        changed = [key for key, value in settings.items() if bundle.settings.get(key) != value]
        if changed:
            raise SettingError(
                f"{', '.join(changed)} cannot change without reading the text again; give the text "
                f"in place of {self.workspace.path}, with -o {self.workspace.path}"
            )
        self.steps.append(Step("corpus", bundle, True, 0.0))
        return bundle

    def _text_digests(self, sources: list[Source]) -> dict[str, str] | None:
        """Return the digest of the text, None if that takes reading it for good."""
        if not is_bundle(self.workspace.path / "corpus") or any(s.path is None for s in sources):
            return None
        digests = []
        for source in sources:
            assert source.path is not None
            digests.append(self.workspace.known_sha256(source) or file_sha256(source.path))
        return _digest_of_text(digests)

    def _read(self, sources: list[Source], settings: dict[str, Any]) -> Bundle:
        tokenizer = make_tokenizer(
            settings["tokenizer"], settings["lowercase"], settings["normalize"]
        )
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
            facts = corpus_facts(encoder, vocabulary, sources, damage)
            inputs = _digest_of_text([source.sha256 for source in sources])
            sentences, documents = encoder.offsets()

            def fill_vocabulary(writer: BundleWriter) -> None:
                vocabulary.write(writer)
                writer.facts.update(facts)

            def fill_corpus(writer: BundleWriter) -> None:
                writer.array_chunks("ids", "<i4", encoder.n_tokens, encoder.final_ids())
                EncodedCorpus(vocabulary, sentences[:0], sentences, documents).write_offsets(writer)
                writer.facts.update(facts)
                writer.facts["n_sentences"] = len(sentences) - 1
                writer.facts["n_documents"] = len(documents) - 1

            self.workspace.make("vocabulary", "vocabulary", settings, inputs, fill_vocabulary)
            bundle = self.workspace.make(
                "corpus", corpus_module.KIND, settings, inputs, fill_corpus
            )
        self.workspace.remember(sources)
        missing = [word for word in settings["keep"] if vocabulary.find(word) is None]
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

    def counts(self, corpus: Bundle, settings: dict[str, Any]) -> Bundle:
        """Count co-occurrences; `settings` are keywords of `count_cooccurrences`."""
        settings = with_defaults(count_cooccurrences, settings)

        def fill(writer: BundleWriter) -> None:
            encoded = EncodedCorpus.from_bundle(corpus)
            counts = count_cooccurrences(
                encoded, **settings, threads=self.threads, progress=self.progress
            )
            counts.write(writer)

        return self._do(
            self._named("counts"), cooccurrence.KIND, settings, {"corpus": corpus.digest}, fill
        )

    def ppmi(self, counts: Bundle, settings: dict[str, Any]) -> Bundle:
        """Weigh counts; `settings` are keywords of `ppmi`."""
        settings = with_defaults(ppmi, settings)

        def fill(writer: BundleWriter) -> None:
            loaded = Cooccurrence.from_bundle(counts)
            vectors = ppmi(loaded, **settings, threads=self.threads, progress=self.progress)
            vectors.write(writer)

        return self._do(
            self._named("ppmi"), ppmi_module.KIND, settings, {"counts": counts.digest}, fill
        )

    def svd(self, weighted: Bundle, settings: dict[str, Any]) -> Bundle:
        """Factorise; `settings` are keywords of `svd_vectors`."""
        settings = with_defaults(svd_vectors, settings)

        def fill(writer: BundleWriter) -> None:
            sparse = WordVectors.from_bundle(weighted)
            vectors = svd_vectors(sparse, **settings, threads=self.threads, progress=self.progress)
            vectors.write(writer)

        return self._do(
            self._named("svd"), svd_module.KIND, settings, {weighted.kind: weighted.digest}, fill
        )


def with_defaults(function: Callable[..., Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of `function` with its own defaults for those not given."""
    result = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in _NOT_SETTINGS:
            value = settings.get(name, parameter.default)
            result[name] = list(value) if isinstance(value, tuple) else value
    unknown = set(settings) - set(result)
    if unknown:
        raise SettingError(f"{function.__name__} has no setting {', '.join(sorted(unknown))}")
    return result


def _digest_of_text(digests: list[str]) -> dict[str, str]:
    return {f"text {number}": digest for number, digest in enumerate(digests, 1)}


def workspace_path(corpus: list[str], output: str | Path | None) -> Path:
    """Return where the workspace of a corpus stands.

    `output` if given; the corpus itself if it is a workspace; else beside it, named after it.

    Raises
    ------
    WordvecError
        If it has to be named.
    """
    if output is not None:
        return Path(output)
    if len(corpus) != 1 or corpus[0] == STDIN or any(char in corpus[0] for char in "*?["):
        raise WordvecError("say where the workspace goes with -o, for instance -o my-corpus.wvt")
    only = Path(corpus[0])
    if is_workspace(only):
        return only
    if corpus[0] in NAMED_CORPORA and not only.exists():
        return Path(corpus[0] + SUFFIX)
    name = only.resolve().name
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    stem = name if only.is_dir() else Path(name).stem
    return only.with_name(stem + SUFFIX) if only.name else only.resolve().parent / (stem + SUFFIX)


def build_ppmi(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    text: dict[str, Any] | None = None,
    counting: dict[str, Any] | None = None,
    weighing: dict[str, Any] | None = None,
    factorising: dict[str, Any] | None = None,
    svd: bool = True,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Turn text into counts, PPMI and SVD vectors, in a workspace.

    Parameters
    ----------
    corpus : str or list of str
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default beside the corpus, with the suffix ``.wvt``.
    text, counting, weighing, factorising : dict, optional
        Keywords of `encode_corpus`, `count_cooccurrences`, `ppmi` and `svd_vectors`.
    svd : bool
        Whether to factorise.
    name : str
        Makes a second variant beside the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    Pipeline
        Its `steps` tell what was done.
    """
    corpus = [corpus] if isinstance(corpus, str) else list(corpus)
    if len(corpus) == 1 and is_workspace(corpus[0]):
        corpus = [str(Path(corpus[0]))]
    workspace = Workspace(workspace_path(corpus, output))
    pipeline = Pipeline(workspace, threads, progress, name)
    counting, weighing = counting or {}, weighing or {}
    if corpus != [str(workspace.path)]:
        find_sources(corpus)  # before a folder is made for nothing
    with workspace.lock():
        encoded = pipeline.corpus(corpus, text or {})
        counted = pipeline.counts(encoded, counting)
        weighted = pipeline.ppmi(counted, weighing)
        if svd:
            pipeline.svd(weighted, factorising or {})
    return pipeline


def build_svd(
    source: str | Path,
    *,
    factorising: dict[str, Any] | None = None,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Factorise the PPMI matrix of a workspace, or one of its bundles of sparse vectors.

    Parameters
    ----------
    source : path
        A workspace, or a bundle in one; the result stands beside it.
    """
    path = Path(source)
    if is_bundle(path):
        weighted_path = path
        workspace = Workspace(path.resolve().parent)
    else:
        weighted_path = path / "ppmi"
        workspace = Workspace(path)
    weighted = open_bundle(weighted_path)
    pipeline = Pipeline(workspace, threads, progress, name)
    with workspace.lock():
        pipeline.svd(weighted, factorising or {})
    return pipeline


def load(path: str | Path) -> WordVectors | Cooccurrence | EncodedCorpus | Vocabulary:
    """Open what a bundle holds; of a workspace, its SVD vectors, else its PPMI vectors.

    Parameters
    ----------
    path : path
        For instance ``corpus.wvt/svd``, ``corpus.wvt/counts`` or ``corpus.wvt``.

    Returns
    -------
    WordVectors, Cooccurrence, EncodedCorpus or Vocabulary
        By the bundle's kind.  Large arrays stay on the disk until they are used.

    Raises
    ------
    FormatError
        If it is no bundle, damaged, or of a newer version.
    """
    from .workspace import find_vectors

    bundle = open_bundle(find_vectors(path))
    if bundle.kind == corpus_module.KIND:
        return EncodedCorpus.from_bundle(bundle)
    if bundle.kind == cooccurrence.KIND:
        return Cooccurrence.from_bundle(bundle)
    if bundle.kind == "vocabulary":
        return Vocabulary.read(bundle)
    return WordVectors.from_bundle(bundle)
