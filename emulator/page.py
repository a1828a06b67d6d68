"""The page for people: what time it is here, what was asked, what it cost and what goes wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice

from emulator.clock import pacific_day
from emulator.examples import Examples
from emulator.journal import Entry, Tally
from emulator.messages import Fault, Latency, UnitCount
from emulator.page_style import POLICY, STYLE
from emulator.state import State
from emulator.wire import HTML, Reply

REFRESH_SECONDS = 5
SHOWN_QUOTAS = 40
SHOWN_REQUESTS = 30
_LETTERS = 120
"""Of a request's parameters: fifty ids are not worth more."""


class _Html(str):
    """Text that is HTML already."""

    __slots__ = ()


class Page:
    """Shows a state as it is, again every few seconds."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._examples = Examples(state.world)

    def reply(self, units: Sequence[UnitCount]) -> Reply:
        """HTML, complete, with no address but the emulator's own."""
        state, now = self._state, self._state.clock.now()
        today = pacific_day(now)
        sections = (
            _facts(self._facts()),
            _section(f"Quota of {today}, Pacific Time", _quotas([line for line in units if line.day == today])),
            _section("Calls", _calls(state)),
            _section("Faults", _faults(state.faults.all(now))),
            _section("Latency", _latencies(state.latency.all())),
            _section("Last requests", _requests(state.journal.last)),
            _section("Try", _examples(self._examples.addresses(now))),
        )
        html = (
            "<!DOCTYPE html><html lang=en><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width, initial-scale=1'>"
            f"<title>YouTube emulator</title><style>{STYLE}</style>"
            f"<h1>YouTube Data API v3, emulated</h1>{''.join(sections)}"
        )
        return Reply(200, html.encode(), {"content-type": HTML, "refresh": str(REFRESH_SECONDS), **POLICY})

    def _facts(self) -> Mapping[str, object]:
        state, clock = self._state, self._state.clock
        return {
            "time here (UTC)": clock.now().strftime("%Y-%m-%d %H:%M:%S"),
            "clock": {0.0: "stands still", 1.0: "real speed"}.get(clock.speed, f"{clock.speed:g} times as fast"),
            "calls": sum(tally.calls for tally in state.journal.counts.values()),
            "units": sum(tally.units for tally in state.journal.counts.values()),
            "seed": state.settings.seed,
            "recorded resources": len(state.world.recorded),
        }


def _facts(facts: Mapping[str, object]) -> str:
    cells = (f"<div><dt>{escape(name)}<dd>{escape(str(value))}</div>" for name, value in facts.items())
    return f"<dl class=facts>{''.join(cells)}</dl>"


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>{content}"


def _quotas(lines: Sequence[UnitCount]) -> str:
    fullest = sorted(lines, key=lambda line: (-line.used / (line.limit or 1), line.project, line.bucket))
    rows = [
        (line.project, line.bucket, _meter(line), f"{line.used:,} of {line.limit:,}", _refused(line.refused))
        for line in fullest[:SHOWN_QUOTAS]
    ]
    more = f"<p class=quiet>and {len(lines) - SHOWN_QUOTAS} more</p>" if len(lines) > SHOWN_QUOTAS else ""
    return _table(("project", "bucket", "", "#units used", "#calls refused"), rows, "Nothing was asked today.") + more


def _meter(line: UnitCount) -> _Html:
    limit = line.limit or 1
    used = line.used if line.limit else 1  # no quota at all is a full bar
    return _Html(f"<meter max={limit} low={limit * 0.8} high={limit * 0.99} optimum=0 value={used}></meter>")


def _refused(calls: int) -> object:
    return _Html(f"<span class=bad>{calls:,}</span>") if calls else 0


def _calls(state: State) -> str:
    tallies: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)
    for line, tally in state.journal.counts.items():
        tallies[line.method, line.outcome].calls += tally.calls
        tallies[line.method, line.outcome].units += tally.units
    rows = [(*ended, f"{tally.calls:,}", f"{tally.units:,}") for ended, tally in sorted(tallies.items())]
    return _table(("method", "outcome", "#calls", "#units"), rows, "There were none.")


def _faults(faults: Iterable[Fault]) -> str:
    rows = [(fault.kind, fault.method or "all methods", _rhythm(fault), _schedule(fault)) for fault in faults]
    return _table(("kind", "method", "strikes", "schedule"), rows, "None is set.")


def _rhythm(fault: Fault) -> str:
    if fault.next is not None:
        return f"the next {fault.next} calls"
    if fault.every is not None:
        return f"one call in {fault.every}"
    return "always" if fault.probability is None else f"{100 * fault.probability:g} % of the calls"


def _schedule(fault: Fault) -> str:
    bounds = (("from", fault.since), ("until", fault.until))
    told = [f"{word} {at:%Y-%m-%d %H:%M:%S %Z}" for word, at in bounds if at]
    return ", ".join([*told, *([f"after {fault.after} calls"] if fault.after else [])])


def _latencies(latencies: Sequence[Latency]) -> str:
    rest = "all methods" if len(latencies) == 1 else "all others"
    rows = [(one.method or rest, f"{one.milliseconds:g}", f"{one.spread:g}") for one in latencies]
    return _table(("method", "#milliseconds", "#more by chance"), rows, "")


def _requests(entries: Sequence[Entry]) -> str:
    rows = [
        (
            f"{entry.at:%H:%M:%S}",
            entry.method,
            entry.status,
            entry.outcome,
            entry.units,
            entry.project,
            _Html(f"<code>{escape(_query(entry))}</code>"),
        )
        for entry in islice(reversed(entries), SHOWN_REQUESTS)
    ]
    return _table(("time", "method", "status", "outcome", "#units", "project", "asked for"), rows, "There were none.")


def _query(entry: Entry) -> str:
    query = "&".join(f"{name}={','.join(texts)}" for name, texts in entry.parameters.items())
    return query if len(query) <= _LETTERS else f"{query[:_LETTERS]}…"


def _examples(addresses: Mapping[str, str]) -> str:
    links = ((name, _Html(f'<a href="{escape(at)}"><code>{escape(at)}</code></a>')) for name, at in addresses.items())
    return _table(("method", "address"), list(links), "There is nothing to ask for at this time.")


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]], none: str) -> str:
    """Rows under heads; a head that begins with # stands above numbers."""
    if not rows:
        return f"<p class=quiet>{escape(none)}</p>"
    kinds = ["number" if head.startswith("#") else "" for head in heads]
    head = "".join(
        f"<th class='{kind}'>{escape(name.removeprefix('#'))}" for name, kind in zip(heads, kinds, strict=True)
    )
    body = "".join("<tr>" + "".join(map(_cell, row, kinds)) for row in rows)
    return f"<div class=wide><table><tr>{head}{body}</table></div>"


def _cell(value: object, kind: str) -> str:
    return f"<td class='{kind}'>{value if isinstance(value, _Html) else escape(str(value))}"
