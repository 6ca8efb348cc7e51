"""The report of a study as one HTML file."""

from pathlib import Path

from ..errors import expect_path
from .data import Report
from .page import check_page_name, render_page, write_page
from .sections.blocks import Section
from .sections.headline import models_section, summary_section
from .sections.language import (
    band_section,
    band_table,
    gradient_section,
    learning_section,
    minimal_pair_section,
    perplexity_table,
)
from .sections.numbers import duration, moment
from .sections.origins import cost_section, origin_sections, split_section
from .sections.scores import (
    difference_section,
    difference_table,
    forest_section,
    score_tables,
    terms_section,
)
from .sections.words import map_section, neighbor_section, profile_section
from .translations import ENGLISH, check_report_language, translated_page


def write_report_html(
    report: Report, path: str | Path, overwrite: bool = True, language: str = ENGLISH
) -> None:
    """Write a report as one HTML file that loads nothing: from disk, by mail, on paper.

    Parameters
    ----------
    report : Report
    path : path
        A name that ends in .html or .htm.
    overwrite : bool
        Replace an existing file.
    language : {"en", "ko"}
        Of its fixed words: headings, columns, conclusions.

    Raises
    ------
    SettingError
        If the name ends in something else, or there is no such language.
    WordvecError
        If there is such a file already and `overwrite` is False, or it cannot be written.
    """
    expect_path("path", path)
    check_page_name(path)
    check_report_language(language)
    write_page(render_report(report, language), path, overwrite)


def render_report(report: Report, language: str = ENGLISH) -> str:
    """Return a report as the text of an HTML page; the same report gives the same text."""
    known = [step.cost.seconds for step in report.steps if step.cost.seconds is not None]
    page = render_page(
        "report.html",
        f"{report.title}: a comparison of models",
        heading=report.title,
        made=report.made,
        when=moment(report.made),
        took=duration(sum(known)) if known else "",
        sections=report_sections(report),
    )
    return translated_page(page, language)


def report_sections(report: Report) -> list[Section]:
    """Return the sections of the report in their order, those that are folded last.

    Those for which the study has nothing are omitted.
    """
    sections = [
        summary_section(report),
        forest_section(report),
        models_section(report),
        difference_section(report),
        minimal_pair_section(report),
        band_section(report),
        neighbor_section(report),
        map_section(report),
        learning_section(report),
        gradient_section(report),
        profile_section(report),
        terms_section(report),
        score_tables(report),
        difference_table(report),
        perplexity_table(report),
        band_table(report),
        cost_section(report),
        split_section(report),
        *origin_sections(report),
    ]
    return [section for section in sections if section.blocks]
