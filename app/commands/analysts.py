"""`analysts ...`: who may read the database with SQL."""

import click

from app.commands.terminal import ERR, say, tell


@click.group("analysts")
def analysts() -> None:
    """Roles that may read the views of the schema `analyst`, and nothing else."""


@analysts.command("create")
@click.argument("name")
def create(name: str) -> None:
    """Make the role NAME; its password is shown once."""
    from app.commands import here  # noqa: PLC0415 - see there

    password, address = here.create_analyst(name)
    say("password", password)
    say("address", address)
    ERR.print("it is shown this once; the views are explained in docs/data-dictionary.md")


@analysts.command("drop")
@click.argument("name")
def drop(name: str) -> None:
    """Drop the role NAME."""
    from app.commands import here  # noqa: PLC0415 - see there

    here.drop_analyst(name)
    tell(f"{name}: dropped")
