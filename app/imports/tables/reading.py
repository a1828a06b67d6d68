"""Rows of a table as pages of an import: which columns, in which order, and from where on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, select

from app.imports.columns import LOOKED_AT, holds_name, id_column, named
from app.imports.contract import Page, TableSource, UnusableSourceError
from app.imports.known import COUNTRY_NAMES, HANDLE_NAMES, TITLE_NAMES, country_in, handle_in, title_in
from app.imports.sorting import sort
from app.imports.tables.catalogue import Catalogue, Found, column_of, there_are
from app.imports.tables.keyset import cell, key_values, next_rows, packed, share_of, unpacked
from app.imports.tables.opening import opened
from app.imports.tables.place import Place, Wanted

_MOST_TABLES = 200
# Where several tables hold ids, one of these is meant.
_LIKELY_TABLES = ("channels", "youtube_channels", "channel")
_KNOWN = {"title": title_in, "handle": handle_in, "country": country_in}
"""What is kept beside an id, in the order of a row of the catalogue, and how a cell is read."""
_UNKNOWN = 0.0


def look(source: TableSource, place: Place, wanted: Wanted) -> dict[str, Any]:
    """Which table, key and columns are meant, as JSON. Raises UnusableSourceError, SourceAwayError."""
    with opened(source.engine(place), place.password) as connection:
        catalogue = Catalogue(connection)
        if wanted.table is not None:
            return _layout(connection, catalogue, catalogue.find(wanted.table), wanted)
        return _likeliest(connection, catalogue, wanted)


def pages(
    source: TableSource, place: Place, seen: Mapping[str, Any], position: Mapping[str, Any], rows: int
) -> Iterator[Page]:
    """The rows behind a position. Each page is a transaction of its own: nothing is held while a page is stored."""
    with opened(source.engine(place), place.password) as connection:
        catalogue = Catalogue(connection)
        table = catalogue.table(catalogue.find(seen["table"]))
        if seen["key"] != catalogue.key_of(catalogue.find(seen["table"]), table, seen["named_key"]):
            raise UnusableSourceError(f"the key of {seen['table']!r} is another one now", hint="import it again")
        ends = None if catalogue.find(seen["table"]).is_view else share_of(connection, table, seen["key"])
        connection.rollback()
        at_end = False
        while not at_end:
            page = _page(connection, table, seen, position, rows)
            page.share_read = 1.0 if page.at_end else _share(page.position, ends)
            position, at_end = page.position, page.at_end
            yield page


def _page(
    connection: Connection, table: Table, seen: Mapping[str, Any], position: Mapping[str, Any], rows: int
) -> Page:
    page, key = Page(), seen["key"]
    known = {what: seen[what] for what in _KNOWN if seen.get(what) is not None}
    after = unpacked(position["after"]) if position.get("after") else None
    line = before = int(position.get("row", 0))
    with connection.begin():
        for row in connection.execute(next_rows(table, key, [seen["id"], *known.values()], after).limit(rows)):
            line += 1
            after = key_values(row, key)
            text, *told = cells = [cell(value) for value in row[len(key) :]]
            beside = dict(zip(known, told, strict=True))
            sort(page, line, text, (), ",".join(cells), *(read(beside.get(what)) for what, read in _KNOWN.items()))
        if after is not None and line - before == rows:
            _must_be_alone(connection, table, key, after)
    page.position = {"after": packed(after) if after is not None else None, "row": line}
    page.at_end = line - before < rows
    return page


def _must_be_alone(connection: Connection, table: Table, key: Sequence[str], after: Sequence[Any]) -> None:
    """Of a view nobody knows whether its key is unique: rows that share theirs with the last one would be lost."""
    same = select(*(table.c[name] for name in key)).where(
        *(table.c[name] == value for name, value in zip(key, after, strict=True))
    )
    if len(connection.execute(same.limit(2)).all()) > 1:
        raise UnusableSourceError(f"{', '.join(key)!r} is not unique, so rows would be lost", hint="name another `key`")


def _likeliest(connection: Connection, catalogue: Catalogue, wanted: Wanted) -> dict[str, Any]:
    """The only table that holds channel ids, or the one that is called like it."""
    layouts = {}
    for found in list(catalogue.tables.values())[:_MOST_TABLES]:
        if not found.is_view:
            with _unusable_is_left_out():
                layouts[found.shown] = _layout(connection, catalogue, found, wanted)
    likely = next(([name] for name in _LIKELY_TABLES if name in layouts), list(layouts))
    if len(likely) != 1:
        what = "several tables hold" if likely else "no table holds"
        raise UnusableSourceError(
            f"{what} channel ids: name one as `table`", hint=there_are("tables", likely or catalogue.tables)
        )
    return layouts[likely[0]]


@contextmanager
def _unusable_is_left_out() -> Iterator[None]:
    try:
        yield
    except UnusableSourceError:
        return


def _layout(connection: Connection, catalogue: Catalogue, found: Found, wanted: Wanted) -> dict[str, Any]:
    """The key, and the columns with ids and what is known beside: those that were named, or by names and first rows."""
    table = catalogue.table(found)
    columns = list(table.c.keys())
    key = catalogue.key_of(found, table, wanted.key)
    if found.is_view:
        _must_be_full(connection, table, key)
    names = [name.lower() for name in columns]
    ids = column_of(table, wanted.id_column, "id_column") if wanted.id_column else None
    if ids is None:
        rows = connection.execute(next_rows(table, key, columns, None).limit(LOOKED_AT)).all()
        records = [[cell(value) for value in row[len(key) :]] for row in rows]
        at = id_column(names, records)
        if at is None or (records and not any(holds_name(record[at]) for record in records)):
            raise UnusableSourceError(
                f"no column of {found.shown!r} holds channel ids in its first {LOOKED_AT} rows",
                hint="name it as `id_column`; " + there_are("columns", columns),
            )
        ids = columns[at]
    title = column_of(table, wanted.title_column, "title_column") if wanted.title_column else None
    beside = {
        what: _called(columns, names, ids) for what, names in (("handle", HANDLE_NAMES), ("country", COUNTRY_NAMES))
    }
    return {
        "table": found.shown,
        "key": key,
        "named_key": wanted.key,
        "id": ids,
        "title": title or _called(columns, TITLE_NAMES, ids),
        **beside,
    }


def _called(columns: Sequence[str], names: Sequence[str], ids: str) -> str | None:
    """The column that has one of these names, the one with the ids apart."""
    at = named([column.lower() for column in columns], names)
    return columns[at] if at is not None and columns[at] != ids else None


def _must_be_full(connection: Connection, table: Table, key: Sequence[str]) -> None:
    if connection.execute(select(table.c[key[0]]).where(table.c[key[0]].is_(None)).limit(1)).first():
        raise UnusableSourceError(f"{key[0]!r} is empty in some rows, which would be lost", hint="name another `key`")


def _share(position: Mapping[str, Any], ends: tuple[int, int] | None) -> float:
    """How far a number is between the ends of its column; 0 where nobody knows."""
    if ends is None or not position["after"]:
        return _UNKNOWN
    lowest, highest = ends
    reached: int = position["after"][0]
    return min(max(reached - lowest + 1, 0) / max(highest - lowest + 1, 1), 1.0)
