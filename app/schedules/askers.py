"""What can be scheduled: for each type of job the body of its POST route, and the call that this route makes.

A schedule therefore does exactly what the POST would do, with the same checks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from app.discoveries.routes import BatchDiscovery
from app.discoveries.service import Discoveries
from app.errors import BadInputError
from app.jobs.model import Job
from app.jobs.types import DISCOVERY, METADATA, PLAYLISTS, REFRESH, RETENTION, VIDEOS
from app.playlists.routes import BatchPlaylists
from app.playlists.service import Playlists
from app.refresh.routes import BatchRefresh
from app.refresh.service import Refresh
from app.retention.routes import RetentionJob
from app.retention.service import Retention
from app.youtube.routes import BatchMetadata, BatchVideos
from app.youtube.service import YouTube


@dataclass(frozen=True, slots=True)
class Asker:
    """One way to ask for a job. The fields of `body` are keyword arguments of `post`."""

    body: type[BaseModel]
    post: Callable[..., Job]

    def checked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as they were given, once they are known to be right. Raises BadInputError naming the field."""
        return self._body(params).model_dump(mode="json", exclude_unset=True)

    def ask(self, params: Mapping[str, Any], **asked: Any) -> Job:
        """Ask for the job. Raises what the POST route would answer."""
        return self.post(**self._body(params).model_dump(), **asked)

    def _body(self, params: Mapping[str, Any]) -> BaseModel:
        try:
            return self.body.model_validate(params)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(("params", *map(str, wrong["loc"])))[:100]
            hint = f"it takes: {', '.join(self.body.model_fields)}; GET /openapi.json describes them"
            raise BadInputError(f"{field}: {wrong['msg']}", field=field, hint=hint) from None


Askers = Mapping[str, Asker]


def make_askers(
    youtube: YouTube, playlists: Playlists, discoveries: Discoveries, refresh: Refresh, retention: Retention
) -> Askers:
    """All ways to ask for a job that can be repeated, by the type of the job."""
    return {
        METADATA.name: Asker(BatchMetadata, youtube.ask_for_metadata),
        VIDEOS.name: Asker(BatchVideos, youtube.ask_for_videos),
        PLAYLISTS.name: Asker(BatchPlaylists, playlists.ask),
        REFRESH.name: Asker(BatchRefresh, refresh.ask),
        DISCOVERY.name: Asker(BatchDiscovery, discoveries.ask_with),
        RETENTION.name: Asker(RetentionJob, retention.ask),
    }


def asker_of(askers: Askers, job_type: str) -> Asker:
    """The way to ask for this type of job. Raises BadInputError when it cannot be scheduled."""
    if job_type not in askers:
        hint = f"one of: {', '.join(sorted(askers))}"
        raise BadInputError(f"{job_type!r} cannot be scheduled", field="job_type", hint=hint)
    return askers[job_type]
