"""Taking channels in: a file of the import folder, or the ids of a request. Nothing that was given is lost."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.errors import BadInputError
from app.imports import store
from app.imports.contract import Page, UnusableSourceError
from app.imports.folder import ImportFolder
from app.imports.registry import DATABASES, SOURCES
from app.imports.tables.asking import Tables, server_of_url
from app.imports.tables.hosts import AllowedHosts
from app.imports.tables.place import Server, Wanted
from app.imports.uploads import Incoming, Uploads
from app.jobs.model import SEALED, Job, NewBatch, Remark
from app.jobs.moving import ReusedKeyError
from app.jobs.service import Jobs
from app.jobs.states import Outcome
from app.jobs.types import MIGRATE
from app.keys.vault import IMPORT_SOURCES, Vault

_REJECTS_AT_ONCE = 1_000
_LONGEST_NAME = 200
# The rows of a request are kept in their batch as JSON.
_ROWS_IN_JSON = 20_000


class Imports:
    """Import jobs, and the reading of what they import."""

    def __init__(self, db: Database, clock: Clock, jobs: Jobs, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._folder = ImportFolder(settings.import_root)
        self._uploads = Uploads(self._folder.root, settings.upload_max_bytes)
        self._upload_days = timedelta(days=settings.upload_kept_days)
        self._rejects_kept = settings.import_rejects_kept
        self._tables = Tables(
            self._folder, AllowedHosts(settings.hosts_of_imports()), Vault.of(settings, IMPORT_SOURCES)
        )
        self._batch_rows = settings.migrate_batch_size

    @property
    def largest_upload(self) -> int:
        """How many bytes an upload has at most."""
        return self._uploads.most

    def ask_for_upload(
        self, write: Callable[[Incoming], str], source_type: str, batch_size: int | None, **asked: Any
    ) -> Job:
        """A job that imports what `write` writes; it tells the name that the file had.

        Nothing is left of a file that is refused. Raises TooLargeError, CannotKeepError, BadInputError.
        """
        self.remove_old_uploads()
        with self._uploads.incoming() as incoming:
            name = write(incoming)[:_LONGEST_NAME]
            path = self._uploads.keep(incoming, name)
        try:
            return self.ask_for_file(source_type, path, batch_size, source=f"upload:{name}", **asked)
        except BadInputError:
            self._remove_unused([path])
            raise

    def remove_old_uploads(self) -> None:
        """Remove the uploads whose imports ended some days ago."""
        self._remove_unused(self._uploads.older_than(self._clock.now() - self._upload_days))

    def _remove_unused(self, paths: list[str]) -> None:
        with self._db.begin() as tx:
            used = store.uploads_in_use(tx, paths, self._clock.now() - self._upload_days)
        self._uploads.remove([path for path in paths if path not in used])

    def rejects(self, job_id: UUID, *, after: int, limit: int) -> list[tuple[int, Remark]]:
        """The rejected rows of a job in their order, each with the number to go on after. Raises UnknownJobError."""
        return self._jobs.items(job_id, outcome=Outcome.FAILED.value, after=after, limit=limit)

    def all_rejects(self, job_id: UUID) -> Iterator[Remark]:
        """All of them, read as they are asked for."""
        after = 0
        while found := self.rejects(job_id, after=after, limit=_REJECTS_AT_ONCE):
            yield from (reject for _, reject in found)
            after = found[-1][0]

    def rejects_kept(self, job: Job) -> int:
        """How many of its rejected rows can be looked at: those that came first."""
        return min(job.failed, self._rejects_kept)

    def job(self, job_id: UUID) -> Job:
        """A job. Raises UnknownJobError."""
        return self._jobs.read(job_id)

    def ask_for_file(
        self, source_type: str, source_path: str, batch_size: int | None, *, source: str | None = None, **asked: Any
    ) -> Job:
        """A job that imports a file of the import folder. Raises BadInputError naming the field that is wrong.

        `source` is kept with each channel: where it comes from.
        """
        if source_type not in SOURCES:
            raise BadInputError(
                f"{source_type!r} is not a source",
                field="source_type",
                hint=f"one of: {', '.join([*SOURCES, *DATABASES])}",
            )
        params = {
            "source_type": source_type,
            "source_path": source_path,
            "batch_size": batch_size or self._batch_rows,
            "source": source or f"{source_type}:{source_path}",
        }
        return self._ask_once(params, lambda: {"seen": self._seen(source_type, source_path)}, asked)

    def ask_for_table(
        self,
        source_type: str,
        source_path: str | None,
        server: Server | None,
        wanted: Wanted,
        batch_size: int | None,
        **asked: Any,
    ) -> Job:
        """A job that imports a table: of a file of the import folder, or of an allowed server.

        `source_path` is a file, or the address of a server. Raises BadInputError naming the field that is wrong.
        """
        source = DATABASES[source_type]
        if source.port and server is None:
            server = server_of_url(source_type, source_path or "")
        params = {
            **self._tables.params(source, source_path, server, wanted),
            "batch_size": batch_size or self._batch_rows,
        }
        password = server.password.get_secret_value() if server else ""
        return self._ask_once(params, lambda: self._tables.see(source, params, password), asked)

    def _ask_once(
        self, params: Mapping[str, Any], see: Callable[[], Mapping[str, Any]], asked: Mapping[str, Any]
    ) -> Job:
        """A request that is repeated is the same one, whatever has become of its source since."""
        if before := self._asked_before(params, asked):
            return before
        try:
            return self._jobs.ask(MIGRATE, {**params, **see()}, **asked)
        except ReusedKeyError:
            if before := self._asked_before(params, asked):  # by the same request, at this moment
                return before
            raise

    def _asked_before(self, params: Mapping[str, Any], asked: Mapping[str, Any]) -> Job | None:
        before = self._jobs.asked_before(asked.get("idempotency_key"))
        if before is None or before.retry_of is not None:
            return None
        said = {name: value for name, value in before.params.items() if name not in {"seen", SEALED}}
        return before if said == params else None

    def _seen(self, source_type: str, source_path: str) -> object:
        path = self._folder.find(source_path)
        try:
            return SOURCES[source_type].check(str(path))
        except UnusableSourceError as error:
            raise BadInputError(str(error), field="source_path", hint=error.hint) from None

    def ask_for_rows(self, rows: Sequence[tuple[str, str | None]], source: str, **asked: Any) -> Job:
        """A job that imports the ids of a request: they are stored with the job before anything else happens."""
        numbered = [(line, *row) for line, row in enumerate(rows, 1)]
        size = min(self._batch_rows, _ROWS_IN_JSON)
        parts = (numbered[at : at + size] for at in range(0, len(numbered), size))
        batches = [NewBatch({"rows": part}, len(part)) for part in parts]
        params = {"source_type": "request", "rows": len(rows), "digest": _digest(rows), "source": source}
        return self._jobs.ask(MIGRATE, params, batches=batches, expected_items=len(rows), **asked)

    def pages(self, params: Mapping[str, Any], position: Mapping[str, Any]) -> Iterator[Page]:
        """The rows of a file or table that a job imports. Raises UnusableSourceError when it is no longer the same."""
        if params["source_type"] in DATABASES:
            yield from self._tables.pages(DATABASES[params["source_type"]], params, position, params["batch_size"])
            return
        source = SOURCES[params["source_type"]]
        for page in source.pages(self._same_file(params), position, params["batch_size"]):
            self._same_file(params)
            yield page

    def _same_file(self, params: Mapping[str, Any]) -> str:
        try:
            path = str(self._folder.find(params["source_path"]))
        except BadInputError as error:
            raise UnusableSourceError(f"the file is gone: {error}", hint=error.hint) from None
        if SOURCES[params["source_type"]].check(path) != params["seen"]:
            raise UnusableSourceError(
                "the file was changed while it was being imported",
                hint="import it again: the channels that were taken in already are recognised",
            )
        return path


def _digest(rows: Sequence[tuple[str, str | None]]) -> str:
    """What tells two requests apart that have as many rows: an Idempotency-Key must not make one of the other."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
