"""Read and write vector files of any format, and bundles."""

from collections.abc import Mapping
from pathlib import Path

from ..bundles.recognising import is_bundle
from ..embeddings.vectors import WordVectors
from ..errors import SettingError, WordvecError, expect
from ..formats.catalogue import FORMATS, recognise, suffixes
from ..formats.collecting import first_words
from ..formats.opening import Nonfinite, Reading
from ..formats.writing import write_vector_file
from ..runtime.arguments import checks_types
from ..runtime.progress import ProgressLike, as_progress
from ..text.blocks import Errors
from ..text.files import unpacked_name
from ..workspace.folder import SUFFIX
from .finding import check_replaceable, find_vectors

BUNDLE = "bundle"


@checks_types
def read_vectors(
    path: str | Path,
    format: str | None = None,
    errors: Errors = "replace",
    nonfinite: Nonfinite = "refuse",
    among: int | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> WordVectors:
    """Read a file of word vectors.

    Parameters
    ----------
    path : path
        Plain or compressed (.gz, .bz2, .xz, .zst), known by content, not by name.
    format : str, optional
        A name in `FORMATS`: ``word2vec`` (text with a header; fastText's .vec), ``glove`` (text
        without), ``word2vec-binary``, ``fasttext`` (its .bin, through gensim), ``safetensors``,
        ``projector``, or one that a plugin adds; recognised by content if None.
    errors : {"replace", "strict", "ignore"}
        What to do with words that are not UTF-8.
    nonfinite : {"refuse", "keep"}
        What to do with vectors that hold NaN or infinity.
    among : int, optional
        Read only this number of words from the start, the most frequent in most files.
    threads : int, optional
        All processors if None; any number gives the same result.

    Returns
    -------
    WordVectors
        float32, words in the order of the file, the first of duplicates.  Files hold
        no counts, most of them: counts of 0 say that they are not known.  Facts:
        ``n_duplicate_words``, ``n_invalid_words`` and ``n_empty_words`` (skipped) where there are
        any.

    Raises
    ------
    FormatError
        If the file is none of these or damaged; the message names the place.
    """
    progress = as_progress(progress)
    if format is not None and format not in FORMATS:
        raise SettingError(f"the format is {format!r}; expected one of {', '.join(FORMATS)}")
    reading = Reading(errors, nonfinite, among, threads, progress)
    return FORMATS[format or recognise(path)].read(Path(path), reading)


@checks_types
def write_vectors(
    vectors: WordVectors,
    path: str | Path,
    format: str | None = None,
    precision: int | None = None,
    dense: bool = False,
    overwrite: bool = False,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> list[Path]:
    """Write word vectors as a file or as a bundle; it takes its place only when it is whole.

    Parameters
    ----------
    format : str, optional
        ``bundle`` or a format that `read_vectors` knows, but ``fasttext``.  If None by the name:
        .wvt or no suffix bundle, .txt glove, .vec and .w2v word2vec, .bin word2vec-binary,
        .safetensors, .tsv projector; with .gz, .bz2, .xz or .zst after it compressed.
    precision : int, optional
        Significant digits in text; None: as many as it takes to read the same bits again.
    dense : bool
        Write large sparse vectors out with all their zeros.
    overwrite : bool
        Replace an existing file.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    SettingError
        If the format is unknown or does not suit the vectors.
    WordvecError
        If something is there already, a word does not go into the format, or the disk is full.
    """
    expect("vectors", vectors, WordVectors)
    progress = as_progress(progress)
    path = Path(path)
    format = format or format_for(path, suffixes())
    if format != BUNDLE:
        return write_vector_file(
            vectors, path, format, precision, dense, overwrite, threads, progress
        )
    if precision is not None:
        raise SettingError("precision is for text; a bundle holds float32 as it is")
    _check_target(path, format, overwrite)
    vectors.save(path)
    return [path]


def _check_target(path: Path, format: str, overwrite: bool) -> None:
    check_target(path, format, overwrite, "vectors")
    if format == BUNDLE:
        check_replaceable(path)


def check_target(path: Path, format: str, overwrite: bool, content: str) -> None:
    """Refuse to write over what exists, and to standard output, as wvt reads from - elsewhere."""
    if str(path) == "-":
        raise SettingError(f"{content} go to a file, not to standard output; name the file")
    empty = format == BUNDLE and path.is_dir() and not any(path.iterdir())
    if path.exists() and not overwrite and not empty:
        raise WordvecError(
            f"{path} exists; choose another name, or overwrite it (overwrite=True, --force)"
        )


def format_for(path: Path, known: Mapping[str, str], purpose: str = "") -> str:
    """Return the format that goes with the name of a file to write.

    Parameters
    ----------
    known : mapping
        The format of each suffix; a name without one, or with that of workspaces, is a bundle's.
    purpose : str
        What the format is for, as an error says it.
    """
    name = unpacked_name(path.name)
    found = known.get(Path(name).suffix.lower())
    if found is not None:
        return found
    if name == path.name and (path.suffix in ("", SUFFIX) or is_bundle(path)):
        return BUNDLE
    raise SettingError(
        f"no format {purpose}goes with the name {path.name}; expected one that ends in "
        f"{', '.join(known)} or {SUFFIX} (a bundle), or name the format"
    )


def convert_vectors(
    source: str | Path,
    target: str | Path,
    format: str | None = None,
    from_format: str | None = None,
    *,
    among: int | None = None,
    precision: int | None = None,
    dense: bool = False,
    errors: Errors = "replace",
    nonfinite: Nonfinite = "refuse",
    overwrite: bool = False,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> tuple[WordVectors, list[Path]]:
    """Read `source`, a workspace, a bundle or a file, and write `target`.

    See `read_vectors` and `write_vectors` for the settings.

    Returns
    -------
    vectors, written
        What was written, and where.
    """
    progress = as_progress(progress)
    found = find_vectors(source)
    target = Path(target)
    # Before the long reading.
    _check_target(target, format or format_for(target, suffixes()), overwrite)
    if found.is_file():
        vectors = read_vectors(found, from_format, errors, nonfinite, among, threads, progress)
    else:
        vectors = first_words(WordVectors.load(found), among)
    written = write_vectors(vectors, target, format, precision, dense, overwrite, threads, progress)
    return vectors, written
