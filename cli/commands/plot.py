"""``wvt plot``: single figures."""

import time
from pathlib import Path

import click

from ...embeddings.settings import MapSettings
from ...errors import EmptyResultError, SettingError
from ...text.settings import PairFileSettings, TextSettings
from ..shared import options
from ..shared.models import open_each, open_vectors
from ..shared.output import printable
from ..shared.plotting import PlotGroup, check_output, finish, model_names, plot_options
from ..shared.progress import TerminalProgress


@click.group("plot", cls=PlotGroup)
def command() -> None:
    """Draw one figure: a map of words, similarities, learning curves, or Zipf's law.

    A figure is a page (FILE.html, with hover and search in maps) or a picture (FILE.png, .svg or
    .pdf).  With --json its numbers are printed, and without -o nothing is drawn.

    \b
    Examples:
      wvt plot map corpus.wvt/svd -o map.html
      wvt plot similarities corpus.wvt king queen bread cheese -o heat.png
      wvt plot curves corpus.wvt -o curves.svg
      wvt plot zipf corpus.txt -o zipf.pdf
    """


@command.command("map")
@options.models_argument
@plot_options
@options.setting_option(MapSettings, "method")
@options.setting_option(MapSettings, "axes")
@options.setting_option(MapSettings, "words")
@options.only_option
@click.option(
    "--highlight", metavar="WORD,WORD", help="Words to show always, and to mark in a picture."
)
@options.setting_option(MapSettings, "perplexity")
@options.setting_option(MapSettings, "seed")
def map_command(
    models: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    only: list[str] | None,
    highlight: str | None,
    **settings: object,
) -> None:
    """Draw words as points, near where they are similar.

    MODELS are workspaces (their SVD vectors are used), bundles of vectors or vector files; several
    make one page with a choice, and a picture shows one.  The same vectors give the same map.
    t-SNE keeps neighbourhoods, and its distances between groups mean little; how much of the
    neighbourhoods a map keeps is said with it.  10,000 words take t-SNE a minute or two.

    \b
    Examples:
      wvt plot map corpus.wvt/svd -o map.html
      wvt plot map corpus.wvt/svd corpus.wvt/sgns -o maps.html --words 5000
      wvt plot map corpus.wvt --method pca --only countries.txt -o countries.pdf
      wvt plot map corpus.wvt --method svd --axes 1,2 --words 100 -o plane.svg
      wvt plot map glove.txt --highlight king,queen -o map.png
      wvt plot map corpus.wvt --words 500 --json
    """
    started = time.perf_counter()
    check_output(output, force, as_json)
    from ...embeddings.mapping import check_method
    from ...report.page import is_page
    from ...report.word_maps import corpus_of, map_words

    if len(models) > 1 and output is not None and not is_page(output):
        raise SettingError(
            f"{len(models)} models on one picture; make a page of them (-o FILE.html), or a "
            "picture of each"
        )
    asked = options.only_given(**settings)
    if "method" in asked:
        check_method(asked["method"])
    marked = [word for word in (highlight or "").split(",") if word]
    maps = []
    opened = list(open_each(models))
    names = model_names(path for path, _ in opened)
    for path, vectors in opened:
        with TerminalProgress() as progress:
            maps.append(
                map_words(
                    vectors,
                    only=only,
                    highlight=marked,
                    name=names[path],
                    corpus=corpus_of(path),
                    progress=progress,
                    **asked,
                )
            )
    found = [vectors.vocabulary.word(vectors.id(word)) for word in marked] if marked else []
    finish(maps, output, force, as_json, started, found)


@command.command("similarities")
@options.model_argument
@click.argument("words", nargs=-1)
@plot_options
@click.option(
    "--only",
    type=click.Path(dir_okay=False),
    callback=options.read_words,
    metavar="FILE",
    help="File of the only words to draw, one per line; words without a vector are skipped.",
)
def similarities_command(
    model: str,
    words: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    only: list[str] | None,
) -> None:
    """Draw a heat map of cosines, ordered by hierarchical clustering.

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.  The
    order is that of a tree of the words (average linkage), turned so that neighbours are similar.

    \b
    Examples:
      wvt plot similarities corpus.wvt king queen bread cheese -o heat.html
      wvt plot similarities corpus.wvt/ppmi --only verbs.txt -o verbs.pdf
      wvt plot similarities glove.txt war peace battle --json
    """
    started = time.perf_counter()
    check_output(output, force, as_json)
    from ...models.finding import find_vectors
    from ...report.word_maps import similarity_matrix

    if not words and only is None:
        raise SettingError("no words are given; name two or more, or a file of them with --only")
    path = find_vectors(model)
    vectors = open_vectors(path)
    chosen = [*words, *(word for word in only or () if vectors.find(word) is not None)]
    if only is not None and (n := len(only) + len(words) - len(chosen)):
        click.echo(f"note: skipped, no vector: {n:,} of the words of --only", err=True)
    found = similarity_matrix(vectors, chosen, model_names([path])[str(path)])
    finish([found], output, force, as_json, started, one=True)


