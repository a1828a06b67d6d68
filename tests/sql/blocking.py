"""Which statements of a migration stop others: while it runs, or because they still use what it takes away."""

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"--[^\n]*")
_BODY = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_CREATED = re.compile(r"create (?:unlogged )?table (?:if not exists )?(\w+)")
_STRING = re.compile(r"'(?:[^']|'')*'")
_TABLE = re.compile(
    r"^(?:alter table|update|delete from|truncate(?: table)?) (?:if exists )?(?:only )?(\w+)"
    r"|^create.* index .*? ?on (?:only )?(\w+)"
)
_ALTER = "^alter table .*"
_COLUMN = rf"{_ALTER}\badd (?:column )?(?:if not exists )?(?!constraint|check|unique|foreign|primary|exclude)\w+[^,]*\b"
_CONSTRAINT = rf"{_ALTER}\badd (?:constraint \w+ )?"
_ONE_VERSION_LATER = "the version before still uses it: one version later"
_RULES = {
    "^create (?:unique )?index (?!concurrently)": "keeps writers out while it is built: *.concurrently.sql",
    rf"{_ALTER}\balter (?:column )?\w+ (?:set data )?type\b": "writes the table anew: add a column, fill it in pieces",
    r"\bset not null\b": "reads the whole table: a check, NOT VALID, that the next revision validates",
    rf"{_CONSTRAINT}(?:check|foreign key)\b(?!.*not valid)": "reads the whole table: NOT VALID",
    rf"{_CONSTRAINT}(?:unique|primary key|exclude)\b(?!.*using index)":
        "builds an index: a unique one in *.concurrently.sql, then USING INDEX",
    rf"{_COLUMN}(?:check|references|unique|primary key)\b":
        "reads the whole table: first the column, then a NOT VALID constraint",
    rf"{_COLUMN}(?:default \w+\(|generated\b|serial\b)": "writes the table anew: a constant default, or none",
    "^(?:update|delete from) ": "touches all rows at once: *.pieces.sql",
    rf"{_ALTER}\bdrop (?:column\b|(?!constraint|not|default|expression|identity)\w+)": _ONE_VERSION_LATER,
    r"\brename (?:to|column|constraint)?\b": "the version before knows the old name: add the new one beside it",
    r"^drop (?:table|view|function|type|schema)\b": _ONE_VERSION_LATER,
    "^(?:truncate|cluster|lock|vacuum full|reindex (?!.*concurrently))": "keeps everybody out",
    "^refresh materialized view (?!concurrently)": "keeps readers out",
}  # fmt: skip


def blocking(script: str) -> list[str]:
    """`statement: why it blocks` for each that does so on a table that the script has not made itself."""
    statements = list(_statements(script))
    made = {table for statement in statements for table in _CREATED.findall(statement)} | {"alembic_version"}
    return [
        f"{statement[:100]}: {why}"
        for statement in statements
        if not (_tables(statement) & made)
        for rule, why in _RULES.items()
        if re.search(rule, statement)
    ]


def _tables(statement: str) -> set[str]:
    match = _TABLE.search(statement)
    return {table for table in match.groups() if table} if match else set()


def _statements(script: str) -> Iterator[str]:
    bare = _STRING.sub("''", _BODY.sub("$$", _COMMENT.sub("", script))).lower()
    for statement in bare.split(";"):
        if words := " ".join(statement.split()):
            yield words
