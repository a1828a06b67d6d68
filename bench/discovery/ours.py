"""What a discovery job of ours has brought, and how sure it is of pairs, read from its rows."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from app.catalog.ids import channel_id_of
from app.discoveries.model import Wanted
from app.jobs.model import Job
from app.wiring import Wiring
from bench.discovery.brought import GROUPS, Brought
from bench.system import calls_by_method, work_off
from discovery.registry import methods
from emulator.control import Control
from emulator.universe.communities import community_of, theme_of
from emulator.universe.ids import channel_number

_YIELDS = """
    select method, sum(expansions)::int as expansions, sum(units)::int as units, sum(confirmed)::int as confirmed,
           sum(dropped)::int as dropped
    from discovery_yields where job_id = :job_id group by method"""
# What speaks for a pair together, by however many methods: as candidates are weighed.
_PAIRS = """
    select e.source_channel_id as source, e.discovered_channel_id as discovered, sum(e.evidence_count) as evidence,
           1 - exp(sum(ln(1 - least(0.99, e.confidence_score)))) as confidence,
           bool_or(e.discovery_method <> all(:unjudged)) as judged
    from channel_discoveries e
    join channels s on s.id = e.source_channel_id join channels d on d.id = e.discovered_channel_id
    group by 1, 2 order by 1, 2"""
_METHODS = """
    select discovery_method as method, source_channel_id as source, discovered_channel_id as discovered,
           confidence_score as confidence, evidence_count as evidence,
           e.discovery_method <> all(:unjudged) as judged
    from channel_discoveries e
    join channels s on s.id = e.source_channel_id join channels d on d.id = e.discovered_channel_id"""
ZERO = ("description_links", "mentions", "shared_terms")
"""Methods that read what is stored."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two channels that an edge connects, and the truth about them."""

    confidence: float
    evidence: int
    judged: bool
    """Some method connects them of which the signals can tell how reliable it is."""
    same_community: bool
    same_theme: bool


def spend(wiring: Wiring, units: int, batch_size: int) -> tuple[Job, dict[str, Brought]]:
    """Let a job choose by itself, by all methods and as far as the budget goes; what each method has brought."""
    wanted = Wanted(depth=100, min_yield=0, max_units=units, batch_size=batch_size)
    job = work_off(wiring, wiring.discoveries.ask(wanted, idempotency_key=None, requested_by="bench"))
    found: dict[str, Brought] = {}
    with wiring.db.begin() as tx:
        for row in tx.execute(text(_YIELDS), {"job_id": job.id}):
            one = found.setdefault(GROUPS.get(row.method, row.method), Brought())
            one.expansions += row.expansions
            one.units += row.units
            one.new += row.confirmed
            one.dropped += row.dropped
    return job, found


def pairs(wiring: Wiring) -> list[Pair]:
    """All pairs whose both ends are in the catalogue."""
    with wiring.db.begin() as tx:
        return [_pair(row) for row in tx.execute(text(_PAIRS), _unjudged())]


def edges(wiring: Wiring) -> dict[str, list[Pair]]:
    """Likewise each edge by itself, by its method."""
    found: dict[str, list[Pair]] = {}
    with wiring.db.begin() as tx:
        for row in tx.execute(text(_METHODS), _unjudged()):
            found.setdefault(row.method, []).append(_pair(row))
    return found


def _unjudged() -> dict[str, list[str]]:
    return {"unjudged": [name for name, method in methods().items() if method.chooses_by]}


def _pair(row: Row[Any]) -> Pair:
    one, other = (community_of(channel_number(channel_id_of(key))) for key in (row.source, row.discovered))
    return Pair(float(row.confidence), int(row.evidence), row.judged, one == other, theme_of(one) == theme_of(other))


def without_calls(wiring: Wiring, control: Control) -> dict[str, object]:
    """Expand what is known by the methods that read what is stored: calls at the emulator, and channels confirmed."""
    before = calls_by_method(control)
    job = work_off(wiring, wiring.discoveries.ask(Wanted(methods=ZERO), idempotency_key=None, requested_by="bench"))
    calls: Counter[str] = calls_by_method(control) - before
    with wiring.db.begin() as tx:
        asked = tx.execute(text("select count(*) from discovered_channels where depth > 0")).scalar_one()
        expansions = tx.execute(text("select count(*) from discovery_expansions")).scalar_one()
    return {"expansions": expansions, "to_confirm": asked, "calls": dict(calls), "units": job.units_used}
