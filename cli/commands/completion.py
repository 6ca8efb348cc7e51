"""``wvt completion``."""

import click

_SHELLS = ("bash", "zsh", "fish", "powershell")
#: PowerShell, which click does not know, asks as bash does; without answers it completes files.
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName wvt -ScriptBlock {
    param($word, $ast, $cursor)
    $line = $ast.ToString()
    $before = $line.Substring(0, [Math]::Min($cursor - $ast.Extent.StartOffset, $line.Length))
    if ($word -eq "" -and -not $before.EndsWith(" ")) { $before += " " }
    $env:COMP_WORDS = $before
    $env:COMP_CWORD = ($before -split "\\s+").Count - 1
    $env:_WVT_COMPLETE = "bash_complete"
    try { $answers = @(wvt) } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:_WVT_COMPLETE
    }
    foreach ($answer in $answers) {
        $type, $value = $answer -split ",", 2
        if ($type -eq "plain") {
            [System.Management.Automation.CompletionResult]::new($value)
        }
    }
}"""


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> None:
    """Print a script that completes commands and options of wvt in a shell.

    It takes effect in the next shell that is started.

    \b
    Examples:
      wvt completion bash >> ~/.bashrc
      wvt completion zsh >> ~/.zshrc
      wvt completion fish > ~/.config/fish/completions/wvt.fish
      wvt completion powershell >> $PROFILE
    """
    from click.shell_completion import get_completion_class

    from ..main import wvt

    if shell == "powershell":
        click.echo(_POWERSHELL)
        return
    found = get_completion_class(shell)
    if found is None:
        raise click.ClickException(f"click has no completion for {shell}")
    click.echo(found(wvt, {}, "wvt", "_WVT_COMPLETE").source())
