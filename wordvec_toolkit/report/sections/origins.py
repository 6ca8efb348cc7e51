"""Where everything comes from: costs, settings, versions, signatures, commands."""

from collections.abc import Mapping

from ..charts import interval_panel
from ..data import ModelRow, Report
from ..figures import Figure
from .blocks import (
    Block,
    Cell,
    Code,
    Items,
    Missing,
    Origin,
    Rows,
    Section,
    Text,
    heads,
    right,
    table,
)
from .findings import measure_name, title_of
from .numbers import duration, size, whole
from .scores import family_rows


def cost_section(report: Report) -> Section:
    """Return what each step took."""
    blocks: list[Block] = []
    timed = [row for row in report.models if row.cost.seconds is not None]
    if timed:
        rows = family_rows(report, [(row.name, row.cost.seconds, None, None) for row in timed])
        title, label = "Time to make each model", "Seconds that training took"
        panel = interval_panel(title, label, rows, "seconds", log=True, digits=1)
        blocks.append(
            Figure(
                (panel,),
                "Seconds, on a logarithmic axis; farther "
                "left is faster. Circles are count-based models, squares neural ones, triangles "
                "mixtures.",
            )
        )
    if report.models:
        body = [_cost_row(row) for row in report.models]
        head = [
            *heads("model", numbers=("time", "peak memory", "size on disk", "parameters")),
            Cell("same bits again"),
        ]
        blocks.append(
            table(
                "What each model took: wall clock over all attempts, the largest memory of its "
                "process, and its size on disk. A dash is what was not measured.",
                head,
                body,
            )
        )
    if not blocks:
        blocks = [Missing("Nothing was made, so nothing was measured.")]
    return Section("costs", "Time, memory and size", tuple(blocks))


def _cost_row(row: ModelRow) -> list[Cell]:
    state = Cell("yes" if row.repeatable else "no")
    if row.status != "done":
        state = Cell(f"{row.status}: {row.reason or 'no reason given'}", mark="bad")
    return [
        Cell(row.title),
        right(duration(row.cost.seconds)),
        right(size(row.cost.peak_bytes)),
        right(size(row.cost.size_bytes)),
        right(whole(row.n_parameters)),
        state,
    ]


def origin_sections(report: Report) -> list[Section]:
    """Return settings, versions, models, steps, and notes."""
    return [
        Section("settings", "Settings and versions", tuple(_settings(report))),
        Section("models", "How each model was made", tuple(_models(report))),
        Section("signatures", "Signatures of the numbers", (_signatures(report),)),
        Section("commands", "Commands, in their order", tuple(_steps(report))),
        Section("notes", "Notes", (_notes(report),)),
    ]


def _settings(report: Report) -> list[Block]:
    blocks: list[Block] = []
    if report.settings:
        blocks.append(Code(report.settings, "Settings of the study (TOML)"))
    else:
        blocks.append(Missing("The settings of the study were not kept."))
    if report.versions:
        body = [[Cell(name), Cell(str(value), "code")] for name, value in report.versions.items()]
        blocks.append(table("Versions, and the machine.", heads("what", "version"), body))
    else:
        blocks.append(Missing("The versions of packages were not kept."))
    return blocks


def _models(report: Report) -> list[Block]:
    if not report.models:
        return [Missing("There are no models.")]
    return [_origin(row) for row in report.models]


def _origin(row: ModelRow) -> Block:
    note = f"{row.kind}, {row.family}, in {row.path}"
    if row.status != "done":
        note = f"{row.status}: {row.reason or 'no reason given'}"
    elif not row.repeatable:
        note += "; the command does not give the same bits again"
    return Origin(row.title, note, row.command, row.signature, tuple(_flat(row.settings)))


def _flat(settings: Mapping[str, object], before: str = "") -> list[tuple[str, str]]:
    """Return settings as pairs; those within others have their names joined by points."""
    pairs: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{before}{name}.")
        else:
            pairs.append((f"{before}{name}", str(value)))
    return pairs


def _signatures(report: Report) -> Block:
    named: dict[str, list[tuple[str, str, str]]] = {
        "Scores": [
            (
                f"{each.test}, {measure_name(each.measure)}",
                title_of(report, each.model),
                each.signature,
            )
            for each in report.scores
        ],
        "Perplexities": [
            (f"perplexity, {each.text}", title_of(report, each.model), each.signature)
            for each in report.perplexities
        ],
        "Differences": [
            (
                f"{each.test}, {measure_name(each.measure)}",
                f"{title_of(report, each.model)} – {title_of(report, each.against)}",
                each.signature,
            )
            for each in report.differences
        ],
    }
    groups = [Rows(name, _signed(rows)) for name, rows in named.items() if rows]
    if not groups:
        return Missing("There are no numbers, so there are no signatures.")
    return table(
        "A signature says how a number was made: the test set, the rule for unknown words, the "
        "version. Numbers with different signatures are not to be compared.",
        heads("number", "models", "signature"),
        groups,
    )


def _signed(rows: list[tuple[str, str, str]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows for signatures, those of several models in one."""
    models: dict[tuple[str, str], list[str]] = {}
    for number, model, signature in rows:
        models.setdefault((number, signature), []).append(model)
    return tuple(
        (Cell(number), Cell(", ".join(each)), Cell(signature, "copyable" if signature else "text"))
        for (number, signature), each in models.items()
    )


def _steps(report: Report) -> list[Block]:
    blocks: list[Block] = []
    if report.command:
        blocks.append(Code(report.command, "The whole study"))
    for step in report.steps:
        costs = ", ".join(
            text
            for text, known in (
                (duration(step.cost.seconds), step.cost.seconds),
                (f"{size(step.cost.peak_bytes)} of memory", step.cost.peak_bytes),
                (f"{size(step.cost.size_bytes)} on disk", step.cost.size_bytes),
            )
            if known is not None
        )
        note = costs
        if step.status != "done":
            note = f"{step.status}: {step.reason or 'no reason given'}"
        blocks.append(Code(step.command, step.name, note))
    if not report.steps:
        blocks.append(Missing("The commands of the steps were not kept."))
    return blocks


def _notes(report: Report) -> Block:
    if report.notes:
        return Items(items=tuple(report.notes))
    return Text("There is nothing to add to the numbers.")
