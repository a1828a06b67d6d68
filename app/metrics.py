"""Counts for Prometheus, taken from PostgreSQL when they are asked for: every process tells the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class _Counts(Collector):
    def __init__(self, stats: Mapping[str, Any]) -> None:
        self._stats = stats

    def collect(self) -> Iterable[Metric]:
        channels = GaugeMetricFamily("catalog_channels", "Channels by what is known of them", labels=["state"])
        for state in ("channels", "with_metadata", "pending", "not_found"):
            if self._stats["channels"][state] is not None:
                channels.add_metric([state], self._stats["channels"][state])
        videos = GaugeMetricFamily("videos_stored", "Videos that something is known of")
        videos.add_metric([], self._stats["total_videos"])
        jobs = GaugeMetricFamily("jobs_by_status", "Jobs in each state", labels=["status"])
        for status, count in self._stats["jobs"].items():
            jobs.add_metric([status], count)
        units = GaugeMetricFamily("keys_quota_units_today", "Units of the Pacific day", labels=["bucket", "state"])
        for bucket, counted in self._stats["units_today"].items():
            for state, count in counted.items():
                units.add_metric([bucket, state], count)
        return [channels, videos, jobs, units]


def exposition(stats: Mapping[str, Any]) -> bytes:
    """The text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Counts(stats))
    return generate_latest(registry)
