"""What nobody should ask and somebody will: nesting without end, numbers beyond 64 bits, the ends of time."""

from datetime import UTC, datetime

import httpx
import pytest

from emulator.control import Control
from emulator.server import EmulatorServer
from emulator.settings import DEFAULT_QUOTAS

PROLIFIC = "UCxJPysScoKTe16l_ZA96vQQ"
"""With seed 1 it uploads a video every eleven seconds."""


@pytest.mark.parametrize("fields", ["a/" * 3000 + "a", "items(" * 3000])
def test_fields_nested_without_end_are_refused_and_counted(control: Control, http: httpx.Client, fields: str) -> None:
    answer = http.get("/youtube/v3/i18nRegions", params={"key": "any", "part": "id", "fields": fields})
    counters = control.counters()
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert counters.count() == 1
    assert counters.used() == sum(line.used for line in counters.units)


def test_a_quota_that_json_cannot_hold_is_refused(control: Control, http: httpx.Client) -> None:
    answer = http.put("/_emulator/quotas", content=f'{{"bucket": "default", "limit": {10**20}}}')
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert control.quotas()


def test_an_emulator_without_channels_lists_none_and_goes_on() -> None:
    with EmulatorServer(missing_share=1) as emulator, Control(emulator.url) as control:
        assert control.channel_ids(3) == []


def test_a_clock_that_ran_to_its_end_stops_there_and_can_be_turned_back() -> None:
    with EmulatorServer(speed=86_400) as emulator, Control(emulator.url) as control:
        control.set_clock(datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC))
        while control.clock().now < datetime(2200, 1, 1, tzinfo=UTC):
            pass
        control.set_clock_speed(1)
        control.advance_clock(-3600)
        assert control.clock().now.year == 2199


def test_every_listed_upload_of_the_most_prolific_channel_is_answered_as_its_own() -> None:
    with EmulatorServer(quotas=dict.fromkeys(DEFAULT_QUOTAS, 10**9)) as emulator, Control(emulator.url) as control:
        for year in (2026, 2060, 2199):
            control.set_clock(datetime(year, 12, 1, tzinfo=UTC))
            with httpx.Client(base_url=f"{emulator.url}/youtube/v3", trust_env=False) as http:
                ask = {"key": "any", "part": "contentDetails", "maxResults": "50", "playlistId": f"UU{PROLIFIC[2:]}"}
                entries = [entry["contentDetails"] for entry in http.get("/playlistItems", params=ask).json()["items"]]
                wanted = {entry["videoId"]: entry["videoPublishedAt"] for entry in entries}
                ask = {"key": "any", "part": "snippet", "id": ",".join(wanted)}
                videos = http.get("/videos", params=ask).json()["items"]
            assert {video["id"]: video["snippet"]["publishedAt"] for video in videos} == wanted
            assert {video["snippet"]["channelId"] for video in videos} == {PROLIFIC}
