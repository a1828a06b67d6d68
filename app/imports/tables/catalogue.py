"""What a database says about itself: its tables, their columns, and an order in which rows can be read.

Names of tables and columns come from here and from nowhere else; what a request names is only looked up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Inspector, MetaData, Table, inspect, select, types
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import quoted_name

from app.imports.contract import UnusableSourceError

_ROWID = "rowid"
_OWN_SCHEMAS = ("information_schema", "pg_")
_ORDERED = (types.Integer, types.String, types.Uuid, types.LargeBinary, types.BINARY, types.VARBINARY)
_SHOWN, _LONGEST = 20, 100


@dataclass(frozen=True, slots=True)
class Found:
    """A table or view by the name that people give it, and where it stands."""

    shown: str
    schema: str | None
    name: str
    is_view: bool


class Catalogue:
    """The tables and views of a database, as its own catalogue has them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inspector: Inspector = inspect(connection)
        self.is_file = connection.dialect.name == "sqlite"
        self.tables: Mapping[str, Found] = {found.shown: found for found in self._listed()}

    def _listed(self) -> list[Found]:
        default = self._inspector.default_schema_name
        schemas: list[str | None] = [None]
        if self._inspector.dialect.name == "postgresql":
            names = self._inspector.get_schema_names()
            schemas += [name for name in names if name != default and not name.startswith(_OWN_SCHEMAS)]
        return [
            Found(name if schema is None else f"{schema}.{name}", schema, name, is_view)
            for schema in schemas
            for is_view, names in (
                (False, self._inspector.get_table_names(schema)),
                (True, self._views(schema)),
            )
            for name in names
        ]

    def _views(self, schema: str | None) -> list[str]:
        views = self._inspector.get_view_names(schema)
        if self._inspector.dialect.name == "postgresql":
            views += self._inspector.get_materialized_view_names(schema)
        return views

    def find(self, wanted: str) -> Found:
        """The table of this name. Raises UnusableSourceError, naming those that there are."""
        if wanted not in self.tables:
            raise UnusableSourceError(f"there is no table {wanted[:_LONGEST]!r}", hint=there_are("tables", self.tables))
        return self.tables[wanted]

    def table(self, found: Found) -> Table:
        """The table with its columns; every name is quoted."""
        columns = self._inspector.get_columns(found.name, found.schema)
        made = [Column(quoted_name(str(one["name"]), True), one["type"], nullable=one["nullable"]) for one in columns]
        schema = None if found.schema is None else quoted_name(found.schema, True)
        return Table(quoted_name(found.name, True), MetaData(), *made, schema=schema)

    def key_of(self, found: Found, table: Table, wanted: str | None) -> list[str]:
        """The columns in whose order rows are read: unique together, never NULL. Raises UnusableSourceError."""
        if wanted is not None:
            return [self._named_key(found, table, wanted)]
        if self._has_rowid(found, table):
            return [_ROWID]
        keys = [] if found.is_view else self._unique(found)
        for key in keys:
            if all(_is_ordered(table.c[name]) for name in key):
                return key
        raise UnusableSourceError(
            f"{found.shown!r} has no primary key to read it by",
            hint="name a column that is unique and never empty as `key`; " + there_are("columns", list(table.c.keys())),
        )

    def _has_rowid(self, found: Found, table: Table) -> bool:
        """Most tables of SQLite are kept in the order of a number of their own, which no other column need be."""
        if not self.is_file or found.is_view or _ROWID in table.c:
            return False
        numbered = Table(table.name, MetaData(), Column(_ROWID, types.Integer))
        try:
            self._connection.execute(select(numbered).limit(0)).close()
        except OperationalError:
            return False
        table.append_column(Column(_ROWID, types.Integer))
        return True

    def _named_key(self, found: Found, table: Table, wanted: str) -> str:
        column = column_of(table, wanted, "key")
        if not _is_ordered(table.c[column]):
            raise UnusableSourceError(f"rows cannot be read in the order of {column!r}", hint="a number or text can be")
        # Views have no keys; of them it is found out while they are read.
        if not found.is_view and [column] not in self._unique(found):
            raise UnusableSourceError(
                f"{column!r} is not unique, so rows would be lost where one page ends",
                hint="name a column with a unique index and NOT NULL, or none: the primary key is taken then",
            )
        return column

    def _unique(self, found: Found) -> list[list[str]]:
        """The primary key, then every other set of columns that is unique and has no NULL."""
        primary = self._inspector.get_pk_constraint(found.name, found.schema)["constrained_columns"]
        indexes: Sequence[Any] = self._inspector.get_indexes(found.name, found.schema)
        whole = [one for one in indexes if one["unique"] and not _is_partial(one)]
        constraints: Sequence[Any] = self._inspector.get_unique_constraints(found.name, found.schema)
        nullable = {one["name"]: one["nullable"] for one in self._inspector.get_columns(found.name, found.schema)}
        keys = [primary, *(one["column_names"] for one in [*whole, *constraints])]
        return [key for key in keys if key and None not in key and not any(nullable[name] for name in key)]


def column_of(table: Table, wanted: str, what: str) -> str:
    """The name of a column, if the table has it. Raises UnusableSourceError, naming those that there are."""
    if wanted not in table.c:
        told = f"{table.name!r} has no column {wanted[:_LONGEST]!r} ({what})"
        raise UnusableSourceError(told, hint=there_are("columns", list(table.c.keys())))
    return wanted


def there_are(what: str, names: Mapping[str, object] | Sequence[str]) -> str:
    """In words, which there are."""
    shown = ", ".join(list(names)[:_SHOWN])
    return f"{what}: {shown or 'none'}{', ...' if len(names) > _SHOWN else ''}"


def _is_ordered(column: Column[Any]) -> bool:
    # Words of a list are ordered by their place in it, but compared as words.
    return isinstance(column.type, _ORDERED) and column.type.__visit_name__.lower() not in {"enum", "set"}


def _is_partial(index: Mapping[str, Any]) -> bool:
    options = index.get("dialect_options", {})
    return any(name.endswith("_where") and value is not None for name, value in options.items())
