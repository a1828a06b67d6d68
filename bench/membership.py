"""How large a membership is: ids as text against ids as numbers. `python -m bench.membership [rows]`."""

import json
import os
import sys

from sqlalchemy import Connection, text

from app.db import Database
from devstack.postgres import temporary_postgres

_DESIGNS = {
    "numbers": "playlist bigint, entry bigint, video bigint",
    "texts": "playlist text, entry text, video text",
}
_REST = """added_at timestamptz, video_published_at timestamptz, first_seen_at timestamptz, last_seen_at timestamptz,
           gone_at timestamptz, owner uuid, position integer, kind text, title text"""
_KEYS = {
    "numbers": "n / 100, hashtextextended(n::text, 0), hashtextextended((n % 700001)::text, 1)",
    "texts": """'PL' || left(md5((n / 100)::text), 32),
                left(translate(encode(('PL' || left(md5((n / 100)::text), 32) || '.' || left(md5(n::text), 16))::bytea,
                               'base64'), E'=\\n', ''), 68),
                left(md5((n % 700001)::text), 11)""",
}


def main() -> None:
    """Print bytes a row, table and indexes, of both designs."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with temporary_postgres(os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")) as server:
        db = Database(server.url("postgres"), pooled=False)
        for design in _DESIGNS:
            with db.begin() as tx:
                print(json.dumps({"design": design, "rows": rows, **_measure(tx, design, rows)}))
        db.close()


def _measure(tx: Connection, design: str, rows: int) -> dict[str, float]:
    tx.execute(text("set local statement_timeout = 0"))
    tx.execute(text(f"create table {design} ({_DESIGNS[design]}, {_REST}, primary key (playlist, entry))"))
    tx.execute(text(f"create index on {design} (video, playlist)"))
    tx.execute(
        text(
            f"insert into {design} select {_KEYS[design]}, now(), now(), now(), now(), null, gen_random_uuid(), "  # noqa: S608 - ours
            f"n % 100, 'available', repeat('t', 20 + n % 60) from generate_series(0, {rows - 1}) n"
        )
    )
    sizes = f"select pg_table_size('{design}'), pg_indexes_size('{design}')"
    table, indexes = tx.execute(text(sizes)).one()
    return {"table_bytes_a_row": round(table / rows, 1), "index_bytes_a_row": round(indexes / rows, 1)}


if __name__ == "__main__":
    main()
