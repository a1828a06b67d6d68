"""`graph ...` as people meet it."""

import csv
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import networkx as nx
import pytest

from app.wiring import Wiring
from tests.cli.conftest import Run
from tests.graph.breaking import add_a_long_graph, end_its_sessions
from tests.graph.edges import NOON, Row, add_channels, add_edges, channel_id


@pytest.fixture(autouse=True)
def related(wiring: Wiring) -> None:
    for number, title in enumerate(("[red]Paper Boats", "Rivers", "Lakes", "Island")):
        add_channels(wiring, [number], title=title)
    later = NOON.replace(year=NOON.year + 100)  # so that no age fades it
    add_edges(wiring, [Row(0, 1, last_seen=later), Row(2, 1, "mentions", last_seen=later), Row(2, 0, last_seen=later)])


def test_neighbours(run: Run) -> None:
    told = run("graph", "neighbours", channel_id(1))
    assert (told.returncode, told.stdout.splitlines()) == (
        0,
        [
            f"0.50  {channel_id(0)}  [red]Paper Boats  named by (featured_channels)",
            f"0.50  {channel_id(2)}  Lakes  named by (mentions)",
        ],
    )
    assert json.loads(run("graph", "neighbours", channel_id(1), "--direction", "out", "--json").stdout)["counts"]
    assert run("graph", "neighbours", channel_id(3)).stderr == "no channel in the catalogue is beside it\n"


def test_paths(run: Run) -> None:
    there = run("graph", "path", channel_id(0), channel_id(2), "--json")
    assert [one["title"] for one in json.loads(there.stdout)["paths"][0]["channels"]] == ["[red]Paper Boats", "Lakes"]
    assert run("graph", "path", channel_id(2), channel_id(1)).stdout == "0.50  Lakes - Rivers\n"
    none = run("graph", "path", channel_id(1), channel_id(2), "--directed")
    assert (none.returncode, none.stdout, none.stderr) == (1, "", "no path leads there\n")


def test_communities(run: Run) -> None:
    told = run("graph", "communities", "--max-nodes", "2")
    assert told.stdout.count(" channel") >= 1
    assert "there are more channels than these 2" in told.stderr
    assert len(json.loads(run("graph", "communities", "--json").stdout)["channels"]) == 3


def test_exports(run: Run, tmp_path: Path) -> None:
    for name, read in (("all.gexf", nx.read_gexf), ("all.GraphML", nx.read_graphml)):
        assert run("graph", "export", name).returncode == 0
        assert set(read(tmp_path / name)) == {channel_id(number) for number in range(3)}
    part = run("graph", "export", "part.txt", "--format", "csv", "--around", channel_id(0), "--max-nodes", "2")
    assert part.stderr == "there are more channels: raise --max-nodes, or filter\n"
    with (tmp_path / "part.txt").open(newline="") as lines:
        assert [line["source"] for line in csv.DictReader(lines)] == [channel_id(0)]
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".GraphML", ".gexf", ".txt"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("export", "graph.exe"), 2, ".gexf, .graphml or .csv"),
        (("export", "graph.csv", "--around", channel_id(9)), 1, "not in the catalogue"),
        (("neighbours", "@boats/.."), 1, "error"),
        (("path", channel_id(0), channel_id(0)), 1, "both are the same channel"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    ended = run("graph", *arguments)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert told in ended.stderr
    assert not list(tmp_path.glob("graph.*"))


def test_an_export_that_breaks_leaves_nothing_behind(wiring: Wiring, run: Run, tmp_path: Path) -> None:
    add_a_long_graph(wiring)
    (tmp_path / "all.csv").write_text("of yesterday")
    os.mkfifo(tmp_path / "all.csv.part")  # what is written waits for who reads it

    def break_in_the_middle() -> None:
        with (tmp_path / "all.csv.part").open("rb") as written:
            written.read(1)
            end_its_sessions(wiring)
            while written.read(2**16):
                pass

    with ThreadPoolExecutor() as reader:
        reading = reader.submit(break_in_the_middle)
        ended = run("graph", "export", "all.csv")
        reading.result()
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "the export broke off" in ended.stderr
    assert "ask for it again" in ended.stderr
    assert [path.name for path in tmp_path.glob("all*")] == ["all.csv"]
    assert (tmp_path / "all.csv").read_text() == "of yesterday"


def test_where_no_file_can_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken.csv.part").mkdir()
    for file in ("nowhere/all.csv", "taken.csv"):
        ended = run("graph", "export", file)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert f"{file} cannot be written" in ended.stderr
