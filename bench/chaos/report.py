"""What a run has shown, as a table for people and as JSON."""

import json
import os
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from statistics import quantiles

from bench.chaos.rounds import Struck
from bench.chaos.scene import Size
from bench.serving import table


def as_text(struck: Sequence[Struck], skipped: Mapping[str, str]) -> str:
    """One line for each fault, then whatever was broken, and what was left out."""
    lines = [table(list(_rows(struck))), _summary(struck)] if struck else []
    lines += [f"left out: {fault}: {why}" for fault, why in skipped.items()]
    for one in struck:
        lines += [
            f"BROKEN by {one.blow.fault} at {one.blow.share:.0%} of {one.blow.kind}: {what}"
            for what in one.finding.broken
        ]
    return "\n".join(lines)


def as_json(struck: Sequence[Struck], skipped: Mapping[str, str], size: Size, seed: int) -> str:
    """The same with every single blow, what it ran on, and the settings that were not the defaults."""
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
    told = {"seed": seed, "machine": machine, "size": asdict(size), "left_out": dict(skipped)}
    return json.dumps({**told, "faults": list(_rows(struck)), "blows": [asdict(one) for one in struck]}, indent=2)


def is_kept(struck: Sequence[Struck]) -> bool:
    """Whether no promise was broken."""
    return not any(one.finding.broken or one.finding.lost or one.finding.duplicated for one in struck)


def _summary(struck: Sequence[Struck]) -> str:
    """How often each kind of job was struck, and the recoveries of all."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(one.blow.kind for one in struck).items())
    times = [one.blow.recovery for one in struck if one.blow.recovery is not None]
    late = sum(not one.blow.in_time for one in struck)
    recovery = f"recovery p50 {_seconds(times, 50)}, p95 {_seconds(times, 95)}"
    return f"{len(struck)} blows: {kinds}; {late} came after the job had ended; {recovery}"


def _rows(struck: Sequence[Struck]) -> Iterator[dict[str, object]]:
    for fault in dict.fromkeys(one.blow.fault for one in struck):
        blows = [one for one in struck if one.blow.fault == fault]
        times = [one.blow.recovery for one in blows if one.blow.recovery is not None]
        yield {
            "fault": fault,
            "runs": len(blows),
            "kinds": " ".join(sorted({one.blow.kind for one in blows})),
            "lost": sum(one.finding.lost for one in blows),
            "duplicated": sum(one.finding.duplicated for one in blows),
            "extra units": sum(one.finding.extra_units for one in blows),
            "recovery p50": _seconds(times, 50),
            "p95": _seconds(times, 95),
            "promises": "BROKEN" if any(one.finding.broken for one in blows) else "kept",
        }


def _seconds(times: Sequence[float], percent: int) -> str:
    if not times:
        return "-"
    # of one measurement there is nothing to interpolate
    of = [*times, *times] if len(times) == 1 else times
    return f"{quantiles(of, n=100, method='inclusive')[percent - 1]:.1f} s"
