"""Convert n-gram models between bundles and ARPA files."""

from pathlib import Path

from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import FormatError, SettingError
from ..lm.arpa.file import is_arpa
from ..lm.arpa.reading import read_arpa
from ..lm.arpa.writing import write_arpa
from ..lm.ngram.model import KIND, NgramModel
from ..runtime.progress import ProgressLike, as_progress
from ..text.files import unpacked_name
from ..workspace.folder import is_workspace
from .vector_files import BUNDLE, check_target, format_for

ARPA = "arpa"
_SUFFIXES = {".arpa": ARPA, ".lm": ARPA}
_STEP = "ngram"  # of a workspace


def holds_model(
    source: str | Path,
    target: str | Path,
    format: str | None = None,
    from_format: str | None = None,
) -> bool:
    """Return whether to convert from `source` to `target` is to convert a model, not vectors."""
    source = Path(source)
    if ARPA in (format, from_format) or (format is None and _is_arpa_name(Path(target))):
        return True
    if from_format is not None:
        return False
    if source.is_file():
        return is_arpa(source)
    return is_bundle(source) and open_bundle(source).kind == KIND


def convert_model(
    source: str | Path,
    target: str | Path,
    format: str | None = None,
    *,
    lenient: bool = False,
    overwrite: bool = False,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> tuple[NgramModel, Path]:
    """Read an n-gram model, a bundle, a workspace's or an ARPA file, and write it as another.

    Parameters
    ----------
    format : {"arpa", "bundle"}, optional
        If None by the name: .arpa and .lm an ARPA file, with .gz, .bz2, .xz or .zst after it
        compressed; .wvt or no suffix a bundle.
    lenient : bool
        Repair slips of ARPA files, see `read_arpa`.
    overwrite : bool
        Replace an existing file.

    Returns
    -------
    model, written
        What was written, and where.

    Raises
    ------
    FormatError
        If there is no such model, or it is damaged.
    SettingError
        If the format is unknown, or a bundle that another command made is there.
    WordvecError
        If something is there already, or the model does not go into the format.
    """
    progress = as_progress(progress)
    source, target = Path(source), Path(target)
    format = format or format_for(target, _SUFFIXES, "for language models ")
    if format not in (ARPA, BUNDLE):
        raise SettingError(f"a language model becomes an ARPA file or a bundle, not {format}")
    _check_target(target, format, overwrite)  # before the long reading
    if is_workspace(source):
        source = source / _STEP
    model = _load(source) if source.is_dir() else read_arpa(source, threads, progress, lenient)
    if format == ARPA:
        write_arpa(model, target, overwrite, threads, progress)
    else:
        progress.start("writing", None, "")
        model.save(target)
        progress.finish("")
    return model, target


def _load(source: Path) -> NgramModel:
    bundle = open_bundle(source)
    if bundle.kind == KIND:
        return NgramModel.from_bundle(bundle)
    beside = source.parent / _STEP
    raise FormatError(
        source,
        f"a bundle of {bundle.kind}",
        "one of n-grams, which an ARPA file can hold",
        advice=f"try {beside}" if is_bundle(beside) else "",
    )


def _is_arpa_name(path: Path) -> bool:
    return Path(unpacked_name(path.name)).suffix.lower() in _SUFFIXES


def _check_target(path: Path, format: str, overwrite: bool) -> None:
    check_target(path, format, overwrite, "models")
    if format == ARPA or not is_bundle(path):
        return
    try:
        there = open_bundle(path)
    except FormatError:
        return  # damaged: `new_bundle` decides
    if there.kind != KIND or there.settings.get("format") != ARPA:
        raise SettingError(
            f"{path} is a bundle of {there.kind}, which another command has made; choose another "
            "place"
        )
