"""/api/migrate, /api/uploads and /api/bulk-add-channels: the ways in; and what did not get in."""

from functools import partial
from shutil import copyfileobj
from typing import IO, Annotated, Any, Literal, cast

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from werkzeug.formparser import FormDataParser

from app.errors import BadInputError
from app.imports import answers
from app.imports.registry import DATABASES
from app.imports.service import Imports
from app.imports.tables.place import Server, Wanted
from app.imports.uploads import Incoming, TooLargeError
from app.imports.waiting.service import WaitingNames
from app.jobs.model import Job, Remark
from app.jobs.routes import JobPath, MaxUnits, accepted, asked_by
from app.paging import Page, number_of, paged
from app.problems import Body, Text, storable
from app.spreadsheets import csv_pieces

_SHOWN = 50
_TAG = Tag(name="imports", description="The ways in for channel ids")
# As in a file: one odd character must not cost the other rows of a request.
_Cell = Annotated[str, AfterValidator(storable)]
_PIECE = 1 << 20
# What a form has around its file.
_AROUND_A_FILE = 1 << 16
_FORM = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
_FILE = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {}}, "multipart/form-data": {"schema": _FORM}},
}


class DatabaseServer(Body):
    """A database on a server that IMPORT_ALLOWED_HOSTS names."""

    host: Text = Field(min_length=1, max_length=255)
    port: int | None = Field(None, ge=1, le=65_535, description="the usual one of its kind where it is left out")
    database: Text = Field(min_length=1, max_length=255)
    user: Text = Field("", max_length=255)
    password: SecretStr = Field(SecretStr(""), max_length=1_000, description="kept encrypted, and shown nowhere")
    verify_tls: bool = Field(False, description="refuse a server whose certificate does not prove its name")


class Migrate(Body):
    """A file of the import folder, or a table."""

    source_type: Text = Field(
        "auto",
        description="auto, csv, text, json, ndjson, opml or parquet; sqlite, postgresql or mysql (MariaDB too)",
    )
    source_path: Text | None = Field(
        None,
        min_length=1,
        max_length=1_000,
        description="relative to the import folder; or mysql://user:password@host:port/database",
    )
    source: DatabaseServer | None = Field(None, description="instead of source_path: a database server")
    table: Text | None = Field(None, max_length=500, description="table or view; the only one with ids if left out")
    key: Text | None = Field(None, max_length=255, description="column to read in the order of; the primary key")
    id_column: Text | None = Field(None, max_length=255, description="where ids stand; found if left out")
    title_column: Text | None = Field(None, max_length=255, description="where titles stand; found if left out")
    batch_size: int | None = Field(None, ge=1, le=500_000, description="rows that are committed at a time")


class ResolveNames(Body):
    """With which budget, or only what it would take."""

    max_units: MaxUnits = None
    dry_run: bool = Field(False, description="only tell what it would take")


class NewChannel(Body):
    """One channel. What is not an id is rejected when the job runs, and listed with its reason."""

    channel_id: _Cell = Field(max_length=500)
    title: _Cell | None = Field(None, max_length=1_000)


class BulkAdd(Body):
    """Channels in the request itself."""

    channels: list[NewChannel] = Field(min_length=1, max_length=50_000)
    source: Text = Field("bulk_add", max_length=100, description="where they come from, kept with each channel")


class UploadQuery(BaseModel):
    """What the file is."""

    model_config = ConfigDict(extra="forbid")

    source_type: Text = Field("auto", description="auto, csv, text, json, ndjson, opml or parquet")
    batch_size: int | None = Field(None, ge=1, le=500_000, description="rows that are committed at a time")
    name: Text = Field("upload", max_length=200, description="the name of the file; a form brings it along")


class RejectsQuery(Page):
    """Which rejected rows, and in which form."""

    format: Literal["json", "csv"] = Field("json", description="csv: all of them as a file, `after` and `limit` apart")


