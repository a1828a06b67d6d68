"""`completion`: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

_NAME = "tributary"
_VARIABLE = "_TRIBUTARY_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a SHELL: bash, zsh or fish. For the installed command `tributary`."""
    made = get_completion_class(shell)
    if made is None:  # pragma: no cover - click knows all three
        raise click.UsageError(f"nothing is known about {shell}")
    program = made(context.find_root().command, {}, _NAME, _VARIABLE)
    # Not source(): for bash that asks for the version of a bash, which need not be on this machine.
    click.echo(program.source_template % program.source_vars())
