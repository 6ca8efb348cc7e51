"""Add text to a workspace, and remove documents from it, without counting the rest again."""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..bundles.reading import Bundle, open_bundle
from ..bundles.recognising import is_bundle
from ..bundles.writing import BundleWriter
from ..counts import cooccurrence
from ..counts.changing import can_change, write_changed
from ..counts.cooccurrence import Cooccurrence
from ..counts.settings import CountingSettings, GloveCounting
from ..embeddings import ppmi as ppmi_module
from ..embeddings.settings import WeighingSettings
from ..errors import SettingError, WordvecError, expect_path
from ..runtime.memory import within_memory
from ..runtime.parallel import n_threads
from ..runtime.progress import ProgressLike, as_progress
from ..text import changing
from ..text import corpus as corpus_module
from ..text.blocks import Damage
from ..text.changing import ChangedCorpus, RareWords, change_corpus, find_documents, rare_words
from ..text.corpus import EncodedCorpus
from ..text.files import Source, find_sources
from ..text.numbering import Encoder, read_into
from ..text.settings import TextSettings
from ..text.tokenizers import Tokenizer, make_tokenizer
from ..workspace.folder import is_workspace
from .pipeline import BuiltWorkspace, Pipeline, Step, text_inputs

RARE = "rare-words"


def update_workspace(
    workspace: str | Path,
    add: Sequence[str | Path] = (),
    remove: Iterable[str] = (),
    *,
    sources: Sequence[str | Path] = (),
    threads: int | None = None,
    progress: ProgressLike = None,
) -> BuiltWorkspace:
    """Add text to a workspace and remove documents from it.

    Vocabulary, counts and PPMI become what a build from the changed text gives, to the last bit.
    What stays is renumbered, not counted.  Counts with
    subsampling depend on every token, and are counted again.  All bundles change, or none.

    Parameters
    ----------
    workspace : path
    add : sequence of paths
        Files, folders and globs, read with the settings of the workspace.
    remove : iterable of str
        Documents: names, where the text has them, numbers from 1, or ranges of them (``3-7``).
    sources : sequence of paths
        The text that the workspace was made from.  The first update reads it once more, for the
        words outside the vocabulary; default: the files as they are noted in the workspace.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    Workspace
        Its `steps` tell what was done.

    Raises
    ------
    WordvecError
        If a document does not exist, a text is part of the workspace already, or the text that it
        was made from has changed.
    """
    expect_path("workspace", workspace)
    progress = as_progress(progress)
    remove = list(remove)
    if not add and not remove:
        raise SettingError("nothing to change; give text to add (--add) or documents (--remove)")
    if not is_workspace(workspace):
        raise WordvecError(f"{workspace} is no workspace; expected one that wvt build-ppmi made")
    built = BuiltWorkspace(workspace)
    with built.lock(), within_memory(None, built.path), built.staged() as place:
        bundle = open_bundle(built.path / "corpus", corpus_module.KIND)
        staging = Pipeline(BuiltWorkspace(place), threads, progress)
        change = _change_text(built, staging, bundle, add, remove, sources)
        new = staging.workspace.steps[0].bundle
        text = EncodedCorpus.from_bundle(new)
        for name in built.names():
            _change_counts(built, staging, name, bundle, new, change, text)
        done = staging.workspace.steps
    built.steps = [
        Step(step.name, open_bundle(built.path / step.name), False, step.seconds) for step in done
    ]
    return built


def _change_text(
    built: BuiltWorkspace,
    staging: Pipeline,
    bundle: Bundle,
    add: Sequence[str | Path],
    remove: Iterable[str],
    given: Sequence[str | Path],
) -> ChangedCorpus:
    """Write the bundles of the changed text, and return what has changed."""
    progress = staging.progress
    settings = bundle.settings
    chosen = TextSettings.among({**settings, "keep": tuple(settings.get("keep", ()))})
    tokenizer = make_tokenizer(chosen.tokenizer, chosen.lowercase, chosen.normalize)
    corpus = EncodedCorpus.from_bundle(bundle)
    added = find_sources([str(item) for item in add]) if add else []
    with ExitStack() as stack:
        rare = _rare_words(built, bundle, corpus, chosen, tokenizer, given, staging)
        removed = find_documents(remove, corpus.names, corpus.n_documents)
        encoder, damage = None, Damage()
        if added:
            encoder = _encoder(stack, built, tokenizer, chosen, staging)
            damage = read_into(encoder, added, chosen, progress)
            _refuse_known(bundle, added)
        progress.start("changing the text", None, "")
        keep = [tokenizer.normalized(word) for word in chosen.keep]
        change = change_corpus(corpus, rare, encoder, removed, chosen, keep)
        inputs = dict(bundle.manifest["inputs"])
        n_before = sum(1 for name in inputs if name[-1].isdecimal())
        inputs.update(text_inputs(added, tokenizer, chosen, n_before + 1))
        if removed.any():
            text = hashlib.sha256(str(inputs.get("removed", "")).encode())
            text.update(np.flatnonzero(removed).astype("<i8").tobytes())
            inputs["removed"] = text.hexdigest()
        facts = _facts(bundle, change, added, damage)

        def fill(writer: BundleWriter) -> None:
            change.write(writer)
            writer.facts.update(facts)

        made = staging.step("corpus", corpus_module.KIND, settings, inputs, fill)
        progress.finish(f"{facts['n_tokens']:,} tokens")
        of_rare = {"corpus": made.digest}
        staging.step(RARE, changing.KIND, {}, of_rare, change.rare.write)
    return change


