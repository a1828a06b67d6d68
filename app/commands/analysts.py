"""`analysts ...`: who may read the database with SQL."""

import click

from app.commands.terminal import ERR, as_json_option, say, tell, tell_json


@click.group("analysts")
def analysts() -> None:
    """Roles that may read the views of the schema `analyst`, and nothing else."""


@analysts.command("create")
@click.argument("name")
@as_json_option
def create(name: str, *, as_json: bool) -> None:
    """Make the role NAME; its password is shown once."""
    from app.commands import here  # noqa: PLC0415 - see there

    password, address = here.create_analyst(name)
    if as_json:
        tell_json({"name": name, "password": password, "address": address})
    else:
        say("password", password)
        say("address", address)
    ERR.print("it is shown this once; the views are explained in docs/data-dictionary.md")


@analysts.command("drop")
@click.argument("name")
@as_json_option
def drop(name: str, *, as_json: bool) -> None:
    """Drop the role NAME."""
    from app.commands import here  # noqa: PLC0415 - see there

    here.drop_analyst(name)
    tell_json({"name": name, "dropped": True}) if as_json else tell(f"{name}: dropped")
