"""``wvt diagnose``."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ...errors import SettingError
from ...neural.recurrent.cells import recurrent_cells
from ...neural.recurrent.settings import DiagnosisSettings, NetworkSettings
from ...text.settings import FileSettings
from ..shared import options
from ..shared.comparisons import print_signatures
from ..shared.output import print_json, print_table, short_names
from ..shared.progress import TerminalProgress

if TYPE_CHECKING:
    from ...neural.recurrent.diagnosis.results import Diagnosis, LayerDiagnosis, Saturation

_SHOWN = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@click.command("diagnose")
@click.argument("models", nargs=-1, type=click.Path())
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="TEXT",
    help="Text to read: a file, plain or compressed, a folder, a glob, - for standard "
    "input, or a corpus by its name; may be repeated.  [default: that of the workspace]",
)
@click.option(
    "--fresh",
    metavar="CELL,CELL,...",
    help=f"Untrained networks to compare with: {' | '.join(recurrent_cells())}.  Settings that are "
    "not given are those of the first model.",
)
@options.setting_option(NetworkSettings, "n_layers", help="Number of layers of untrained networks.")
@options.setting_option(NetworkSettings, "hidden_dim", help="Width of their layers.")
@options.setting_option(
    NetworkSettings, "forget_bias", help="Bias of the forget gates of their LSTMs."
)
@click.option(
    "--spectral-radius",
    metavar="R,R,...",
    help="Spectral radii of the recurrent matrices of untrained simple networks; one network "
    "for each.",
)
@options.settings_options(DiagnosisSettings)
@click.option(
    "--layer",
    type=int,
    metavar="N",
    help="Layer to show step by step and to draw; 1 is next to the text.  [default: the last]",
)
@click.option(
    "--figure",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Figure file to write: FILE.png, FILE.svg or FILE.pdf.",
)
@click.option("--force", is_flag=True, help="Overwrite the figure.")
@options.model_tokenizer_option
@options.settings_options(FileSettings)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of threads.  [default: all processors]",
)
@options.signature_option
@options.json_option
def command(
    models: tuple[str, ...],
    datasets: tuple[str, ...],
    fresh: str | None,
    n_layers: int | None,
    hidden_dim: int | None,
    forget_bias: float | None,
    spectral_radius: str | None,
    seed: int | None,
    steps: int | None,
    positions: int | None,
    jacobians: int | None,
    layer: int | None,
    figure: str | None,
    force: bool,
    tokenizer: str | None,
    threads: int | None,
    as_json: bool,
    **settings: object,
) -> None:
    """Show why recurrent networks forget: how far back the gradient of a loss reaches.

    The gradient of the loss at a word is followed back, step by step, and compared with what a
    textbook predicts from the recurrent matrix: the powers of its largest singular value, which a
    gradient in the last layer cannot exceed, and of its spectral radius, at which that of a linear
    network changes in the long run.  LSTM and GRU have no one such matrix; for them it is the
    Jacobian of a step, which is typical of the text but not a bound.

    MODELS are bundles of wvt build-neural-lm, or workspaces with one; with --fresh, also workspaces
    that only have a text, or none at all: then the words are those of --dataset.

    \b
    Examples:
      wvt diagnose corpus.wvt --figure reach.svg
      wvt diagnose corpus.wvt/lstm corpus.wvt/gru --dataset valid.txt
      wvt diagnose corpus.wvt --fresh rnn-tanh,gru,lstm --figure before-and-after.png
      wvt diagnose --dataset corpus.txt --fresh rnn-linear --spectral-radius 0.9,1,1.1 --n-layers 1
    """
    started = time.perf_counter()
    from ...models.diagnosis_subjects import FreshNetworks, find_subjects
    from ...neural.recurrent.diagnosis.diagnose import diagnose
    from ...report.diagnosis_figure import check_layer, layer_of, write_diagnosis_figure
    from ...report.figures import check_figure

    sizes = options.only_given(n_layers=n_layers, hidden_dim=hidden_dim, forget_bias=forget_bias)
    if fresh is None and (sizes or spectral_radius is not None or seed is not None):
        raise SettingError(
            "--n-layers, --hidden-dim, --forget-bias, --spectral-radius and --seed are for "
            "untrained networks; name some (--fresh), or omit these options"
        )
    networks = None
    if fresh is not None:
        radii = options.numbers(spectral_radius, "spectral_radius") if spectral_radius else []
        networks = FreshNetworks(tuple(fresh.split(",")), sizes, tuple(radii), seed or 0)
    if figure is not None:
        check_figure(figure, force)
    how = options.only_given(steps=steps, positions=positions, jacobians=jacobians, threads=threads)
    with TerminalProgress() as progress:
        subjects = find_subjects(
            models,
            datasets,
            networks,
            tokenizer,
            threads,
            progress,
            FileSettings.among(options.only_given(**settings)),
        )
        names = short_names([subject.name for subject in subjects])
        for each in subjects:
            check_layer(names[each.name], each.model.scorer.network.architecture.n_layers, layer)
        diagnoses = [
            diagnose(each.model, each.ids, name=names[each.name], progress=progress, **how)
            for each in subjects
        ]
    layers = [layer_of(each, layer) for each in diagnoses]
    if figure is not None:
        write_diagnosis_figure(diagnoses, figure, layer, overwrite=force)
    if as_json:
        print_json({"diagnoses": [each.as_dict() for each in diagnoses], "figure": figure})
        return
    _print_layers(diagnoses)
    click.echo()
    _print_reach(diagnoses, layers)
    print_signatures(diagnoses)
    if figure is not None:
        click.echo(f"{figure} is written", err=True)
    following = "" if figure is not None else "; drawn: --figure reach.svg"
    click.echo(
        f"diagnosed in {time.perf_counter() - started:.1f} s; every number: --json{following}",
        err=True,
    )


def _print_layers(diagnoses: "Sequence[Diagnosis]") -> None:
    from ...neural.recurrent.cells import CELLS

    columns = diagnoses[0].layers[0].COLUMNS
    rows = [
        (
            each.name,
            each.cell,
            *(
                f"over {found.reach.steps}"
                if column.name.startswith("steps_to") and column.cell(found) == "-"
                else column.cell(found)
                for column in columns
            ),
            _used(found, CELLS[each.cell].is_rectified),
            "-" if each.clipped is None else f"{each.clipped:.0%}",
        )
        for each in diagnoses
        for found in each.layers
    ]
    titles = [column.title for column in columns]
    print_table(("model", "cell", *titles, "gates and units", "clipped"), rows)


def _print_reach(diagnoses: "Sequence[Diagnosis]", layers: "Sequence[LayerDiagnosis]") -> None:
    """Show how much of the gradient is left after some numbers of steps."""
    steps = diagnoses[0].steps
    shown = [*(t for t in _SHOWN if t < steps), steps]
    rows = []
    for each, found in zip(diagnoses, layers):
        reach, predicted = found.reach, found.prediction.curves(found.reach.steps)
        of = found.prediction.of
        for what, curve in (
            ("gradient", reach.mean),
            (f"spectral radius ({of})", reach.mean[0] * predicted["asymptotic"]),
            (f"largest singular value ({of})", reach.mean[0] * predicted["bound"]),
        ):
            rows.append((each.name, str(found.layer), what, *(f"{curve[t]:.3g}" for t in shown)))
    print_table(("model", "layer", "steps back", *map(str, shown)), rows)


def _used(found: "LayerDiagnosis", is_rectified: bool) -> str:
    """Say in a few words how the gate that keeps is used, and the units."""
    gate: Saturation | None = found.gate("forget") or found.gate("update")
    if gate is not None:
        return f"{gate.name} {gate.mean:.2f}, {gate.above:.0%} > .9, {gate.below:.0%} < .1"
    unit = found.gate("h")
    assert unit is not None
    if is_rectified:
        return f"{unit.below:.0%} of units off"
    return f"{unit.above:.0%} of units > .9"
