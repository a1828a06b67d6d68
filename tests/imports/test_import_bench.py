"""The benchmark of imports in small: it counts what is taken in; times are for a machine that does nothing else."""

from bench.imports import measure


def test_ten_thousand_rows_are_all_accounted_for() -> None:
    told = measure(10_000, titles=True, page=3_000)
    outcomes = told["outcomes"]
    first, again = outcomes["import"], outcomes["the same file again"]
    repeated = told["rows"] - told["distinct"] - told["bad"]
    assert told["bad"] > 0 < repeated
    assert (first["fetched"], first["unchanged"], first["failed"]) == (told["distinct"], repeated, told["bad"])
    assert (again["fetched"], again["unchanged"], again["failed"]) == (0, told["rows"] - told["bad"], told["bad"])
    assert len(told["ways"]) == 3
    assert all(way["seconds"] > 0 for way in told["ways"])
    assert all(peak < 300 for peak in told["peak_megabytes"].values())
