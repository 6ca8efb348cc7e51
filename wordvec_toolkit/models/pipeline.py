"""The steps of the pipeline, each reused from the workspace where nothing has changed.

Text -> corpus (with its vocabulary) -> counts -> PPMI -> SVD.  A step's settings and the digests
of its inputs are in its manifest; a step is done again only if one of them differs.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..bundles.reading import Bundle, file_sha256, open_bundle
from ..bundles.recognising import is_bundle
from ..bundles.writing import BundleWriter
from ..counts import cooccurrence
from ..counts.cooccurrence import Cooccurrence
from ..counts.counting import count_cooccurrences
from ..counts.settings import CountingSettings
from ..counts.sizes import check_counting
from ..counts.tasks import count_on_engine
from ..embeddings import ppmi as ppmi_module
from ..embeddings import svd as svd_module
from ..embeddings.settings import NOT_SQUARE, FactorisingSettings, WeighingSettings
from ..embeddings.svd import svd_vectors
from ..embeddings.tasks import engine_for, weigh_on_engine
from ..embeddings.vectors import WordVectors
from ..embeddings.weighing import weigh_counts
from ..engine.choosing import current_engine
from ..errors import FormatError, NewerVersionError, SettingError
from ..runtime.memory import check_disk
from ..runtime.parallel import n_threads
from ..runtime.progress import SILENT, Progress
from ..runtime.rows import html_table
from ..runtime.settings import Settings
from ..runtime.sizes import size
from ..text import corpus as corpus_module
from ..text.blocks import recognise_format
from ..text.corpus import EncodedCorpus
from ..text.files import Source, find_sources, unpacked_name
from ..text.numbering import Encoder, choose_checked, corpus_facts, read_into, reserved_note
from ..text.settings import TextSettings
from ..text.tokenizers import Tokenizer, check_importable, make_tokenizer
from ..workspace.folder import Workspace

#: Bytes of disk for a byte of text, at least: a token has 4 while it waits and 4 in the bundle, and
#: is seldom longer than 10 bytes.
_DISK_A_BYTE = 0.8


@dataclass(frozen=True)
class Step:
    """One bundle that a command made or found."""

    name: str
    bundle: Bundle
    reused: bool
    seconds: float


class BuiltWorkspace(Workspace):
    """A workspace, and what has just been done in it.

    Attributes
    ----------
    steps : list of Step
        In the order in which they were done.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.steps: list[Step] = []

    def __repr__(self) -> str:
        done = (
            f"{step.name} {'reused' if step.reused else f'{step.seconds:.1f} s'}"
            for step in self.steps
        )
        return f"Workspace({str(self.path)!r}: {', '.join(done)})"

    def _repr_html_(self) -> str:
        rows = [
            (step.name, step.bundle.kind, "reused" if step.reused else f"{step.seconds:.1f} s")
            for step in self.steps
        ]
        return html_table(("bundle", "kind", "time"), rows)

    def left_stale(self) -> list[str]:
        """Return the bundles that were made from one that these steps have made again."""
        renewed = {step.name for step in self.steps if not step.reused}
        return [name for name in self.names() if self.hangs_on(name, renewed)]


