"""The builder of a thesaurus, and what finds one."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..bundles.reading import Bundle, file_sha256, open_bundle
from ..bundles.recognising import is_bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError, SettingError, WordvecError, expect_path
from ..lexicon.database_files import TAGGED, read_files
from ..lexicon.information import corpus_counts, read_information, tagged_counts, with_information
from ..lexicon.making import make_thesaurus
from ..lexicon.measures import MEASURES, ThesaurusMeasure
from ..lexicon.relations import read_word_groups
from ..lexicon.settings import DatabaseSettings, InformationSettings
from ..lexicon.thesaurus import KIND, PARTS, Thesaurus
from ..lexicon.wndb import read_layer, read_wndb
from ..registry.store import cache_folder, fetched_path
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import Corpus
from ..text.settings import TextSettings
from ..text.vocabulary import Vocabulary
from .opening import checked_name, open_workspace
from .pipeline import BuiltWorkspace, Step

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildThesaurusKeywords

#: Name of the bundle, and of the database in the registry.
WORDNET = "wordnet"


@takes(DatabaseSettings, InformationSettings, TextSettings)
def build_thesaurus(
    corpus: Corpus | None = None,
    output: str | Path | None = None,
    *,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildThesaurusKeywords]",
) -> BuiltWorkspace:
    """Read a WordNet database into a bundle, with the information content of its synsets.

    With a corpus, the words of which are counted, it becomes the bundle ``wordnet`` of its
    workspace.  Without, a bundle of its own, with the counts of the tagged text that the database
    comes with (SemCor, for WordNet).

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens, optional
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; without a corpus the bundle, by default ``wordnet``.
    name : str
        Of a variant, ``wordnet-NAME``.
    threads : int, optional
        Of reading text.
    """
    progress = as_progress(progress)
    files = DatabaseSettings.among(settings)
    chosen = InformationSettings.among(settings)
    checked_name(name)
    if output is not None:
        expect_path("output", output)
    texts = read_files(database_path(files.wordnet))
    inputs = {f"wordnet {file}": text.sha256 for file, text in sorted(texts.items())}
    for key in ("layer", "information"):
        if (path := getattr(files, key)) is not None:
            inputs[key] = _digest(path)

    def fill(writer: BundleWriter, vocabulary: Vocabulary | None = None) -> None:
        database = read_wndb(texts)
        if files.layer is not None:
            database = read_layer(files.layer, database)
        made = make_thesaurus(database)
        if files.information is not None:
            made = read_information(made, files.information)
        elif vocabulary is not None:
            counts = corpus_counts(made, vocabulary, chosen.counting)
            made = with_information(made, counts, chosen.smoothing)
        elif database.tagged:
            made = with_information(made, tagged_counts(made, database), chosen.smoothing)
        made.write(writer)

    if files.information is not None:
        described: dict[str, object] = {"information": "file"}
    elif corpus is not None:
        described = {"information": "corpus", **chosen.as_dict()}
    elif TAGGED in texts and files.layer is None:
        described = {"information": "tagged text", "smoothing": chosen.smoothing}
    else:
        described = {"information": "none"}
    if corpus is None:
        return _alone(Path(output or WORDNET), described, inputs, fill)
    with open_workspace(corpus, output, settings, name, threads, progress) as (pipeline, encoded):
        vocabulary = Vocabulary.read(encoded).without_specials()
        pipeline.step(
            pipeline.named(WORDNET),
            KIND,
            described,
            {**inputs, encoded.path.name: encoded.digest},
            partial(fill, vocabulary=vocabulary),
        )
    return pipeline.workspace


def _digest(path: str | Path) -> str:
    expect_path("a file", path)
    try:
        return file_sha256(Path(path))
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror}") from None


def _alone(
    target: Path,
    settings: dict[str, object],
    inputs: dict[str, str],
    fill: Callable[[BundleWriter], None],
) -> BuiltWorkspace:
    """Make a bundle outside of workspaces."""
    if is_bundle(target) and (kind := open_bundle(target).kind) != KIND:
        raise SettingError(
            f"{target} is a bundle of {kind}, which another command has made; choose another "
            "place (output, -o)"
        )
    started = time.perf_counter()
    workspace = BuiltWorkspace(target.parent)
    stored = workspace.fresh(target.name, KIND, settings, inputs)
    bundle = stored or workspace.make(target.name, KIND, settings, inputs, fill)
    seconds = time.perf_counter() - started
    workspace.steps.append(Step(target.name, bundle, stored is not None, seconds))
    return workspace


def database_path(path: str | Path | None) -> Path:
    """Return where a WordNet database is: as given, or as ``wvt fetch wordnet`` has left it.

    Raises
    ------
    WordvecError
        If it is not on this machine.
    """
    if path is not None:
        expect_path("wordnet", path)
        return Path(path)
    fetched = fetched_path(WORDNET)
    if fetched is None:
        raise WordvecError(
            "WordNet is not on this machine; try wvt fetch wordnet, or name its folder or archive "
            "(wordnet, --wordnet)"
        )
    return fetched.parent


def is_wordnet_here() -> bool:
    """Return whether ``wvt fetch wordnet`` has been run."""
    return fetched_path(WORDNET) is not None


def find_thesaurus(path: str | Path) -> Bundle | None:
    """Return the bundle of a thesaurus that a path means; None if it means something else.

    Itself; of a workspace, its ``wordnet``; or, under the name ``wordnet``, a bundle of what
    ``wvt fetch wordnet`` downloaded, next to it.
    """
    expect_path("path", path)
    place = Path(path)
    inside = place / WORDNET
    if is_bundle(place):
        bundle = open_bundle(place)
        return bundle if bundle.kind == KIND else None
    if is_bundle(inside):
        return open_bundle(inside, KIND)
    if str(path) != WORDNET or place.exists() or not is_wordnet_here():
        return None
    folder = cache_folder()
    assert folder is not None  # something was fetched into it
    stored = folder / WORDNET / KIND
    return open_bundle(stored, KIND) if is_bundle(stored) else _stored(stored)


def _stored(place: Path) -> Bundle:
    return build_thesaurus(output=place).steps[-1].bundle


def load_thesaurus(path: str | Path = WORDNET) -> Thesaurus:
    """Open a thesaurus: a bundle, a workspace's, or ``wordnet`` as it was fetched.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    bundle = find_thesaurus(path)
    if bundle is None:
        raise FormatError(
            path,
            "no thesaurus" if Path(path).exists() else "nothing",
            "a bundle of one, or a workspace with one",
            advice="make one with wvt build-thesaurus, or try wvt fetch wordnet",
        )
    return Thesaurus.from_bundle(bundle)


