"""`migrate` and `init-sql`: the schema of the database."""

import click

from app.commands.terminal import ERR, as_json_option, tell, tell_json


@click.command("migrate")
@as_json_option
def migrate(*, as_json: bool) -> None:
    """Bring the database of DATABASE_URL to the schema of this version; others may work with it meanwhile."""
    from app.commands import here  # noqa: PLC0415 - see there

    before, after = here.migrate(lambda words: ERR.print(words, markup=False, soft_wrap=True))
    if as_json:
        tell_json({"schema": after, "before": before})
        return
    tell(f"the schema is {after}" + ("" if before == after else f", before it was {before or 'empty'}"))


@click.command("init-sql")
def init_sql() -> None:
    """Print the whole schema, as init.sql has it."""
    from app.commands import here  # noqa: PLC0415 - see there

    click.echo(here.schema(), nl=False)
