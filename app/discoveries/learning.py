"""What the catalogue tells about how sure edges are, read from the newest of them."""

import json
from datetime import datetime

from sqlalchemy import Connection

from app.db import Queries
from app.discoveries.confidence import EVIDENCE_BUCKETS, HUB_BUCKETS, Observed, Reliability, learn, make_signals

Q = Queries("discoveries")
# A fifth of a second; more would hardly change what is learned.
_MOST_EDGES = 20_000
_NONE = ((0, 0), (0, 0))
_BUCKETS = {"evidence_buckets": list(EVIDENCE_BUCKETS), "hub_buckets": list(HUB_BUCKETS)}


def read_reliability(tx: Connection) -> Reliability:
    """How sure the edges of each method are, as far as their ends are known."""
    rows = tx.execute(Q["observe_edges"], {**_BUCKETS, "most": _MOST_EDGES})
    observed = [Observed(row.method, row.evidence, row.hub, (row.language, row.topics)) for row in rows]
    pairs = {row.kind: (row.language, row.topics) for row in tx.execute(Q["observe_shares"], {"most": _MOST_EDGES})}
    return learn(observed, make_signals(pairs.get("random", _NONE), pairs.get("sure", _NONE)))


def score_edges(tx: Connection, since: datetime) -> None:
    """Give the edges that were seen since a moment what is known by now."""
    cells = {method: list(cells) for method, cells in read_reliability(tx).cells.items()}
    if cells:
        tx.execute(Q["score_edges"], {**_BUCKETS, "cells": json.dumps(cells), "since": since})