@command.command("attention")
@options.model_argument
@click.argument("sentences", nargs=-1, required=True)
@plot_options
def attention_command(
    model: str, sentences: tuple[str, ...], output: str | None, force: bool, as_json: bool
) -> None:
    """Draw which source words each word of a translation attends to.

    MODEL is a workspace or a bundle of wvt build-seq2seq, with attention; each of SENTENCES is
    translated greedily.

    \b
    Examples:
      wvt plot attention date.wvt "august 19, 2003" -o attention.svg
      wvt plot attention de-en.wvt "zwei männer stehen am herd ." -o attention.html
    """
    started = time.perf_counter()
    check_output(output, force, as_json)
    from ...models.translation import find_translation_model, load_translation_model
    from ...report.attention_figure import attention_map
    from ...runtime.signatures import Signature
    from ...translation.model import translate

    path = find_translation_model(model)
    opened = load_translation_model(path)
    name = model_names([path])[str(path)]
    signature = Signature.of("attention", model=name, search="greedy")
    maps = []
    for found in translate(opened, sentences):
        if found.attention is None:
            raise SettingError(
                f"{printable(str(path))} has no attention; build one with it (--attention dot, or "
                "--cell transformer)"
            )
        parts = found.source_tokens, found.tokens, found.attention
        maps.append(attention_map(name, *parts, signature))
    finish(maps, output, force, as_json, started)


@command.command("reach")
@options.models_argument
@click.option(
    "--dataset",
    multiple=True,
    required=True,
    metavar="PAIRS",
    help="Pairs whose losses are followed: a file, or twice for sources and targets.",
)
@click.option(
    "--pairs",
    "n",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="Number of pairs.",
)
@options.settings_options(PairFileSettings)
@plot_options
def reach_command(
    models: tuple[str, ...],
    dataset: tuple[str, ...],
    n: int,
    output: str | None,
    force: bool,
    as_json: bool,
    **settings: object,
) -> None:
    """Draw how much of the loss at each output reaches each input, by the gradient.

    MODELS are workspaces or bundles of wvt build-seq2seq, for instance with and without attention.
    Each square is the length of the gradient of the loss at an output by the embedding of an input,
    a mean over pairs.

    \b
    Examples:
      wvt plot reach date.wvt/seq2seq date.wvt/seq2seq-plain --dataset date.txt -o reach.html
      wvt plot reach date.wvt --dataset date.txt --json
    """
    started = time.perf_counter()
    check_output(output, force, as_json)
    from ...models.translation import find_translation_model, load_encoder_decoder
    from ...neural.seq2seq.diagnosis import gradient_reach
    from ...report.attention_figure import reach_map
    from ...text.pairs import read_pairs

    pairs = read_pairs(list(dataset), **options.only_given(**settings))
    paths = list(dict.fromkeys(map(find_translation_model, models)))
    names = model_names(paths)
    maps = []
    for path in paths:
        name = names[str(path)]
        found = gradient_reach(load_encoder_decoder(path), pairs, n)
        maps.append(reach_map(name, found.norms, found.signature))
        click.echo(
            f"{name}: at the first output, the gradient by the last input is "
            f"{found.first_to_last:.3g} times that by the first",
            err=True,
        )
    finish(maps, output, force, as_json, started)


@command.command("curves")
@options.models_argument
@plot_options
def curves_command(models: tuple[str, ...], output: str | None, force: bool, as_json: bool) -> None:
    """Draw how the training of models went, epoch by epoch.

    MODELS are bundles, or workspaces, of which all that have learning curves are shown: recurrent
    language models (perplexity of training and held-out text), skip-gram and CBOW (loss a word),
    and GloVe (loss).

    \b
    Examples:
      wvt plot curves corpus.wvt -o curves.html
      wvt plot curves corpus.wvt/lstm corpus.wvt/gru -o curves.svg
      wvt plot curves corpus.wvt/sgns --json
    """
    started = time.perf_counter()
    check_output(output, force, as_json)
    from ...bundles.reading import open_bundle
    from ...report.learning import learning_curves
    from ...workspace.folder import Workspace, is_workspace

    paths: dict[Path, bool] = {}  # of models, and whether they were named
    for model in map(Path, models):
        if not is_workspace(model):
            paths[model] = True
            continue
        for name in Workspace(model).names():
            if not open_bundle(model / name).kind.endswith("-state"):
                paths.setdefault(model / name, False)
    names = model_names(paths)
    found = []
    for path, is_named in paths.items():
        try:
            found.append(learning_curves(path, names[str(path)]))
        except EmptyResultError:
            if is_named:
                raise
    if not found:
        raise EmptyResultError(
            f"nothing in {printable(' '.join(models))} has a learning curve; train a model by "
            "build-word2vec, build-glove, build-neural-lm or build-seq2seq"
        )
    finish(found, output, force, as_json, started)


@command.command("zipf")
@options.corpus_argument
@plot_options
@options.settings_options(TextSettings)
@options.reading_threads_option
def zipf_command(
    corpus: tuple[str, ...],
    output: str | None,
    force: bool,
    as_json: bool,
    threads: int | None,
    **settings: object,
) -> None:
    """Draw word frequency against rank, and the growth of the vocabulary.

    CORPUS and its options: see wvt profile, which prints the same numbers.

    \b
    Examples:
      wvt plot zipf corpus.txt -o zipf.svg
      wvt plot zipf corpus.wvt -o zipf.html
    """
    started = time.perf_counter()
    check_output(output, force, as_json)
    from .profile import read_profile

    found = read_profile(corpus, settings, threads)
    finish([found], output, force, as_json, started, one=True)
