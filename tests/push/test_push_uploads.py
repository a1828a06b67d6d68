"""What was announced is fetched: fifty a call whose ever they are, each once."""

from datetime import timedelta

from app.catalog.ids import channel_key
from app.jobs.states import Status
from app.videos.model import FoundVideo
from app.youtube.methods.videos import parse_videos
from emulator.control import Control
from tests.conftest import MakeWiring
from tests.hands import sql
from tests.push.announced import Uploads, calls, jobs, outcomes, stored, tell, tell_all, waiting
from tests.push.conftest import Pushed
from tests.push.hub import DELETED
from tests.videos.steps import known_channels
from tests.youtube.cases import VIDEO_ITEM

MINUTE = timedelta(minutes=1)
GONE, NEVER_THERE = "9bZkp7q19fA", "xScSTh-gHpQ"


def test_fifty_of_any_channels_are_fetched_at_once_and_the_rest_in_time(
    pushed: Pushed, uploads: Uploads, emulator: Control
) -> None:
    one, other, third = uploads
    tell(pushed, one, uploads[one])
    tell(pushed, other, uploads[other][:9])
    pushed.work(29 * MINUTE)
    assert (jobs(pushed), waiting(pushed), calls(emulator)) == ([], 49, [])
    tell(pushed, third, uploads[third][:12])
    pushed.work()
    [job] = jobs(pushed)
    assert (job.status, outcomes(job), job.units_used) == (Status.COMPLETED, {"fetched": 50}, 1)
    assert (waiting(pushed), calls(emulator)) == (11, [50])
    assert stored(pushed) > {*uploads[one], *uploads[other][:9]}  # the longest waiting first
    assert sql(pushed.wiring, "select count(*) from video_snapshots") == [(50,)]
    pushed.work(29 * MINUTE)
    assert waiting(pushed) == 11
    pushed.work(MINUTE)
    assert (waiting(pushed), calls(emulator)) == (0, [50, 11])
    pushed.work(120 * MINUTE)
    assert [outcomes(job) for job in jobs(pushed)] == [{"fetched": 50}, {"fetched": 11}]


def test_how_long_a_video_waits_is_a_setting(pushed: Pushed, make_wiring: MakeWiring, uploads: Uploads) -> None:
    told = pushed.wiring.settings
    wiring = make_wiring(
        pushed.clock, push_fetch_minutes=5, push_callback_url=told.push_callback_url, push_hub_url=told.push_hub_url
    )
    quick = Pushed(wiring, pushed.hub, pushed.clock, pushed.channels)
    tell_all(pushed, uploads, 1)
    quick.work(4 * MINUTE)
    assert jobs(quick) == []
    quick.work(MINUTE)
    assert [outcomes(job) for job in jobs(quick)] == [{"fetched": 3}]


def test_without_push_nothing_is_fetched(pushed: Pushed, make_wiring: MakeWiring, uploads: Uploads) -> None:
    tell_all(pushed, uploads, 20)
    off = Pushed(make_wiring(pushed.clock), pushed.hub, pushed.clock, pushed.channels)
    off.work(60 * MINUTE)
    assert (jobs(off), waiting(pushed)) == ([], 60)


def test_what_is_announced_again_and_again_is_fetched_once_and_after_that_once_more(
    pushed: Pushed, uploads: Uploads, emulator: Control
) -> None:
    for _ in range(3):
        tell_all(pushed, uploads, 2)
        pushed.work(9 * MINUTE)
    pushed.work(3 * MINUTE)
    assert calls(emulator) == [6]
    tell_all(pushed, uploads, 1)
    pushed.work(30 * MINUTE)
    assert calls(emulator) == [6, 3]


def test_what_another_job_has_fetched_since_costs_nothing(pushed: Pushed, uploads: Uploads, emulator: Control) -> None:
    channel = next(iter(uploads))
    tell(pushed, channel, uploads[channel][:3])
    pushed.clock.advance(MINUTE)
    known_channels(pushed.wiring, [channel])
    pushed.wiring.youtube.ask_for_videos()
    pushed.work()
    asked = calls(emulator)
    pushed.clock.advance(MINUTE)
    tell(pushed, channel, uploads[channel][:1])  # which news of it is has to be asked again
    pushed.work(30 * MINUTE)
    [job] = jobs(pushed)
    assert (outcomes(job), job.units_used) == ({"fetched": 1, "unchanged": 2}, 1)
    assert (waiting(pushed), calls(emulator)) == (0, [*asked, 1])


def test_what_youtube_leaves_out_has_its_outcome_and_waits_no_more(pushed: Pushed, uploads: Uploads) -> None:
    channel = next(iter(uploads))
    [known] = parse_videos({"items": [{**VIDEO_ITEM, "id": GONE}]})
    with pushed.wiring.db.begin() as tx:
        pushed.wiring.videos.save(tx, [FoundVideo(known, channel_key(channel), None, None)], [])
    pushed.clock.advance(MINUTE)
    tell(pushed, channel, [GONE, uploads[channel][0]], shape=DELETED)
    tell(pushed, channel, [NEVER_THERE])
    pushed.work(30 * MINUTE)
    [job] = jobs(pushed)
    assert outcomes(job) == {"fetched": 1, "not_found": 2}
    remarks = pushed.wiring.jobs.items(job.id, outcome="not_found", after=0, limit=9)
    assert {remark.item for _, remark in remarks} == {GONE, NEVER_THERE}
    assert all("YouTube does not show this video" in remark.reason for _, remark in remarks)
    assert waiting(pushed) == 0
    assert pushed.wiring.videos.read(GONE).missing_since == pushed.clock.now()