def split_measure(spec: str) -> tuple[str, str, str]:
    """Take ``wordnet:lin:n`` apart: the thesaurus, the measure and the parts of speech.

    The last two are "" where they are not given.
    """
    path, _, last = spec.rpartition(":")
    if path and last in MEASURES:
        return path, last, ""
    before, _, measure = path.rpartition(":")
    if before and measure in MEASURES:
        return before, measure, last
    return spec, "", ""


def load_measure(spec: str | Path) -> ThesaurusMeasure | None:
    """Open a measure on a thesaurus; None if `spec` names no thesaurus.

    Parameters
    ----------
    spec : str or path
        A thesaurus, as for `load_thesaurus`, alone (then jcn if it has information content, else
        path), or with a measure and parts of speech: ``wordnet:lin``, ``corpus.wvt:path:n``.

    Raises
    ------
    FormatError
        If a measure is named and there is no thesaurus.
    """
    expect_path("spec", spec)
    path, measure, parts = split_measure(str(spec))
    if Path(spec).exists():  # a file may have any name
        path, measure, parts = str(spec), "", ""
    bundle = find_thesaurus(path) if measure or not Path(path, WORDNET).exists() else None
    if bundle is None:
        if measure:
            load_thesaurus(path)  # raises
        before, _, last = path.rpartition(":")
        if before and not Path(path).exists() and find_thesaurus(before) is not None:
            raise SettingError(f"{last!r} is no measure; expected one of {', '.join(MEASURES)}")
        return None
    thesaurus = Thesaurus.from_bundle(bundle)
    chosen = measure or ("jcn" if thesaurus.has_information else "path")
    name = next(each for each in MEASURES if each == chosen)
    return ThesaurusMeasure(thesaurus, name, parts or PARTS)


def load_lexicon(path: str | Path = WORDNET) -> Thesaurus | list[list[str]]:
    """Open a thesaurus, as `load_thesaurus` does, or read a list of words that belong together."""
    expect_path("path", path)
    if Path(path).is_file():
        return read_word_groups(path)
    return load_thesaurus(path)
