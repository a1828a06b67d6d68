"""An edge of the graph, as a row of each table that it leaves."""

from app.catalog.ids import channel_key
from app.wiring import Wiring
from tests.jobs.steps import change


def add_edge(wiring: Wiring, source: str, discovered: str) -> None:
    """And all that belongs to it."""
    now = {"now": wiring.clock.now(), "source": channel_key(source)}
    found = {**now, "discovered": channel_key(discovered)}
    change(wiring, "insert into discovered_channels values (:discovered, 1, 0.5, 1, :source, 'x', :now)", **found)
    change(
        wiring,
        "insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,"
        " evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)"
        " values (:source, :discovered, 'x', 'youtube', 1, '{e}', '{1}', 0.5, :now, :now)",
        **found,
    )
    change(wiring, "insert into discovery_expansions values (:source, 'x', null, :now)", **now)
    change(wiring, "insert into discovery_answers values (:source, 'x', 1, null, 1, :now)", **now)
    change(wiring, "insert into handle_mentions values ('@x', :source, 'x', '{e}', :now)", **now)
    change(
        wiring,
        "insert into mentioned_handles values ('@x', 1) on conflict (handle) do update"
        " set sources = mentioned_handles.sources + 1",
    )
    change(wiring, "insert into channel_terms values ('a term', :source, :now)", **now)
