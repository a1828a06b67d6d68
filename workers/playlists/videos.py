"""The last stage: the videos that playlists hold and nobody knows, or no longer."""

from collections.abc import Sequence

from sqlalchemy import Connection

from app.jobs.model import Slice
from app.jobs.states import Outcome
from app.youtube.calls import Answer
from app.youtube.methods.asking import packed
from app.youtube.methods.videos import videos_request
from workers.found_videos import ABSENT, read_videos
from workers.playlists.stage import Stage


class Videos(Stage):
    """An item is a video. Each is fetched once, however many lists hold it."""

    def run(self) -> None:
        """Fetch the videos that are left, fifty a call whose ever they are."""
        self._pass_over()
        packs = list(packed(self.left))
        for answers in self.work.fetch([videos_request(pack) for pack in packs]):

            def write(tx: Connection, part: Slice, answers: Sequence[Answer] = answers) -> None:
                self._write(tx, part, answers, packs)

            self.commit(write)

    def _pass_over(self) -> None:
        """What another job has fetched since the batch was cut is not fetched again."""
        if known := self.playlists.videos_known(self.left):

            def write(_: Connection, part: Slice) -> None:
                for video_id in known:
                    self.end(part, video_id, Outcome.UNCHANGED)

            self.commit(write)

    def _write(self, tx: Connection, part: Slice, answers: Sequence[Answer], packs: Sequence[Sequence[str]]) -> None:
        part.units = sum(answer.units for answer in answers)
        found, absent = read_videos(answers, packs)
        part.videos = len(self.work.wiring.videos.save(tx, found, absent))
        shown = {video.facts.video_id for video in found}
        for video_id in (video_id for answer in answers for video_id in packs[answer.index]):
            if video_id in shown:
                self.end(part, video_id, Outcome.FETCHED)
            else:
                self.end(part, video_id, Outcome.NOT_FOUND, ABSENT)
