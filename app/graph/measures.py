"""Communities and centrality of a subgraph that fits into memory; the same subgraph is told the same each time."""

from collections.abc import Mapping, Sequence

import networkx as nx

from app.graph.model import Link, Measured, Node

_SEED = 1
_STARTS = 50
"""The shortest paths from so many channels stand for those from all."""
_DAMPING, _ROUNDS, _NEAR_ENOUGH = 0.85, 100, 1e-9


def measured(nodes: Sequence[Node], links: Sequence[Link]) -> tuple[list[Measured], float]:
    """Every channel with its place among these, the highest pagerank first; and the modularity of the communities."""
    graph = _directed(nodes, links)
    communities, modularity = _communities(graph)
    ranks = pagerank(graph)
    between = nx.betweenness_centrality(graph, k=min(len(graph), _STARTS), seed=_SEED) if len(graph) else {}
    told = [Measured(node, communities[n], ranks[n], graph.in_degree(n), between[n]) for n, node in enumerate(nodes)]
    return sorted(told, key=lambda one: (-one.pagerank, one.node.channel_id)), modularity


def pagerank(graph: "nx.DiGraph[int]") -> dict[int, float]:
    """The share of time that a wanderer spends at each channel, who follows sure edges more often.

    networkx's own needs scipy, which is larger than all that we ship.
    """
    share = 1 / max(1, len(graph))
    weight = {n: float(graph.out_degree(n, weight="weight")) for n in graph}
    ranks = dict.fromkeys(graph, share)
    sure: float
    for _ in range(_ROUNDS):
        lost = sum(ranks[n] for n in graph if not weight[n])
        after = dict.fromkeys(graph, (1 - _DAMPING + _DAMPING * lost) * share)
        for source, target, sure in graph.edges(data="weight"):
            after[target] += _DAMPING * ranks[source] * sure / weight[source] if weight[source] else 0
        moved = sum(abs(after[n] - ranks[n]) for n in graph)
        ranks = after
        if moved < _NEAR_ENOUGH:
            break
    return ranks


def _directed(nodes: Sequence[Node], links: Sequence[Link]) -> "nx.DiGraph[int]":
    """With numbers for nodes: sets of texts are ordered differently in each process, and louvain with them."""
    number = {node.channel_id: n for n, node in enumerate(nodes)}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(number.values())
    graph.add_weighted_edges_from((number[link.source], number[link.target], link.confidence) for link in links)
    return graph


def _communities(graph: "nx.DiGraph[int]") -> tuple[Mapping[int, int], float]:
    if not graph.size(weight="weight"):
        return {n: place for place, n in enumerate(graph)}, 0.0
    found = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    found.sort(key=lambda community: (-len(community), min(community)))
    modularity = nx.community.modularity(graph, found, weight="weight")
    return {n: place for place, community in enumerate(found) for n in community}, modularity
