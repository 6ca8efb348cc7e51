"""``wvt build-thesaurus``."""

import shlex
import time

import click

from ...lexicon.settings import DatabaseSettings, InformationSettings
from ...text.settings import TextSettings
from ..shared import options
from ..shared.progress import TerminalProgress
from ..shared.steps import print_steps


@click.command("build-thesaurus")
@click.argument("corpus", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="Folder of the workspace; without CORPUS, of the bundle.  [default: CORPUS.wvt; wordnet]",
)
@options.settings_options(DatabaseSettings, InformationSettings, TextSettings)
@options.variant_option("wordnet-NAME")
@options.threads_option
@options.json_option
def command(corpus: tuple[str, ...], output: str | None, as_json: bool, **settings: object) -> None:
    """Read WordNet into a bundle, with information content counted from a corpus.

    CORPUS: a workspace, whose words are counted, or text as for wvt build-ppmi.  Without it,
    information content comes from the tagged text of WordNet itself.  Measures are named after the
    bundle: wordnet:path, wordnet:lin.

    \b
    Examples:
      wvt fetch wordnet && wvt build-thesaurus corpus.wvt
      wvt build-thesaurus --wordnet WNdb-3.0.tar.gz -o wordnet
      wvt build-thesaurus --layer wn-data-kor.tab -o wordnet-kor
    """
    started = time.perf_counter()
    from ...models.thesaurus import build_thesaurus

    given = options.only_given(**settings)
    with TerminalProgress() as progress:
        workspace = build_thesaurus(list(corpus) or None, output, progress=progress, **given)
    bundle = workspace.steps[-1].bundle
    path = shlex.quote(str(bundle.path))
    measure = "path" if bundle.settings["information"] == "none" else "jcn"
    following = (f"wvt synonyms WORD --thesaurus {path}", f"wvt eval-similarity {path}:{measure}")
    print_steps(workspace, started, as_json, following)
