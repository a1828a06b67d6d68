"""The page for people: what was asked and what it cost."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

from emulator.messages import Counters
from emulator.state import State

_STYLE = (
    "body{font:15px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "a{overflow-wrap:anywhere}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem;display:block;overflow-x:auto}"
    "td,th{padding:.2rem .8rem;border:1px solid #8886;text-align:left}"
    "code{font-size:.9em}"
)


def page(state: State, counters: Counters) -> bytes:
    """HTML, complete, with no address but the emulator's own."""
    now = state.clock.now()
    ids = list(islice(state.world.universe.existing_ids(now), 3))
    example = f"/youtube/v3/channels?part=snippet,statistics&id={','.join(ids)}&key=any-key"
    units = ((u.project, u.bucket, u.day, u.used, u.limit, u.refused) for u in counters.units)
    calls = ((c.key, c.project, c.method, c.day, c.outcome, c.calls) for c in counters.calls)
    html = (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8>"
        f"<meta name=viewport content='width=device-width'><title>YouTube emulator</title><style>{_STYLE}</style>"
        "<h1>YouTube Data API v3, emulated</h1>"
        f"<p>Seed {state.settings.seed}, {escape(now.isoformat(timespec='seconds'))}, "
        f"{len(state.faults.all())} faults set, {len(state.world.recorded)} recorded resources.</p>"
        f'<p>Try <a href="{escape(example)}"><code>{escape(example)}</code></a></p>'
        f"<h2>Units</h2>{_table(('project', 'bucket', 'Pacific day', 'used', 'limit', 'calls refused'), units)}"
        f"<h2>Calls</h2>{_table(('key', 'project', 'method', 'Pacific day', 'outcome', 'calls'), calls)}"
    )
    return html.encode()


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(name)}" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}" for cell in row) for row in rows)
    return f"<table><tr>{head}{body}</table>"
