"""Save what was made from finished vectors, with the digests of what it was made from."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from ..bundles.reading import file_sha256, open_bundle
from ..bundles.recognising import is_bundle
from ..bundles.writing import new_bundle
from ..embeddings.vectors import WordVectors
from ..errors import SettingError
from ..formats.catalogue import suffixes
from ..text.files import unpacked_name
from ..text.tokenizers import Tokenizer, make_tokenizer, noted_tokenizer
from ..workspace.folder import Workspace, is_workspace
from .finding import check_replaceable, find_vectors
from .kinds.vectors import DERIVED
from .vector_files import check_target, format_for, write_vectors


def save_derived(vectors: WordVectors, output: str | Path, models: Sequence[str | Path]) -> None:
    """Write a bundle of vectors, alone or in a workspace, whose manifest says what it came from.

    Parameters
    ----------
    output : path
        A name that ends as those of vector files do (``x.vec``) makes such a file, as
        `write_vectors` does; any other a bundle, for instance ``corpus.wvt/centred``, which
        ``wvt info`` then calls stale when the vectors it was made from have changed.
    models : sequence of paths
        What it was made from, as `wordvec_toolkit.models.loading.load_vectors` was given it.

    Raises
    ------
    SettingError
        If something else is at `output`.
    """
    target = Path(output)
    check_output(target, models)
    if _is_file_name(target):
        write_vectors(vectors, target)
        return
    inputs = {}
    for number, model in enumerate(models, 1):
        path, digest = _origin(Path(model))
        beside = path.resolve().parent == target.resolve().parent
        # A path of this machine would mean nothing elsewhere.
        inputs[path.name if beside else f"vectors {number}"] = digest
    in_workspace = is_workspace(target.parent)
    with (
        Workspace(target.parent).lock() if in_workspace else nullcontext(),
        new_bundle(target, DERIVED.kind, vectors.settings, inputs) as writer,
    ):
        vectors.write(writer)


def check_output(output: str | Path, models: Sequence[str | Path]) -> None:
    """Refuse a place for derived vectors where something else is; call it before the work.

    Raises
    ------
    SettingError
        If it is a workspace, one of the models, or a bundle of another kind.
    WordvecError
        If it is a file that exists.
    """
    target = Path(output)
    if _is_file_name(target):
        check_target(target, format_for(target, suffixes()), False, "vectors")
    if is_workspace(target):
        raise SettingError(f"{target} is a workspace; name a bundle in it, such as {target}/new")
    if not is_bundle(target):
        return
    for model in models:
        if _origin(Path(model))[0].resolve() == target.resolve():
            raise SettingError(
                f"{target} is what the vectors are made from; choose another place (output, -o)"
            )
    check_replaceable(target)


def _is_file_name(target: Path) -> bool:
    """Return whether a name is that of a vector file, and no bundle has it."""
    suffix = Path(unpacked_name(target.name)).suffix.lower()
    return suffix in suffixes() and not is_bundle(target)


def _origin(model: Path) -> tuple[Path, str]:
    """Return the bundle or file that a model means, and its digest."""
    if model.is_file():
        return model, file_sha256(model)
    bundle = open_bundle(find_vectors(model))
    return bundle.path, bundle.digest


def tokenizer_of(model: str | Path, name: str | None = None) -> Tokenizer:
    """Return the tokenizer for text that is to be looked up in a model.

    Parameters
    ----------
    model : path
        Of vectors in a workspace: the tokenizer of the workspace's text.
    name : str, optional
        A tokenizer to use instead; for vectors outside a workspace the default is ``words``, in the
        case in which the text is written (lookups try the lower-case form, too).
    """
    path = Path(model)
    if not path.is_file():
        path = find_vectors(path)
    corpus = path.parent / "corpus"
    if not is_bundle(corpus):
        return make_tokenizer(name or "words", lowercase=False)
    settings = open_bundle(corpus, "corpus").settings
    return noted_tokenizer(settings, str(path.parent), name, lowercase=False)
