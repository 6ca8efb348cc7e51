"""``wvt translate``."""

import sys

import click

from ...errors import SettingError
from ...text.settings import PairFileSettings
from ...translation.settings import DecodingSettings
from ..shared import options
from ..shared.output import print_json, printable
from ..shared.progress import TerminalProgress


@click.command("translate")
@options.model_argument
@click.argument("sentences", nargs=-1)
@click.option(
    "--file",
    "source",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Text to translate, a sentence per line; - for standard input.",
)
@options.setting_option(PairFileSettings, "encoding", "Encoding of the file.")
@options.settings_options(DecodingSettings)
@click.option(
    "--attention",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Also draw which source words each word attends to: FILE.svg, .png, .pdf or .html.",
)
@click.option("--force", is_flag=True, help="Overwrite the file of --attention.")
@options.json_option
def command(
    model: str,
    sentences: tuple[str, ...],
    source: str | None,
    encoding: str | None,
    attention: str | None,
    force: bool,
    as_json: bool,
    **settings: object,
) -> None:
    """Turn sentences into those of the other side, one line each.

    MODEL is a workspace or a bundle of wvt build-seq2seq.  Without SENTENCES and --file, standard
    input is translated line by line.

    \b
    Examples:
      wvt translate addition.wvt 57+5
      wvt translate de-en.wvt "zwei männer stehen am herd ." --beam 5 --attention map.svg
      wvt translate de-en.wvt --file test.de --beam 5 > test.en
    """
    from ...models.translation import find_translation_model, load_translation_model
    from ...report.attention_figure import attention_map
    from ...report.plots import check_plot, write_plot
    from ...runtime.signatures import Signature
    from ...translation.model import translate

    if attention is not None:
        check_plot(attention, force)
    lines = _lines(sentences, source, encoding)
    path = find_translation_model(model)
    opened = load_translation_model(path)
    how = options.only_given(**settings)
    with TerminalProgress() as progress:
        found = translate(opened, lines, progress=progress, **how)
    if as_json:
        print_json([each.as_dict() for each in found])
    else:
        for each in found:
            click.echo(printable(each.text))
    unknown = list(dict.fromkeys(word for each in found for word in each.unknown))
    if unknown:
        shown = ", ".join(printable(word) for word in unknown[:10])
        click.echo(f"note: unknown to the model, read as <unk>: {shown}", err=True)
    if cut := sum(not each.is_whole for each in found):
        click.echo(f"note: {cut} translations end at the maximum length (--max-output)", err=True)
    if attention is not None:
        signature = Signature.of("attention", model=str(path), beam=how.get("beam", 1))
        maps = [
            attention_map(str(path), each.source_tokens, each.tokens, each.attention, signature)
            for each in found
            if each.attention is not None
        ]
        if not maps:
            raise SettingError(
                f"{printable(str(path))} has no attention to draw; build a model with it "
                "(--attention dot), or omit --attention"
            )
        if note := write_plot(maps, attention, (), force):
            click.echo(f"note: {note}", err=True)


def _lines(sentences: tuple[str, ...], source: str | None, encoding: str | None) -> list[str]:
    """Return the sentences to translate: given, or the lines of a file."""
    from ...text.files import find_sources
    from ...text.pairs import read_lines

    if sentences and source is not None:
        raise SettingError("sentences are given, and a file of them; omit one")
    if sentences:
        return list(sentences)
    if source is None and sys.stdin.isatty():
        raise SettingError("there is nothing to translate; give a sentence, or --file")
    if source in (None, "-"):
        text = sys.stdin.read()
    else:
        return [
            line
            for file in find_sources([str(source)])
            for line in read_lines(file, PairFileSettings(encoding=encoding))
        ]
    return text.removesuffix("\n").split("\n")
