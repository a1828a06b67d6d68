"""`export`, `dictionary` and `analysts` as people meet them."""

import gzip
import hashlib
import json
from pathlib import Path

import psycopg
import pytest

from app.exports.dictionary import page
from app.exports.model import Manifest
from app.exports.service import Exports
from app.wiring import Wiring
from tests.cli.conftest import Run
from tests.exports.rows import TITLES, fill
from tests.hands import sql


@pytest.fixture
def filled(wiring: Wiring) -> None:
    fill(wiring)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.mark.usefixtures("filled")
def test_a_file_and_its_manifest(run: Run, tmp_path: Path) -> None:
    told = run("export", "channels", "out.csv", "--filter", "country=NZ", "--columns", "channel_id,title")
    assert told.returncode == 0, told.stderr
    assert names(tmp_path) == ["out.csv", "out.csv.manifest.json"]
    manifest = json.loads((tmp_path / "out.csv.manifest.json").read_text())
    written = (tmp_path / "out.csv").read_bytes()
    assert manifest["sha256"] == hashlib.sha256(written).hexdigest()
    assert f"{manifest['rows']} rows, sha256 {manifest['sha256']}" in told.stdout
    assert manifest["next_since"] in told.stdout
    following = run("export", "channels", "next.ndjson", "--since", "out.csv.manifest.json")
    assert following.returncode == 0
    assert (tmp_path / "next.ndjson").read_bytes().count(b"\n") in {0, len(TITLES) + 1}


@pytest.mark.usefixtures("filled")
def test_compressed_and_sampled(run: Run, tmp_path: Path) -> None:
    assert (
        run("export", "channels", "out.csv.gz", "--sample", "5", "--strata", "language", "--seed", "x").returncode == 0
    )
    lines = gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).decode().split("\r\n")
    assert lines[0].endswith("stratum,inclusion_probability")
    assert json.loads((tmp_path / "out.csv.gz.manifest.json").read_text())["sample"]["drawn"] == 5


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("export", "channels", "out.xlsx"), 2, ".ndjson"),
        (("export", "channels", "out.csv", "--filter", "country"), 2, "NAME=VALUE"),
        (("export", "channels", "out.csv", "--filter", "kind=video"), 1, "cannot be filtered by kind"),
        (("export", "nothing", "out.csv"), 1, "nothing of this name"),
        (("analysts", "create", "No-Name"), 1, "cannot be the name"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    told = run(*arguments)
    assert (told.returncode, told.stdout) == (code, "")
    assert said in told.stderr
    assert names(tmp_path) == []


@pytest.mark.usefixtures("filled")
def test_a_file_that_is_not_whole_does_not_replace_one_that_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.csv").write_text("of yesterday")
    whole = Exports.manifest

    def other(self: Exports, *export: object) -> Manifest:
        found = whole(self, *export)  # type: ignore[arg-type]
        return Manifest(found.id, found.state, {**found.told, "sha256": "of another file"}, found.began_at, None)

    monkeypatch.setattr(Exports, "manifest", other)
    told = run("export", "channels", "out.csv")
    assert (told.returncode, told.stdout) == (1, "")
    assert "not whole" in told.stderr
    assert names(tmp_path) == ["out.csv"]
    assert (tmp_path / "out.csv").read_text() == "of yesterday"


def test_the_dictionary_is_the_page(run: Run, wiring: Wiring) -> None:
    told = run("dictionary")
    assert told.returncode == 0
    assert told.stdout == page(wiring.exports.dictionary())


def test_an_analyst_is_made_and_dropped(run: Run, wiring: Wiring) -> None:
    name = f"cli_{wiring.settings.database_url.get_secret_value()[-10:]}"
    told = run("analysts", "create", name)
    assert told.returncode == 0, told.stderr
    password, address = (line.split()[-1] for line in told.stdout.splitlines())
    assert password in address
    with psycopg.connect(address) as session:
        assert session.execute("select count(*) from channels").fetchone() == (0,)
    assert run("analysts", "drop", name).returncode == 0
    assert sql(wiring, "select 1 from pg_roles where rolname = :name", name=name) == []
    assert "no analyst" in run("analysts", "drop", name).stderr
