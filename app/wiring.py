"""Everything is built here, once, from the settings; web, workers, command line and tests use the same."""

from dataclasses import dataclass
from functools import cached_property

from celery import Celery

from app.access.gate import Gate
from app.access.limits import Limiter, OwnLimiter, RedisLimiter
from app.access.service import Audit, Tokens
from app.broker import Doorbell, make_celery, make_sender
from app.catalog.service import Catalog
from app.clock import Clock, ShiftedClock, SystemClock
from app.config import Settings
from app.db import Database
from app.discoveries.forecast import Forecast
from app.discoveries.service import Discoveries
from app.exports.method import Rules
from app.exports.service import Exports
from app.graph.service import Graph
from app.history.breaks import BREAKS
from app.history.service import History
from app.imports.lists import ListFiles
from app.imports.service import Imports
from app.imports.waiting.service import WaitingNames
from app.jobs.machine import Machine
from app.jobs.service import Jobs
from app.jobs.types import queue_of
from app.keys.service import Keys
from app.keys.trial_units import TrialUnits
from app.metrics.service import Metrics
from app.playlists.service import Playlists
from app.progress import Progress, RedisProgress, UpstashProgress
from app.push.service import Push
from app.refresh.service import Refresh
from app.retention.service import Retention
from app.schedules.askers import Askers, make_askers
from app.schedules.service import Schedules
from app.traces import Traces
from app.videos.service import Videos
from app.youtube.calls import Calls
from app.youtube.forecasts import Forecasts
from app.youtube.resolving.resolver import Resolver
from app.youtube.service import YouTube
from app.youtube.trials import Trials
from app.youtube.wire import Wire
from discovery.registry import methods, seed_sources


