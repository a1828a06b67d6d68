"""Lists that real people wrote: each is imported with all ids that a search finds in it, or it says here why not."""

import os
import re
from pathlib import Path

import pytest

from app.catalog.ids import channel_id_of
from app.imports.contract import Page, UnusableSourceError
from app.imports.registry import AUTO
from tests.imports.conftest import read_to_the_end

_FOLDER = Path(os.environ.get("TRIBUTARY_REAL_DATA", "")) / "channels"
_HERE = "TRIBUTARY_REAL_DATA" in os.environ
_ID = re.compile(r"(?<![\w-])UC[\w-]{21}[AQgw](?![\w-])", re.ASCII)
_INDEX = "INDEX.jsonl"

pytestmark = [pytest.mark.real_data, pytest.mark.skipif(not _HERE, reason="TRIBUTARY_REAL_DATA is not set")]

# Distinct ids of each file, and how many of those that a search finds are not taken, and why.
_A_LINK_ELSEWHERE = "a row is one channel: the link beside its id names another (it was renamed or leads on)"
_MENTIONED = "mentioned in a description"
_EXPECTED = {
    "Ishannilawar_completed_concatenated.txt": 582,
    "LLM-tracker_channel_candidates.csv": 122,
    "RMWinslow_channel_list.csv": 191,
    "Recfluence_2018_Channels.csv": 3_080,
    "Recfluence_2018_channels.json": 436,
    "Recfluence_2019_SeedChannels.csv": 499,
    "adosib_channel_resources_2020.jsonl": 101,
    "ai_blocklist_freetube_handles_mapping.json": 19_937,
    "betopark97_kr_channel_stats.csv": 68,
    "brazil_math_channels.csv": 50,
    "campaign2016_youtube_channels.csv": 17,
    "career091101_channel_ids.txt": 269,
    "chaorders_handle_empty_part1.csv": 6_807,
    "chaorders_split_0.csv": 18_793,
    "chaorders_urls_web_part4.csv": 5_975,
    "chaorders_videoamigo_top.csv": 7_147,
    "comprehensible_input_channels.csv": 69,
    "conspiracy_paper_channels_multiline.csv": 6_467,
    "egypt_Channels_data.json": 18,
    "egypt_channel_stats.csv": 18,
    "eyayaw_ethio_channels-info.csv": 52,
    "eyayaw_ethio_channels-list.csv": 52,
    "freetube_phillvancejr.db": 63,
    "harryhowiefish_channel.csv": 77,
    "harryhowiefish_channel_log.csv": 77,
    "hololive_channels.json": 49,
    "hololive_details.csv": 103,
    "hololive_network_channelIds.json": 39,
    "iptv_youtube_live_channels.csv": 2_271,
    "list_omarionr_21508.txt": 21_508,
    "list_yt-longevity_14400.txt": 14_400,
    "m-blair_channels.csv": 81,
    "newpipe_test_takeout_1.csv": 5,
    "newpipe_test_takeout_2.csv": 172,
    "newpipe_test_takeout_old.json": 5,
    "personal_newpipe_subscriptions_1.json": 72,
    "personal_opml_1.opml": 13,
    "personal_opml_4.opml": 939,
    "personal_subscription_manager_2.xml": 62,
    "personal_subscription_manager_3.xml": 116,
    "personal_takeout_en_1.csv": 8,
    "personal_takeout_en_2.csv": 150,
    "personal_takeout_en_3.csv": 150,
    "personal_takeout_en_6.csv": 110,
    "personal_takeout_ja_1.csv": 150,
    "personal_takeout_pt_1.csv": 150,
    "private_equity_handles_only.csv": 3,
    "sarazoloo_channel_ids.csv": 413,
    "vegan_channels.csv": 346,
    "yourtube_channels.csv": 264,
    "yt-pe-tracker_channels.csv": 29,
    "zsc_channel_list.txt": 1_737,
}
_NOT_TAKEN = {
    "Recfluence_2018_channels.json": (1, _MENTIONED),
    "chaorders_handle_empty_part1.csv": (1_688, _A_LINK_ELSEWHERE),
    "chaorders_split_0.csv": (7_053, _A_LINK_ELSEWHERE),
    "chaorders_urls_web_part4.csv": (260, _A_LINK_ELSEWHERE),
    "conspiracy_paper_channels_multiline.csv": (50, _MENTIONED),
    "eyayaw_ethio_channels-info.csv": (1, _MENTIONED),
    "harryhowiefish_channel.csv": (1, _MENTIONED),
}
_BY_LISTS_OF_UPLOADS = {"egypt_Channels_data.json", "egypt_channel_stats.csv"}
"""These have no id, but the list of each channel's uploads, which holds it."""


def ids(page: Page) -> set[str]:
    return {channel_id_of(row.key) for row in page.rows}


@pytest.mark.parametrize("name", _EXPECTED)
def test_a_real_list(name: str) -> None:
    page = read_to_the_end(_FOLDER / name, 10_000, AUTO)
    searched = set(_ID.findall((_FOLDER / name).read_text("utf-8", errors="replace")))
    assert len(ids(page)) == _EXPECTED[name]
    assert len(searched - ids(page)) == _NOT_TAKEN.get(name, (0, ""))[0]
    assert bool(ids(page) - searched) == (name in _BY_LISTS_OF_UPLOADS)
    # Nothing is rejected in which an id stands.
    assert [reject for reject in page.rejects if _ID.search(reject.content)] == []


def test_every_list_has_its_expectation() -> None:
    assert {file.name for file in _FOLDER.iterdir() if file.is_file()} == {*_EXPECTED, _INDEX}


@pytest.mark.skipif(not _HERE, reason="TRIBUTARY_REAL_DATA is not set")
@pytest.mark.parametrize("file", [pytest.param(file, id=file.name) for file in _FOLDER.rglob("channels-data_*")])
def test_a_real_series(file: Path) -> None:
    """One project's files over years: at first without ids, then with lists of uploads, then with ids."""
    text = file.read_text("utf-8", errors="replace")
    if not re.search(r"\bU[CU][\w-]{21}[AQgw]\b", text):
        with pytest.raises(UnusableSourceError, match="names a channel"):
            read_to_the_end(file, 10_000, AUTO)
        return
    page = read_to_the_end(file, 10_000, AUTO)
    uploads = {f"UC{found}" for found in re.findall(r"(?<![\w-])UU([\w-]{21}[AQgw])(?![\w-])", text)}
    assert ids(page) >= uploads
    assert len(ids(page)) > 15


@pytest.mark.parametrize(
    "method", ["channels.list", "search.list", "subscriptions.list", "videos.list", "playlistItems.list"]
)
def test_answers_of_the_api(method: str) -> None:
    """Recorded answers: every id that stands in its own right is taken, with the channel's title where one is told."""
    for file in sorted((_FOLDER.parent / "recorded" / method).glob("*.json")):
        whole = set(re.findall(r'"(UC[\w-]{21}[AQgw])"', file.read_text("utf-8")))
        found = ids(read_to_the_end(file, 10_000, AUTO)) if whole else set()
        assert found >= whole, file.name
