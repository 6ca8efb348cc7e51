"""Read and write vector files of any format: the door to `formats` and to what needs gensim."""

from pathlib import Path
from typing import Any

from ..bundles.reading import is_bundle
from ..embeddings.vectors import WordVectors
from ..errors import SettingError, WordvecError
from ..formats.opening import Nonfinite, Reading
from ..formats.projector import read_projector
from ..formats.recognise import FORMATS, recognise
from ..formats.safetensors_files import read_safetensors
from ..formats.text_files import read_text_vectors
from ..formats.word2vec_binary import read_binary_vectors
from ..formats.writing import SUFFIXES, format_of_name, write_vector_file
from ..runtime.progress import ProgressLike, as_progress
from ..text.blocks import Errors
from ..text.files import unpacked_name
from ..text.vocabulary import Vocabulary
from .finding import check_replaceable, find_vectors

BUNDLE = "bundle"
BUNDLE_SUFFIX = ".wvt"


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
        One of ``word2vec`` (text with a header; fastText's .vec), ``glove`` (text without),
        ``word2vec-binary``, ``fasttext`` (its .bin, through gensim), ``safetensors``,
        ``projector``; recognised by content if None.
    errors : {"replace", "strict", "ignore"}
        What to do with words that are not UTF-8.
    nonfinite : {"refuse", "keep"}
        What to do with vectors that hold NaN or infinity.
    among : int, optional
        Read only the so many first words, the most frequent in most files.
    threads : int, optional
        All processors if None; any number gives the same result.

    Returns
    -------
    WordVectors
        float32, words in the order of the file, the first of those that stand twice.  Files hold
        no counts, most of them: counts of 0 say that they are not known.  Facts:
        ``n_duplicate_words``, ``n_invalid_words`` and ``n_empty_words`` (left out) where there are
        any.

    Raises
    ------
    FormatError
        If the file is none of these or damaged, with the place, what is there and what should be.
    """
    progress = as_progress(progress)
    if format is not None and format not in FORMATS:
        raise SettingError(f"the format is {format!r}; expected one of {', '.join(FORMATS)}")
    reading = Reading(errors, nonfinite, among, threads, progress)
    format = format or recognise(path)
    if format == "safetensors":
        return read_safetensors(path, reading)
    if format == "word2vec-binary":
        return read_binary_vectors(path, reading)
    if format == "projector":
        return read_projector(path, reading)
    if format == "fasttext":
        from ..neural.word_vectors.fasttext_files import read_fasttext_vectors

        return first_words(read_fasttext_vectors(path, nonfinite, progress), among)
    return read_text_vectors(path, reading, header=format == "word2vec")


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
        Replace what is there.

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
    progress = as_progress(progress)
    path = Path(path)
    format = format or _format_for(path)
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
    """Refuse to write over what is there, and to standard output, as wvt reads from - elsewhere."""
    if str(path) == "-":
        raise SettingError("vectors go to a file, not to standard output; name the file")
    empty = format == BUNDLE and path.is_dir() and not any(path.iterdir())
    if path.exists() and not overwrite and not empty:
        raise WordvecError(f"{path} exists; choose another name, or overwrite it with --force")
    if format == BUNDLE:
        check_replaceable(path)


def _format_for(path: Path) -> str:
    name = path.name
    packed = unpacked_name(name) != name
    found = format_of_name(path)
    if found is not None:
        return found
    if not packed and (path.suffix in ("", BUNDLE_SUFFIX) or is_bundle(path)):
        return BUNDLE
    raise SettingError(
        f"no format goes with the name {name}; expected one that ends in {', '.join(SUFFIXES)} "
        f"or {BUNDLE_SUFFIX} (a bundle), or name the format"
    )


def first_words(vectors: WordVectors, n: int | None) -> WordVectors:
    """Return the vectors of the first `n` words, all if None."""
    if n is None or n >= len(vectors):
        return vectors
    if n < 1:
        raise SettingError(f"among is {n}; it must be at least 1")
    words = vectors.vocabulary
    matrix: Any = vectors.matrix
    settings = {**vectors.settings, "among": n}
    return WordVectors(
        Vocabulary(words.words[:n], words.counts[:n]), matrix[:n], settings, vectors.facts
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
    _check_target(target, format or _format_for(target), overwrite)  # before the long reading
    if found.is_file():
        vectors = read_vectors(found, from_format, errors, nonfinite, among, threads, progress)
    else:
        vectors = first_words(WordVectors.load(found), among)
    written = write_vectors(vectors, target, format, precision, dense, overwrite, threads, progress)
    return vectors, written