@dataclass
class Wiring:
    """The parts of the system; each is made when it is first asked for, in the process that asks."""

    settings: Settings
    pooled: bool = True
    """False in a process that forks: it keeps no connection open that a child could inherit."""
    service: str = "api"
    """What traces call this process."""
    given_clock: Clock | None = None
    """A clock of a test; otherwise the settings choose one."""
    impatient: bool = False
    """True in the API: people wait for what it says."""

    @cached_property
    def clock(self) -> Clock:
        """What tells the time."""
        if self.given_clock is not None:
            return self.given_clock
        return ShiftedClock(self.settings.clock_file) if self.settings.clock_file else SystemClock()

    @cached_property
    def db(self) -> Database:
        """PostgreSQL. The threads of a batch and the renewer of its lease need a connection each, for moments."""
        url = self.settings.database_url.get_secret_value()
        size, shared = self.settings.calls_in_flight, self.settings.database_pooling == "transaction"
        return Database(url, pool_size=size, pooled=self.pooled, impatient=self.impatient, shared=shared)

    @cached_property
    def celery(self) -> Celery:
        """The application that sends and receives messages."""
        return make_celery(self.settings)

    @cached_property
    def doorbell(self) -> Doorbell:
        """Sends messages to workers."""
        return Doorbell(make_sender(self.settings))

    @cached_property
    def progress(self) -> Progress:
        """Live counters in Redis."""
        if (upstash := self.settings.upstash_rest()) is not None:
            return UpstashProgress(*upstash)
        return RedisProgress(self.settings.redis_address())

    @cached_property
    def tokens(self) -> Tokens:
        """Who may use the API."""
        return Tokens(self.db, self.clock)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self.db, self.clock, self.settings.audit_kept_days)

    @cached_property
    def limiter(self) -> Limiter:
        """How often each may ask: counted in Redis, but where each command is paid for."""
        if self.settings.upstash_rest() is not None:
            return OwnLimiter()
        return RedisLimiter(self.settings.redis_address())

    @cached_property
    def gate(self) -> Gate:
        """What every request passes."""
        return Gate(self.settings, self.tokens, self.audit, self.limiter)

    @cached_property
    def metrics(self) -> Metrics:
        """What is counted, and told to Prometheus."""
        return Metrics(self.db, self.clock, self.settings.youtube_quota, queue_of)

    @cached_property
    def traces(self) -> Traces:
        """What OpenTelemetry is told, if anything."""
        return Traces(self.settings, self.service)

    @cached_property
    def keys(self) -> Keys:
        """API keys and quota."""
        return Keys(self.db, self.clock, self.settings)

    @cached_property
    def catalog(self) -> Catalog:
        """Channels."""
        return Catalog(self.db, self.clock)

    @cached_property
    def videos(self) -> Videos:
        """Videos."""
        return Videos(self.db, self.clock)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs as people see them."""
        return Jobs(self.db, self.clock, self.doorbell, self.progress)

    @cached_property
    def machine(self) -> Machine:
        """Jobs as workers see them."""
        return Machine(self.db, self.clock, self.doorbell, self.progress, self.settings)

    @cached_property
    def imports(self) -> Imports:
        """Taking channels in."""
        return Imports(self.db, self.clock, self.jobs, self.settings)

    @cached_property
    def list_files(self) -> ListFiles:
        """The files of the import folder, line by line."""
        return ListFiles(self.settings.import_root)

    @cached_property
    def names(self) -> WaitingNames:
        """Names that imports have found, and no ids."""
        return WaitingNames(self.db, self.clock, self.jobs, self.forecasts)

    @cached_property
    def history(self) -> History:
        """What was observed of channels and videos."""
        return History(self.db, self.clock)

    @cached_property
    def graph(self) -> Graph:
        """Who is related to whom."""
        return Graph(self.db, self.clock)

    @cached_property
    def exports(self) -> Exports:
        """What is known, as files."""
        rules = Rules(self.settings.retention_mode, [one.says for one in BREAKS])
        return Exports(self.db, self.clock, rules)

    @cached_property
    def wire(self) -> Wire:
        """The way to YouTube, or to whatever YOUTUBE_API_URL names."""
        return Wire(self.settings.youtube_api_url, timeout=self.settings.youtube_timeout)

    @cached_property
    def trials(self) -> Trials:
        """Tests of single keys."""
        units = TrialUnits(self.db, self.clock, self.settings)
        return Trials(self.keys, units, self.wire, self.settings.calls_in_flight)

    @cached_property
    def calls(self) -> Calls:
        """Calls that are paid for."""
        return Calls(self.wire, self.keys, self.settings, clock=self.clock, metrics=self.metrics)

    @cached_property
    def resolver(self) -> Resolver:
        """From links, handles and names to channel ids."""
        return Resolver(self.db, self.clock, self.calls)

    @cached_property
    def forecasts(self) -> Forecasts:
        """What jobs will take, and when they are finished."""
        return Forecasts(self.jobs, self.keys, self.clock, self.settings)

    @cached_property
    def youtube(self) -> YouTube:
        """What people ask of YouTube."""
        return YouTube(self.calls, self.catalog, self.jobs, self.forecasts, self.settings)

    @cached_property
    def playlists(self) -> Playlists:
        """Playlists, and what they hold."""
        return Playlists(self.db, self.clock, self.jobs, self.catalog, self.forecasts, self.settings)

    @cached_property
    def discoveries(self) -> Discoveries:
        """From channels that are known to others."""
        forecast = Forecast(self.keys, self.catalog, self.settings, methods(), seed_sources())
        return Discoveries(self.db, self.clock, self.jobs, self.settings, methods(), forecast, self.list_files)

    @cached_property
    def push(self) -> Push:
        """New uploads, announced by the hub."""
        return Push(self.db, self.clock, self.jobs, self.settings)

    @cached_property
    def retention(self) -> Retention:
        """What may be kept, and what is deleted."""
        return Retention(self.db, self.clock, self.jobs, self.settings)

    @cached_property
    def refresh(self) -> Refresh:
        """Asking again for what is known."""
        return Refresh(self.db, self.clock, self.jobs, self.forecasts, self.settings)

    @cached_property
    def schedules(self) -> Schedules:
        """Jobs that are asked for again and again."""
        return Schedules(self.db, self.clock, self._askers)

    def _askers(self) -> Askers:
        return make_askers(self.youtube, self.playlists, self.discoveries, self.refresh, self.retention)

    def wake_waiting(self) -> None:
        """Let jobs that wait for quota go on at once, when a key was added or mended or a limit raised."""
        self.machine.wake_waiting(lambda bucket: self.keys.outlook(bucket).units_left > 0)

    def close(self) -> None:
        """Close what was opened."""
        for part in ("traces", "metrics", "wire", "progress", "limiter", "doorbell", "celery", "db"):
            if part in self.__dict__:
                getattr(self, part).close()
