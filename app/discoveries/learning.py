"""What is learned from rows: how sure edges are, from the newest of them, and what methods bring."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from app.db import Queries
from app.discoveries import store
from app.discoveries.confidence import (
    EVIDENCE_BUCKETS,
    HUB_BUCKETS,
    NOTHING,
    Counted,
    Observed,
    Reliability,
    learn,
    make_signals,
    summed,
)
from app.discoveries.frontier import Arm, Experience, Frontier, Guess
from app.discoveries.model import HANDLES
from discovery.contract import UNKNOWN, DiscoveryMethod
from discovery.registry import methods as known_methods
from discovery.registry import seed_sources

Q = Queries("discoveries")
# Of each method, lest one hides the others. More would take longer and hardly change what is learned.
_MOST_OBSERVED, _MOST_STRANGERS = 2_000, 500
_MOST_SCORED = 50_000
_HALF_LIFE = timedelta(days=14)
_NEW_OF_HANDLE = 0.6
_BUCKETS = {"evidence_buckets": list(EVIDENCE_BUCKETS), "hub_buckets": list(HUB_BUCKETS)}


def read_reliability(tx: Connection) -> Reliability:
    """How sure the edges of each method are, as far as their ends are known."""
    known = known_methods()
    judged = [name for name, method in known.items() if not method.chooses_by]
    newest = {**_BUCKETS, "methods": list(known), "judged": judged}
    rows = tx.execute(Q["observe_edges"], {**newest, "most": _MOST_OBSERVED}).all()
    told = tx.execute(Q["observe_strangers"], {**newest, "most": _MOST_STRANGERS})
    strangers = {row.hub: (row.language, row.topics) for row in told}
    by_hub = zip(*(strangers.get(hub, (NOTHING, NOTHING)) for hub in range(len(HUB_BUCKETS) + 1)), strict=True)
    confirmed = [(row.sure_language, row.sure_topics) for row in rows if row.method in judged]
    sure = [summed(counted) for counted in zip(*confirmed, strict=True)] or [NOTHING, NOTHING]
    observed = [Observed(row.method, row.evidence, row.hub, _heard(known[row.method], row), row.named) for row in rows]
    before = {name: getattr(method, "reliability", UNKNOWN) for name, method in known.items()}
    return learn(observed, make_signals(list(by_hub), sure), before)


def _heard(method: DiscoveryMethod, row: Row[Any]) -> Sequence[Counted]:
    """What a method chooses by does not judge it: who shares words shares a language, related or not."""
    signals = {"language": row.language, "topics": row.topics}
    return [NOTHING if name in method.chooses_by else counted for name, counted in signals.items()]


def score_edges(tx: Connection, since: datetime) -> None:
    """Give the newest edges that were seen since a moment what is known by now."""
    cells = {method: list(cells) for method, cells in read_reliability(tx).cells.items()}
    tx.execute(Q["score_edges"], {**_BUCKETS, "cells": json.dumps(cells), "since": since, "most": _MOST_SCORED})


def read_frontier(tx: Connection, methods: Mapping[str, DiscoveryMethod], now: datetime) -> Frontier:
    """What is believed of methods, and of asking for handles, after all that earlier jobs have brought."""
    guesses = {
        name: Guess(method.units_per_seed, method.new_per_seed, is_free=method.bucket is None)
        for name, method in methods.items()
    }
    guesses |= {
        name: Guess(source.units_per_place, source.new_per_place, is_free=source.bucket is None)
        for name, source in seed_sources().items()
    }
    guesses[HANDLES] = Guess(1.0, _NEW_OF_HANDLE, is_free=False)
    rows = store.read_yields(tx, guesses, _HALF_LIFE, now)
    return Frontier(guesses, {Arm(row.pop("method"), row.pop("stratum")): Experience(**row) for row in rows})
