"""New migrations run while others work: what would stop them is found before it is merged."""

import pytest
from alembic.script import ScriptDirectory

from app.migrations import SCRIPTS, as_sql, config
from tests.sql.blocking import blocking

LAST_BEFORE_THE_RULE = "0020"
"""Those up to here were made before anybody had a database that must not stand still."""
ALLOWED: dict[tuple[str, str], str] = {}
"""(revision, how the statement begins): why it may."""

STEPS = {
    path: path.parent
    for path in SCRIPTS.glob("versions/*/*.sql")
    if path.name.endswith((".concurrently.sql", ".pieces.sql"))
}
REVISIONS = sorted(one.revision for one in ScriptDirectory.from_config(config(SCRIPTS)).walk_revisions())
BEFORE = dict(zip(REVISIONS[1:], REVISIONS, strict=False))


def found_in(revision: str) -> list[str]:
    return blocking(as_sql(f"{BEFORE[revision]}:{revision}", live=True))


@pytest.mark.parametrize("revision", [one for one in REVISIONS if one > LAST_BEFORE_THE_RULE])
def test_no_new_migration_keeps_others_waiting(revision: str) -> None:
    allowed = [begins for one, begins in ALLOWED if one == revision]
    assert [found for found in found_in(revision) if not found.startswith(tuple(allowed))] == []


def test_what_is_allowed_is_there() -> None:
    assert [(one, begins) for one, begins in ALLOWED if not any(f.startswith(begins) for f in found_in(one))] == []


def test_those_from_before_show_that_it_is_found() -> None:
    assert len(found_in("0014")) == 7  # two columns with a check, two updates of everything, three indexes
    assert found_in("0016") == found_in("0018") == [], "concurrently"
    assert found_in("0004") == [], "only new tables"


def test_a_revision_that_can_be_begun_again_has_only_such_steps() -> None:
    for folder in set(STEPS.values()):
        assert set(folder.glob("*.sql")) <= STEPS.keys(), f"{folder.name} mixes steps of a transaction with others"


@pytest.mark.parametrize(
    "statement",
    [
        "create index a on channels (b)",
        "create unique index a on channels (b)",
        "alter table channels alter column a type bigint",
        "alter table channels alter a set not null",
        "alter table channels add constraint a check (b > 0)",
        "alter table channels add constraint a foreign key (b) references c",
        "alter table channels add constraint a unique (b)",
        "alter table channels add a uuid default gen_random_uuid()",
        "alter table channels add a int check (a > 0)",
        "alter table channels add a int generated always as (b + 1) stored",
        "alter table channels add column b int, drop column a",
        "alter table channels rename a to b",
        "update channels set a = 1",
        "drop table channels",
        "-- create table channels\ncreate index a on channels (b)",
        "lock table channels",
    ],
)
def test_statements_that_block(statement: str) -> None:
    assert len(blocking(f"begin; {statement}; commit")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "create index concurrently if not exists a on channels (b)",
        "create table t (a int check (a > 0)); create index a on t (a); update t set a = 1",
        "alter table channels add a int, add b text not null default 'x'",
        "alter table channels add constraint a check (b > 0) not valid",
        "alter table channels validate constraint a",
        "alter table channels add constraint a unique using index b",
        "alter table channels drop constraint a",
        "create function f() returns int language sql as $$ update channels set a = 1 returning 1 $$",
        "comment on table channels is 'rename to'; insert into channels select; select f()",
    ],
)
def test_statements_that_do_not(statement: str) -> None:
    assert blocking(f"begin; {statement}; commit") == []
