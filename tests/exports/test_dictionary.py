"""The data dictionary has every column, and nothing changes in the views unseen."""

import json
from pathlib import Path

import pytest

from app.exports.datasets import DATASETS
from app.exports.dictionary import page
from app.version import VERSION
from app.wiring import Wiring
from tests.exports.conftest import Get
from tests.exports.rows import ALL, fill
from tests.hands import sql

ROOT = Path(__file__).parents[2]
# What analysts' queries and other people's programs rely on: names and types may be added at the end, never changed.
STABLE = json.loads((Path(__file__).parent / "stable_columns.json").read_text(encoding="utf-8"))


def test_the_page_is_made_from_the_views(wiring: Wiring) -> None:
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == page(wiring.exports.dictionary())


def test_columns_stay_what_they_are(wiring: Wiring) -> None:
    tables = wiring.exports.dictionary()
    assert sorted(tables) == sorted(STABLE) == sorted(DATASETS) == sorted(ALL)
    for name, columns in STABLE.items():
        assert [[one.name, one.type] for one in tables[name].columns][: len(columns)] == columns, name


@pytest.mark.parametrize("what", ALL)
def test_every_exported_column_is_in_the_dictionary(get: Get, wiring: Wiring, what: str) -> None:
    fill(wiring)
    told = get("dictionary").get_json()["tables"][what]
    assert told["meaning"]
    assert list(json.loads(get(what, format="ndjson").data.split(b"\n")[0])) == [one["name"] for one in told["columns"]]
    for column in told["columns"]:
        assert column["type"]
        assert column["meaning"]
        assert column["source"]


@pytest.mark.parametrize("what", ALL)
def test_what_is_never_null_is_never_null(wiring: Wiring, what: str) -> None:
    fill(wiring)
    for column in wiring.exports.dictionary()[what].columns:
        if column.null_means is None:
            missing = f'select 1 from analyst.{what} where "{column.name}" is null'  # noqa: S608 - of a view
            assert sql(wiring, missing) == [], column.name


def test_the_version_is_that_of_the_package() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
