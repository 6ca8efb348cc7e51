"""``wvt combine``."""

import shlex
import time

import click

from ...embeddings.settings import CombiningSettings
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table
from ..shared.steps import say_done


@click.command("combine")
@options.models_argument
@options.output_option
@options.settings_options(CombiningSettings)
@options.json_option
def command(models: tuple[str, ...], output: str, as_json: bool, **settings: object) -> None:
    """Combine the vectors of several models.

    MODELS are workspaces (their SVD vectors are used), bundles of vectors or vector files.

    \b
    Examples:
      wvt combine corpus.wvt/svd corpus.wvt/svd-narrow -o corpus.wvt/joined --dim 300
      wvt combine one.wvt other.wvt -o both --method average --words all --weights 2,1
    """
    started = time.perf_counter()
    from ...embeddings.combining import combine
    from ...models.derived import check_output, save_derived

    check_output(output, models)
    asked = options.only_given(**settings)
    loaded = [open_vectors(model) for model in models]
    result = combine(loaded, **asked)
    save_derived(result, output, models)
    if as_json:
        print_json(
            {
                "path": output,
                "words": len(result),
                "dim": result.dim,
                "models": [{"path": p, "words": len(m)} for p, m in zip(models, loaded)],
            }
        )
        return
    rows = [(p, f"{len(m):,}", f"{m.dim:,}") for p, m in zip(models, loaded)]
    rows.append((output, f"{len(result):,}", f"{result.dim:,}"))
    print_table(("vectors", "words", "dimensions"), rows)
    seconds = time.perf_counter() - started
    following = shlex.join(["wvt", "eval-similarity", *models, str(output)])
    say_done(output, f"{seconds:.1f} s", following)
