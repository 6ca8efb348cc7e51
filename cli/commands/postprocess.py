"""``wvt postprocess``."""

import shlex
import time

import click

from ...embeddings.settings import PostprocessingSettings
from ..shared import options
from ..shared.models import open_vectors
from ..shared.output import print_json, print_table
from ..shared.steps import say_done


@click.command("postprocess")
@options.model_argument
@options.output_option
@options.settings_options(PostprocessingSettings)
@options.json_option
def command(model: str, output: str, as_json: bool, **steps: object) -> None:
    """Change finished vectors; several steps are applied in the order of the options below.

    MODEL is a workspace (its SVD vectors are used), a bundle of vectors or a vector file.

    \b
    Examples:
      wvt postprocess corpus.wvt -o corpus.wvt/svd-abtt --all-but-the-top 3
      wvt postprocess corpus.wvt -o flat --eig 0 --drop-components 1 --normalize
    """
    started = time.perf_counter()
    from ...embeddings.postprocessing import postprocess, steps_done
    from ...models.derived import check_output, save_derived

    check_output(output, [model])
    asked = options.only_given(**steps)
    result = postprocess(open_vectors(model), **asked)
    save_derived(result, output, [model])
    done = steps_done(result)
    if as_json:
        print_json({"path": output, "words": len(result), "dim": result.dim, "steps": done})
        return
    names = ", ".join(
        " ".join([str(step["step"]), *(str(v) for k, v in step.items() if k != "step")])
        for step in done
    )
    print_table(
        ("bundle", "words", "dimensions", "steps"),
        [(output, f"{len(result):,}", str(result.dim), names)],
    )
    seconds = time.perf_counter() - started
    following = shlex.join(["wvt", "eval-similarity", str(model), str(output)])
    say_done(output, f"{seconds:.1f} s", following)
