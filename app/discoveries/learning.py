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
    Counted,
    Observed,
    Reliability,
    learn,
    make_signals,
)
from app.discoveries.frontier import Arm, Experience, Frontier, Guess
from app.discoveries.model import HANDLES
from discovery.contract import DiscoveryMethod
from discovery.registry import methods as known_methods
from discovery.registry import seed_sources

Q = Queries("discoveries")
# Half a second; more would hardly change what is learned. So many of one method, lest it hide the others.
_NEWEST = {"newest": 100_000, "most": 3_000}
_MOST_SCORED = 50_000
_HALF_LIFE = timedelta(days=14)
_NEW_OF_HANDLE = 0.6
_NONE = ((0, 0), (0, 0))
_BUCKETS = {"evidence_buckets": list(EVIDENCE_BUCKETS), "hub_buckets": list(HUB_BUCKETS)}


def read_reliability(tx: Connection) -> Reliability:
    """How sure the edges of each method are, as far as their ends are known."""
    rows = tx.execute(Q["observe_edges"], {**_BUCKETS, **_NEWEST})
    observed = [Observed(row.method, row.evidence, row.hub, _heard(row)) for row in rows]
    choosing = [name for name, method in known_methods().items() if method.chooses_by]
    told = tx.execute(Q["observe_shares"], {**_NEWEST, "choosing": choosing})
    pairs = {row.kind: (row.language, row.topics) for row in told}
    return learn(observed, make_signals(pairs.get("random", _NONE), pairs.get("sure", _NONE)))


def _heard(row: Row[Any]) -> Sequence[Counted]:
    """What a method chooses by does not judge it: who shares words shares a language, related or not."""
    method = known_methods().get(row.method)
    deaf = method.chooses_by if method else frozenset()
    return (0, 0) if "language" in deaf else row.language, (0, 0) if "topics" in deaf else row.topics


def score_edges(tx: Connection, since: datetime) -> None:
    """Give the newest edges that were seen since a moment what is known by now."""
    cells = {method: list(cells) for method, cells in read_reliability(tx).cells.items()}
    if cells:
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
