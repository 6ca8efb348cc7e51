"""Provenance: costs, split, settings, versions, signatures, commands."""

from collections.abc import Mapping

from ...text.split_results import SplitPart
from ..charts import interval_panel
from ..data import ModelRow, Report
from ..figures import Figure
from .blocks import (
    Block,
    Cell,
    Code,
    Items,
    Origin,
    Rows,
    Section,
    heads,
    number_cells,
    number_columns,
    table,
)
from .findings import measure_name, title_of
from .numbers import duration, size
from .scores import KEY, family_rows


def cost_section(report: Report) -> Section:
    """Return how long each model took; the table of all models has the numbers."""
    timed = [row for row in report.models if row.cost.seconds is not None]
    if len(timed) < 2:
        return Section("costs", "Time", ())
    timed.sort(key=lambda row: row.cost.seconds or 0.0)
    rows = family_rows(report, [(row.name, row.cost.seconds, None, None) for row in timed])
    longest = timed[-1]
    total = sum(row.cost.seconds or 0.0 for row in timed)
    share = (longest.cost.seconds or 0.0) / total if total else 0.0
    title = f"Time: {longest.title} took {duration(longest.cost.seconds)}, {share:.0%} of all"
    panel = interval_panel(
        title, "Seconds that training took", rows, "seconds (logarithmic)", log=True, digits=1
    )
    caption = (
        f"Wall clock over all attempts, the fastest first: {KEY}. Memory in the table of all "
        "models is the largest of the process, size that on disk."
    )
    return Section("costs", "Time", (Figure((panel,), caption),), folded=True)


def split_section(report: Report) -> Section:
    """Return what was trained on, what was tuned on, and what was tested on."""
    trained = "Vectors are trained on train, language models on sample, which is part of it; "
    if not any(part.name == "sample" for part in report.split):
        trained = "Models are trained on train; "
    columns = number_columns(SplitPart)
    body = [
        [
            Cell(part.name),
            *number_cells(columns, part),
            Cell(part.path, "code"),
            Cell(part.sha256, "code"),
        ]
        for part in report.split
    ]
    head = [*heads("part", numbers=[column.title for column in columns])]
    head += [Cell("file"), Cell("SHA-256")]
    caption = (
        f"How the text was split. {trained}settings and stopping points are chosen on valid, and "
        "test is used only for scores."
    )
    blocks = (table("split", caption, head, body),) if body else ()
    return Section("split", "Split of the text", blocks, folded=True)


def origin_sections(report: Report) -> list[Section]:
    """Return notes, settings, versions, models, signatures and commands."""
    return [
        Section("notes", "Notes", (Items(report.notes),) if report.notes else (), folded=True),
        Section("models", "Settings as they took effect", tuple(_models(report)), folded=True),
        Section("settings", "Settings file and versions", tuple(_settings(report)), folded=True),
        Section("signatures", "Reproducibility signatures", _signatures(report), folded=True),
        Section("commands", "Commands", tuple(_steps(report)), folded=True),
    ]


def _settings(report: Report) -> list[Block]:
    blocks: list[Block] = []
    if report.settings:
        blocks.append(Code(report.settings, "Settings of the study (TOML)"))
    if report.versions:
        body = [[Cell(name), Cell(str(value), "code")] for name, value in report.versions.items()]
        blocks.append(
            table("versions", "Versions, and the machine.", heads("package", "version"), body)
        )
    return blocks


def _models(report: Report) -> list[Block]:
    return [_origin(row) for row in report.models]


def _origin(row: ModelRow) -> Block:
    place = f", in {row.path}" if row.path else ""
    note = f"{row.kind}, {row.family}{place}"
    if row.status != "done":
        note = f"{row.status}: {row.reason or 'no reason given'}"
    elif not row.repeatable:
        note += "; the command does not give the same bits again"
    return Origin(row.title, note, row.command, row.signature, tuple(_flat(row.settings)))


def _flat(settings: Mapping[str, object], before: str = "") -> list[tuple[str, str]]:
    """Return settings as pairs; names of those within others are joined by points."""
    pairs: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{before}{name}.")
        else:
            pairs.append((f"{before}{name}", str(value)))
    return pairs


def _signatures(report: Report) -> tuple[Block, ...]:
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
        "Word maps": [
            (each.method, title_of(report, each.model), each.signature) for each in report.maps
        ],
    }
    signed = {name: [row for row in rows if row[-1]] for name, rows in named.items()}
    groups = [Rows(name, _signed(rows)) for name, rows in signed.items() if rows]
    if not groups:
        return ()
    caption = (
        "A signature says how a number was made: the test set, the rule for unknown words, the "
        "version. Do not compare numbers with different signatures."
    )
    return (table("signatures", caption, heads("number", "models", "signature"), groups),)


def _signed(rows: list[tuple[str, str, str]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows for signatures, those of several models in one."""
    models: dict[tuple[str, str], list[str]] = {}
    for number, model, signature in rows:
        models.setdefault((number, signature), []).append(model)
    return tuple(
        (Cell(number), Cell(", ".join(each)), Cell(signature, "copyable"))
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
    return blocks
