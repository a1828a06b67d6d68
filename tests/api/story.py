"""A system in which there is some of everything, made by asking the API for it; what was asked and answered is kept."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from app.wiring import Wiring
from tests.conformity import document_of, operation_of
from tests.hands import NOT_STOPPING, due
from workers.batches import run_batch
from workers.keeper import keep

_LONGEST = 160
_MOST = 2


@dataclass
class Story:
    """Asks, works off what was asked for, and writes down examples by the name of the operation."""

    api: FlaskClient
    wiring: Wiring
    channels: list[str]
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """An example of each thing that addresses name, by the parameter."""

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """What is answered, which must be a success; the first one of its status is the example."""
        sent = {"json": body, **more} if body is not None else more
        answer = self.api.open(path, method=method, **sent)
        assert 200 <= answer.status_code < 300, answer.text
        document = document_of(self.api.application)
        assert document is not None
        operation = operation_of(document, self.api.application, answer)
        assert operation is not None, path
        told: Any = answer.json if answer.is_json else None
        if str(answer.mimetype).startswith("text/"):
            told = answer.get_data(as_text=True)
        example = self.examples.setdefault(operation["operationId"], {"answers": {}})
        if told:
            example["answers"].setdefault(str(answer.status_code), shortened(told))
        if isinstance(body, dict) and "dry_run" not in body:
            example.setdefault("request", body)
        return told

    def work(self) -> None:
        """Until nothing is due."""
        for _ in range(1_000):
            keep(self.wiring)
            if not (batches := due(self.wiring)):
                return
            for batch_id in batches:
                run_batch(self.wiring, batch_id, "worker-1", NOT_STOPPING)


def shortened(told: object) -> object:
    """Of a list its first two, of a text its beginning."""
    if isinstance(told, dict):
        return {name: "trb_…" if name == "token" else shortened(value) for name, value in told.items()}
    if isinstance(told, list):
        return [shortened(value) for value in told[:_MOST]]
    return f"{told[:_LONGEST]}…" if isinstance(told, str) and len(told) > _LONGEST else told


def tell(story: Story) -> None:
    """The whole story, from the first key to the last question."""
    for chapter in (
        _access,
        _keys,
        _imports,
        _fetching,
        _discovery,
        _jobs,
        _schedules,
        _push,
        _what_is_known,
        _exports,
        _system,
    ):
        chapter(story)


def _access(story: Story) -> None:
    story.ask("POST", "/api/tokens", {"name": "nightly", "scope": "run"})
    story.ask("GET", "/api/tokens")
    story.ask("DELETE", "/api/tokens/nightly")
    story.ask("GET", "/api/audit")


def _keys(story: Story) -> None:
    key = {"key_name": "second", "api_key": "AIzaSyExampleExampleExampleExampleExamp", "project": "my-project"}
    added = story.ask("POST", "/api/api-keys", key)
    story.names["key_id"] = added["id"]
    story.ask("PATCH", f"/api/api-keys/{added['id']}", {"quota_limits": {"default": 50_000}})
    story.ask("GET", "/api/api-keys")
    story.ask("GET", f"/api/api-keys/{added['id']}")
    third = story.ask("POST", "/api/api-keys", {**key, "key_name": "third", "api_key": f"{key['api_key']}3"})
    story.ask("DELETE", f"/api/api-keys/{third['id']}")
    story.ask("PATCH", f"/api/api-keys/{added['id']}", {"is_active": False})  # YouTube knows nothing of it


def _imports(story: Story) -> None:
    names = "@mkbhd,A handle\nnot-a-channel,Oops\n"
    rows = "".join(f"{channel},From a file\n" for channel in story.channels[:20])
    (story.wiring.settings.import_root / "my_channels.csv").write_text(f"channel_id,title\n{rows}{names}")
    body = {"source_path": "my_channels.csv", "source_type": "csv"}
    job = story.ask("POST", "/api/migrate", body)["job_id"]
    two = [{"channel_id": channel, "title": "By hand"} for channel in story.channels[20:22]]
    story.ask("POST", "/api/bulk-add-channels", {"channels": two, "source": "manual_addition"})
    upload = "\n".join(story.channels[22:25]).encode()
    story.ask("POST", "/api/uploads?name=list.txt", data=upload, content_type="application/octet-stream")
    story.work()
    story.names["job_id"] = job
    for account in ("", "/events", "/items?outcome=failed", "/errors", "/rejects", "/stream"):
        story.ask("GET", f"/api/jobs/{job}{account}")
    story.ask("POST", f"/api/jobs/{job}/resolve-names", {"dry_run": True})
    story.ask("POST", f"/api/jobs/{job}/resolve-names", {"max_units": 10})


def _fetching(story: Story) -> None:
    for what, body in (
        ("metadata", {"total_limit": 1_000}),
        ("videos", {"total_limit": 3, "videos_per_channel": 10}),
        ("playlists", {"channel_ids": story.channels[:3]}),
        ("refresh", {"what": "channels", "total_limit": 1_000}),
    ):
        story.ask("POST", f"/api/batch-{what}", {**body, "dry_run": True})
        story.ask("POST", f"/api/batch-{what}", body)
        story.work()
    story.ask("POST", "/api/resolve", {"texts": [f"youtube.com/channel/{story.channels[0]}", "@mkbhd"]})
    story.ask("POST", "/api/test-youtube", {"all": True})
    story.ask("GET", "/api/quota")
    story.ask("GET", "/api/freshness")


def _discovery(story: Story) -> None:
    body = {"methods": ["featured_channels", "description_links"], "total_limit": 40, "max_units": 50}
    story.ask("POST", "/api/batch-discovery", {**body, "dry_run": True})
    story.ask("POST", "/api/batch-discovery", body)
    story.work()


def _jobs(story: Story) -> None:
    job = story.ask("POST", "/api/batch-refresh", {"what": "videos"})["job_id"]
    story.ask("POST", f"/api/jobs/{job}/pause")
    story.work()
    story.ask("POST", f"/api/jobs/{job}/resume", {"max_units": 500})
    story.ask("POST", f"/api/jobs/{job}/cancel")
    story.work()
    story.ask("POST", f"/api/jobs/{job}/retry", {"dry_run": True})
    story.ask("POST", f"/api/jobs/{job}/retry", {"max_units": 500})
    moves = {"move": "cancel", "filter": {"status": "pending", "job_type": "refresh_videos"}}
    story.ask("POST", "/api/jobs/moves", {**moves, "dry_run": True})
    story.ask("POST", "/api/jobs/moves", moves)
    story.work()
    story.ask("GET", "/api/jobs?limit=2")


def _schedules(story: Story) -> None:
    story.names["name"] = "nightly"
    plan = {"name": "nightly", "job_type": "metadata", "params": {"total_limit": 100_000}, "cron": "30 2 * * *"}
    story.ask("POST", "/api/schedules", {**plan, "dry_run": True})
    story.ask("POST", "/api/schedules", {**plan, "time_zone": "Europe/Berlin"})
    story.ask("PATCH", "/api/schedules/nightly", {"enabled": False})
    story.ask("POST", "/api/schedules/nightly/run")
    story.work()
    story.ask("GET", "/api/schedules/nightly")
    story.ask("GET", "/api/schedules")
    story.ask("POST", "/api/schedules", {**plan, "name": "short-lived"})
    story.ask("DELETE", "/api/schedules/short-lived")


def _push(story: Story) -> None:
    story.ask("POST", "/api/push/subscriptions", {"channel_ids": story.channels[:2]})
    story.ask("GET", "/api/push/subscriptions")
    story.ask("DELETE", "/api/push/subscriptions", {"channel_ids": story.channels[1:2]})
    story.ask("GET", "/api/push")


def _what_is_known(story: Story) -> None:
    channel = story.names["channel_id"] = story.channels[0]
    video = story.names["video_id"] = story.ask("GET", "/api/videos?limit=2")["videos"][0]["video_id"]
    listed = story.ask("GET", "/api/playlists?limit=2")["playlists"]
    playlist = story.names["playlist_id"] = listed[0]["playlist_id"]
    for path in (
        "/api/channels?limit=2",
        *(f"/api/channels/{channel}{part}" for part in ("", "/videos", "/growth", "/changes", "/neighbours")),
        *(f"/api/videos/{video}{part}" for part in ("", "/snapshots", "/growth", "/changes", "/playlists")),
        *(f"/api/playlists/{playlist}{part}" for part in ("", "/items")),
        "/api/changes",
        "/api/discoveries?limit=2",
        "/api/graph?max_nodes=10",
        f"/api/graph/paths?from={channel}&to={story.channels[1]}",
        "/api/graph/export?format=csv&max_nodes=3",
    ):
        story.ask("GET", path)


def _exports(story: Story) -> None:
    story.names["what"] = "channels"
    answer = story.api.get("/api/exports/channels?columns=channel_id,title&metadata_fetched=true")
    story.names["export_id"] = answer.headers["X-Export-Id"]
    story.ask("GET", "/api/exports/channels?columns=channel_id,title&metadata_fetched=true")
    story.ask("GET", "/api/exports/dictionary")
    story.ask("GET", f"/api/exports/manifests/{story.names['export_id']}")
    story.ask("GET", "/api/exports/channels/method?format=json")


def _system(story: Story) -> None:
    story.ask("POST", "/api/retention")
    story.work()
    story.ask("GET", "/api/retention")
    story.ask("POST", "/api/forget", {"channel_ids": story.channels[24:25]})
    job = story.ask("POST", "/api/forget-all", {"confirm": "forget everything"})["job_id"]
    story.ask("POST", f"/api/jobs/{job}/cancel")
    for path in ("livez", "readyz", "health", "metrics", "api/stats", "api/system-status", "api/redis-test"):
        story.ask("GET", f"/{path}")
    story.ask("GET", "/api/worker-status")
    story.ask("GET", "/problems/unknown-job")