def _encoder(
    stack: ExitStack,
    built: BuiltWorkspace,
    tokenizer: Tokenizer,
    chosen: TextSettings,
    pipeline: Pipeline,
) -> Encoder:
    spool = stack.enter_context(tempfile.TemporaryFile(dir=built.path))
    threads = n_threads(pipeline.threads)
    return stack.enter_context(Encoder(tokenizer, chosen.layout, spool, threads))


def _rare_words(
    built: BuiltWorkspace,
    bundle: Bundle,
    corpus: EncodedCorpus,
    chosen: TextSettings,
    tokenizer: Tokenizer,
    given: Sequence[str | Path],
    pipeline: Pipeline,
) -> RareWords:
    """Return the words outside the vocabulary, from their bundle or from the text."""
    stored = built.fresh(RARE, changing.KIND, {}, {"corpus": bundle.digest})
    if stored is not None:
        return RareWords.from_bundle(stored)
    noted = [str(item) for item in given] or built.remembered()
    why = "to update a workspace for the first time, wvt reads its text once more"
    if not noted:
        raise WordvecError(f"{why}; say where it is (sources, --text)")
    missing = [item for item in noted if not given and not Path(item).exists()]
    if missing:
        raise WordvecError(f"{missing[0]} is not there any more; {why}: give it with --text")
    sources = find_sources(noted)
    with ExitStack() as stack:
        encoder = _encoder(stack, built, tokenizer, chosen, pipeline)
        read_into(encoder, sources, chosen, pipeline.progress)
        inputs = text_inputs(sources, tokenizer, chosen)
        if inputs != bundle.manifest["inputs"]:
            raise WordvecError(
                f"{', '.join(source.name for source in sources[:3])} is not the text that "
                f"{built.path} was made from; {why}: give it as it was (sources, --text)"
            )
        return rare_words(corpus, encoder)


def _refuse_known(bundle: Bundle, added: Sequence[Source]) -> None:
    known = bundle.facts.get("sources", [])
    digests = {one.get("sha256") for one in known if isinstance(one, dict)}
    for source in added:
        if source.sha256 in digests:
            raise WordvecError(f"{source.name} is part of the text of {bundle.path.parent} already")


def _facts(
    bundle: Bundle, change: ChangedCorpus, added: Sequence[Source], damage: Damage
) -> dict[str, object]:
    """Return the facts of the changed text, as `corpus_facts` has them."""
    found, before = change.facts, bundle.facts
    n_reserved = found["n_reserved_tokens"]
    facts: dict[str, object] = {
        "n_tokens": int(change.documents[-1]),
        "n_types": found["n_types"],
        "n_once": found["n_once"],
        "n_words": len(change.vocabulary) - change.vocabulary.n_specials,
        "n_oov_tokens": len(change.rare.ids),
        "n_invalid_sequences": before["n_invalid_sequences"] + damage.n_invalid,
        "n_nul_bytes": before["n_nul_bytes"] + damage.n_nul,
        "sources": [*before["sources"], *(source.facts() for source in added)],
        **({"n_reserved_tokens": n_reserved} if n_reserved else {}),
        "n_sentences": len(change.sentences) - 1,
        "n_documents": len(change.documents) - 1,
    }
    n_removed = before.get("n_removed_documents", 0) + int(change.removed.sum())
    return {**facts, **({"n_removed_documents": n_removed} if n_removed else {})}


def _change_counts(
    built: BuiltWorkspace,
    staging: Pipeline,
    name: str,
    before: Bundle,
    after: Bundle,
    change: ChangedCorpus,
    text: EncodedCorpus,
) -> None:
    """Change the counts of the text, and the weights computed from them."""
    kind, _, variant = name.partition("-")
    if kind != "counts" or built.is_stale(name):
        return
    bundle = open_bundle(built.path / name)
    if bundle.kind != cooccurrence.KIND or bundle.manifest["inputs"] != {"corpus": before.digest}:
        return
    declared = GloveCounting if variant.startswith("glove") else CountingSettings
    chosen = declared.from_dict(bundle.settings)
    counts = Cooccurrence.from_bundle(bundle)
    if "max_contexts" not in bundle.settings and counts.n_contexts > chosen.n_contexts(
        len(counts.vocabulary)
    ):
        chosen = replace(chosen, max_contexts=None)
    staging.name = variant
    if can_change(chosen):
        resolved = chosen.for_vocabulary(after.facts["n_words"])
        staging.progress.start("changing counts", None, "")
        counted = staging.step(
            staging.named("counts"),
            cooccurrence.KIND,
            resolved.as_dict(),
            {after.path.name: after.digest},
            lambda writer: write_changed(writer, counts, change, text, resolved, staging.threads),
        )
        staging.progress.finish(f"{counted.facts['n_cells']:,} cells")
    else:
        counted = staging.counts(after, chosen)
    weighed = "-".join(filter(None, ("ppmi", variant)))
    if is_bundle(built.path / weighed) and not built.is_stale(weighed):
        own = open_bundle(built.path / weighed)
        if own.kind == ppmi_module.KIND and own.manifest["inputs"] == {name: bundle.digest}:
            staging.ppmi(counted, WeighingSettings.from_dict(own.settings))
