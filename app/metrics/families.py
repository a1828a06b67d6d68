"""Readings as metrics: names, help and labels. docs/observability.md has the same names for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from app.metrics.events import EVENTS
from app.metrics.store import Row
from app.metrics.tallies import Tally

PREFIX = "tributary_"
OUTCOMES = ("fetched", "unchanged", "not_found", "skipped", "failed")
Readings = Mapping[str, Sequence[Row]]
Sample = tuple[Sequence[str], float]


def of_events(counts: Iterable[tuple[str, tuple[str, ...], Tally]]) -> Iterator[Metric]:
    """What processes have counted; what has not happened yet is there as well, without a sample or with zero."""
    found: dict[str, list[tuple[tuple[str, ...], Tally]]] = {name: [] for name in EVENTS}
    for name, labels, tally in counts:
        # Another version may have counted what this one does not know.
        if name in EVENTS and len(labels) == len(EVENTS[name].labels):
            found[name].append((labels, tally))
    for name, event in EVENTS.items():
        if event.bounds:
            yield _histogram(name, found[name])
        else:
            samples = [(labels, tally.count) for labels, tally in found[name]]
            yield counter(name, event.says, event.labels, samples if event.labels else samples or [((), 0)])


def _histogram(name: str, found: Iterable[tuple[Sequence[str], Tally]]) -> Metric:
    event = EVENTS[name]
    family = HistogramMetricFamily(f"{PREFIX}{name}_seconds", event.says, labels=event.labels)
    bounds = [*map(str, map(float, event.bounds)), "+Inf"]
    for labels, tally in found:
        reached = [*accumulate(tally.buckets[: len(event.bounds)]), tally.count]
        family.add_metric(labels, list(zip(bounds, reached, strict=True)), tally.seconds)
    return family


def counter(name: str, says: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    """What only grows."""
    family = CounterMetricFamily(PREFIX + name, says, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def gauge(name: str, says: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    """What goes up and down."""
    family = GaugeMetricFamily(PREFIX + name, says, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def told(row: Row, labels: Sequence[str], field: str) -> Iterator[Sample]:
    """One sample of a row; none where the reading knows nothing."""
    if row[field] is not None:
        yield [row[label] for label in labels], float(row[field])