@dataclass
class Pipeline:
    """Makes the bundles of one workspace, under its lock.

    Attributes
    ----------
    workspace : BuiltWorkspace
    threads : int or None
    progress : Progress
    name : str
        A variant's name; its bundles are called ``counts-NAME`` and so on.
    """

    workspace: BuiltWorkspace
    threads: int | None = None
    progress: Progress = SILENT
    name: str = ""

    def step(
        self,
        name: str,
        kind: str,
        settings: dict[str, object],
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
        self.workspace.steps.append(Step(name, bundle, reused, time.perf_counter() - started))

    def named(self, step: str) -> str:
        """Return the name of a step's bundle in this variant."""
        return f"{step}-{self.name}" if self.name else step

    def corpus(
        self, corpus: list[str], given: Mapping[str, object], reading: type[TextSettings]
    ) -> Bundle:
        """Read text into the bundle corpus: the vocabulary and the encoded text.

        Parameters
        ----------
        corpus : list of str
            See `find_sources`; or this very workspace, whose text is then taken as it is.
        given : dict
            Keywords, those of `reading` among them; what is missing takes its default there.
        """
        started = time.perf_counter()
        chosen = reading.among(given)
        tokenizer = make_tokenizer(chosen.tokenizer, chosen.lowercase, chosen.normalize)
        check_importable(tokenizer)
        settings = {
            **chosen.as_dict(),
            "tokenizer": tokenizer.name,
            "lowercase": tokenizer.lowercase,
            "keep": sorted(set(chosen.keep)),
        }
        if self.workspace.is_same(corpus):
            bundle = self._stored_corpus(
                {
                    name: value
                    for name, value in settings.items()
                    if given.get(name) not in (None, (), [])
                }
            )
            self._note("corpus", bundle, True, started)
            return bundle
        sources = find_sources(corpus)
        stored: Bundle | None = None
        known = is_bundle(self.workspace.path / "corpus")
        if known and not any(source.is_stream for source in sources):
            for source in sources:
                source.sha256 = self.workspace.sha256(source)
                source.format = recognise_format(source, chosen, chosen.layout)
            inputs = text_inputs(sources, tokenizer, chosen)
            stored = self.workspace.fresh("corpus", corpus_module.KIND, settings, inputs)
        bundle = stored or self._read(sources, tokenizer, chosen, settings)
        self.workspace.remember(sources)
        self._note("corpus", bundle, stored is not None, started)
        return bundle

    def _stored_corpus(self, given: dict[str, object]) -> Bundle:
        bundle = open_bundle(self.workspace.path / "corpus", corpus_module.KIND)
        changed = [key for key, value in given.items() if bundle.settings.get(key) != value]
        if changed:
            raise SettingError(
                f"{', '.join(changed)} cannot change without reading the text again; give the text "
                f"in place of {self.workspace.path}, with -o {self.workspace.path}"
            )
        return bundle

    def _read(
        self,
        sources: list[Source],
        tokenizer: Tokenizer,
        chosen: TextSettings,
        settings: dict[str, object],
    ) -> Bundle:
        label = ", ".join(source.name for source in sources[:3])
        label += f" and {len(sources) - 3} more" if len(sources) > 3 else ""
        n_bytes = sum(source.size or 0 for source in sources)
        check_disk(
            _DISK_A_BYTE * n_bytes,
            f"reading {size(n_bytes)} of text",
            "free some room",
            self.workspace.path,
        )
        with (
            tempfile.TemporaryFile(dir=self.workspace.path) as spool,
            Encoder(tokenizer, chosen.layout, spool, n_threads(self.threads)) as encoder,
        ):
            damage = read_into(encoder, sources, chosen, self.progress)
            vocabulary = choose_checked(encoder, chosen, label)
            sentences, documents = encoder.offsets()

            def fill(writer: BundleWriter) -> None:
                vocabulary.write(writer)
                writer.array_chunks("ids", "<i4", encoder.n_tokens, encoder.final_ids())
                writer.array("sentences", sentences)
                writer.array("documents", documents)
                if names := encoder.document_names():
                    writer.text(corpus_module.NAMES, names)
                writer.facts.update(corpus_facts(encoder, vocabulary, sources, damage))
                writer.facts["n_sentences"] = len(sentences) - 1
                writer.facts["n_documents"] = len(documents) - 1

            inputs = text_inputs(sources, tokenizer, chosen)
            self._warn_of_other_text(sources)
            bundle = self.workspace.make("corpus", corpus_module.KIND, settings, inputs, fill)
        missing = [
            word
            for word in sorted(set(chosen.keep))
            if tokenizer.normalized(word) not in vocabulary
        ]
        if missing:
            self.progress.note(
                f"{len(missing)} of the words to keep do not occur: {', '.join(missing[:5])}"
            )
        for message in reserved_note(bundle.facts):
            self.progress.note(message)
        if damage.n_invalid or damage.n_nul:
            self.progress.note(
                f"{damage.n_invalid:,} byte sequences were not UTF-8 and {damage.n_nul:,} bytes "
                f"were NUL ({chosen.errors}), in {', '.join(sorted(damage.files)[:3])}"
                + (f"; {damage.advice}" if damage.advice else "")
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

    def counts(
        self,
        corpus: Bundle,
        chosen: CountingSettings,
        square: str = "",
        following: Callable[[tuple[int, int], int], None] | None = None,
        later: float = 0.0,
    ) -> Bundle:
        """Count co-occurrences; refuse counts that are not `square` on behalf of what needs it.

        Of `following` and `later` see `check_counting`.
        """
        n_words = corpus.facts["n_words"]
        chosen = chosen.for_vocabulary(n_words)
        if square and (chosen.direction == "split" or chosen.n_contexts(n_words) < n_words):
            raise SettingError(NOT_SQUARE.format(square))

        def count() -> Cooccurrence:
            text = EncodedCorpus.from_bundle(corpus)
            check_counting(text, chosen, self.threads, following, later)
            if (engine := current_engine()) is not None:
                return count_on_engine(engine, corpus, chosen, self.progress)
            return count_cooccurrences(
                text, threads=self.threads, progress=self.progress, **chosen.keywords()
            )

        return self.made("counts", cooccurrence.KIND, chosen, corpus, count)

    def ppmi(self, counts: Bundle, chosen: WeighingSettings) -> Bundle:
        """Weigh counts."""

        def weigh() -> WordVectors:
            found = Cooccurrence.from_bundle(counts)
            engine = engine_for(found.n_cells, n_threads(self.threads))
            if engine is not None and chosen.measure in ("ppmi", "pmi"):
                return weigh_on_engine(engine, counts, found, chosen, self.progress)
            return weigh_counts(
                found, threads=self.threads, progress=self.progress, **chosen.keywords()
            )

        return self.made("ppmi", ppmi_module.KIND, chosen, counts, weigh)

    def svd(self, weighted: Bundle, chosen: FactorisingSettings) -> Bundle:
        """Factorise."""
        factorise = partial(svd_vectors, threads=self.threads, progress=self.progress)
        return self.made(
            "svd",
            svd_module.KIND,
            chosen,
            weighted,
            lambda: factorise(WordVectors.from_bundle(weighted), **chosen.keywords()),
        )

    def made(
        self,
        name: str,
        kind: str,
        chosen: Settings,
        source: Bundle,
        make: Callable[[], Cooccurrence | WordVectors],
    ) -> Bundle:
        """Reuse or make a bundle that depends on one other."""
        inputs = {source.path.name: source.digest}
        return self.step(
            self.named(name), kind, chosen.as_dict(), inputs, lambda writer: make().write(writer)
        )


def text_inputs(
    sources: list[Source], tokenizer: Tokenizer, chosen: TextSettings, first: int = 1
) -> dict[str, str]:
    """Return what a corpus is made from: texts, how they are read, a tokenizer of the user's."""
    inputs = {
        f"{_format_of(source, chosen)} {number}": source.sha256
        for number, source in enumerate(sources, first)
    }
    code = tokenizer.source_file()
    if code is not None:
        inputs["tokenizer"] = file_sha256(code)
    return inputs


def _format_of(source: Source, chosen: TextSettings) -> str:
    """Return the format of a text; where the user named a field, the manifest says so by that."""
    named = unpacked_name(source.name).endswith((".jsonl", ".ndjson"))
    is_known = chosen.jsonl_field is not None and source.format == "JSON lines"
    return "text" if is_known and not named else source.format
