"""``wvt retrofit``."""

import shlex
import time

import click

from ...embeddings.settings import FactorisingSettings
from ...errors import SettingError
from ...lexicon.settings import CounterFitSettings, RetrofitSettings, SprinkleSettings
from ...runtime.settings import Settings
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table
from ..shared.progress import TerminalProgress
from ..shared.steps import say_done

_METHODS: dict[str, type[Settings]] = {
    "retrofit": RetrofitSettings,
    "counter-fit": CounterFitSettings,
    "sprinkle": SprinkleSettings,
}


@click.command("retrofit")
@options.model_argument
@options.output_option
@click.option(
    "--lexicon",
    metavar="PATH",
    default="wordnet",
    show_default=True,
    help="Thesaurus (bundle, workspace with one, wordnet as fetched), or a file of words that "
    "belong together, two or more per line.",
)
@click.option(
    "--method",
    type=click.Choice(list(_METHODS)),
    default="retrofit",
    show_default=True,
    help="retrofit: related words nearer.  counter-fit: antonyms farther, too.  sprinkle: related "
    "words added to a PPMI matrix before its SVD.",
)
@click.option(
    "--antonyms",
    metavar="PATH",
    help="Antonyms for counter-fit: a thesaurus or a file, as --lexicon.  [default: --lexicon]",
)
@options.settings_options(*_METHODS.values())
@options.setting_option(FactorisingSettings, "dim")
@options.setting_option(FactorisingSettings, "eig")
@options.json_option
def command(
    model: str,
    output: str,
    lexicon: str,
    method: str,
    antonyms: str | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Change vectors by a lexicon: synonyms nearer, antonyms farther.

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file; for
    sprinkle a bundle of PPMI vectors.  Scores of the result say in their signature that they use a
    lexicon.

    \b
    Examples:
      wvt retrofit corpus.wvt -o corpus.wvt/retrofitted
      wvt retrofit corpus.wvt -o out.vec --lexicon my-synonyms.txt --iterations 20
      wvt retrofit corpus.wvt -o corpus.wvt/fitted --method counter-fit
      wvt retrofit corpus.wvt/ppmi -o corpus.wvt/sprinkled --method sprinkle --dim 300
    """
    started = time.perf_counter()
    from ...embeddings.svd import svd_vectors
    from ...lexicon.retrofitting import counter_fit, retrofit, sprinkle
    from ...models.derived import check_output, save_derived
    from ...models.thesaurus import load_lexicon

    check_output(output, [model])
    asked = options.only_given(**settings)
    kinds: list[type[Settings]] = [_METHODS[method]]
    if method == "sprinkle":
        kinds.append(FactorisingSettings)
    known = {name for kind in kinds for name in kind.names()}
    if foreign := sorted(asked.keys() - known):
        raise SettingError(
            f"--{foreign[0].replace('_', '-')} is not for the method {method}; omit it"
        )
    if antonyms is not None and method != "counter-fit":
        raise SettingError(f"--antonyms is not for the method {method}; omit it")
    words = load_lexicon(lexicon)
    vectors = open_vectors(model)
    with TerminalProgress() as progress:
        if method == "retrofit":
            result = retrofit(vectors, words, **asked)
        elif method == "counter-fit":
            others = None if antonyms is None else load_lexicon(antonyms)
            result = counter_fit(vectors, words, others, progress=progress, **asked)
        else:
            own = options.given(asked, SprinkleSettings)
            factorising = options.given(asked, FactorisingSettings)
            added = sprinkle(vectors, words, **own)
            result = svd_vectors(added, **factorising, progress=progress)
    save_derived(result, output, [model])
    how = result.lexicon["lexicon"]
    if as_json:
        print_json({"path": output, "words": len(result), "dim": result.dim, "lexicon": how})
        return
    assert isinstance(how, dict)
    said = ", ".join(f"{key} {value}" for key, value in how.items())
    print_table(
        ("bundle", "words", "dimensions", "lexicon"),
        [(output, f"{len(result):,}", str(result.dim), said)],
    )
    seconds = time.perf_counter() - started
    following = shlex.join(["wvt", "eval-similarity", str(model), str(output)])
    say_done(output, f"{seconds:.1f} s", following)