def make_blueprint(imports: Imports, names: WaitingNames) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("imports", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.post("/migrate", responses=answers.MIGRATED)
    def migrate(body: Migrate) -> Response:
        """Import a file of the import folder, or a table."""
        return accepted(_ask(imports, body))

    @room.post("/bulk-add-channels", responses=answers.ASKED)
    def bulk_add(body: BulkAdd) -> Response:
        """Import the channels of the request."""
        rows = [(channel.channel_id, channel.title) for channel in body.channels]
        return accepted(imports.ask_for_rows(rows, body.source, **asked_by()))

    @room.post("/uploads", responses=answers.UPLOADED, openapi_extensions={"requestBody": _FILE})
    def upload(query: UploadQuery) -> Response:
        """Import the file that is the body of this request, or the one file of a form."""
        most = imports.largest_upload + _AROUND_A_FILE
        if (request.content_length or 0) > most:
            raise TooLargeError(imports.largest_upload)
        request.max_content_length = most
        write = partial(_write_body, query.name)
        return accepted(imports.ask_for_upload(write, query.source_type, query.batch_size, **asked_by()))

    @room.get("/jobs/<job_id>/rejects", responses=answers.REJECTS)
    def rejects(path: JobPath, query: RejectsQuery) -> Response:
        """The rejected rows of an import with line, content and reason; `format=csv` is all of them as a file."""
        job = imports.job(path.job_id)
        if query.format == "csv":
            return _as_csv(imports, job)
        found = imports.rejects(job.id, after=number_of(query.after), limit=query.limit + 1)
        told: dict[str, Any] = {"rejected": job.failed, "kept": imports.rejects_kept(job)}
        return paged("rejects", found, query.limit, shown=_reject, cursor=lambda row: str(row[0]), **told)

    @room.post("/jobs/<job_id>/resolve-names", responses=answers.RESOLVED)
    def resolve_names(path: JobPath, body: ResolveNames) -> Response:
        """Find the channels of the handles, user names and links that an import has found, and add them."""
        if body.dry_run:
            return jsonify({"dry_run": True, "forecast": names.forecast(path.job_id, body.max_units)})
        return accepted(names.ask(path.job_id, body.max_units, **asked_by()))

    return room


def _write_body(name: str, incoming: Incoming) -> str:
    """Write what is sent, as it comes; the name of the file."""
    if request.mimetype != "multipart/form-data":
        copyfileobj(request.stream, incoming, _PIECE)
        return name
    parser = FormDataParser(stream_factory=lambda *_, **__: cast("IO[bytes]", incoming), silent=False)
    try:
        _, _, files = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
    except ValueError as error:
        hint = "let the client write the header Content-Type: it names the boundary"
        raise BadInputError(f"the form cannot be read: {error}", field="body", hint=hint) from None
    sent = list(files.values())
    if len(sent) != 1:
        raise BadInputError(f"the form holds {len(sent)} files", field="body", hint="send one file in each request")
    return sent[0].filename or name


def _as_csv(imports: Imports, job: Job) -> Response:
    rows = ((reject.line, reject.item, reject.reason) for reject in imports.all_rejects(job.id))
    answer = Response(csv_pieces(("line", "content", "reason"), rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rejects-{job.id}.csv"'
    return answer


def _reject(row: tuple[int, Remark]) -> dict[str, Any]:
    return {"line": row[1].line, "content": row[1].item, "reason": row[1].reason}


def _ask(imports: Imports, body: Migrate) -> Job:
    """The job that a body asks for. Raises BadInputError for fields that do not go together."""
    wanted = Wanted(body.table, body.key, body.id_column, body.title_column)
    is_table = body.source_type in DATABASES
    if (body.source_path is None) == (body.source is None):
        hint = "a file of the import folder, or the address of a database server, or the server by its parts"
        raise BadInputError("name one of source_path and source", field="source_path", hint=hint)
    if is_table and (body.source is None or DATABASES[body.source_type].port):
        server = Server(**dict(body.source)) if body.source else None
        return imports.ask_for_table(body.source_type, body.source_path, server, wanted, body.batch_size, **asked_by())
    if body.source_path is None or wanted != Wanted():
        told = f"{body.source_type[:_SHOWN]!r} has no server and no tables"
        raise BadInputError(told, field="source_type", hint=f"these have: {', '.join(DATABASES)}")
    return imports.ask_for_file(body.source_type, body.source_path, body.batch_size, **asked_by())
