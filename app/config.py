"""Every setting, read once from the environment; nothing else in the project reads it.

A `.env` file in the working folder and files in /run/secrets count as environment. Secrets are `SecretStr`, so that
printing settings prints no secret.
"""

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import TributaryError
from app.weaknesses import weak_password, weak_secret

MAKE_SECRET = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105 - a command, not a secret
# Of letters that mean nothing in an address.
MAKE_PASSWORD = "python -c 'import secrets; print(secrets.token_urlsafe(24))'"  # noqa: S105 - likewise
_SECRETS_DIR = Path("/run/secrets")
_NUMBERED_KEY = re.compile(r"YOUTUBE_API_KEY_(\d+)", re.IGNORECASE)
_NUMBERED_PROJECT = re.compile(r"YOUTUBE_API_PROJECT_(\d+)")
_MIN_SECRET = 16
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})


class SettingsError(TributaryError):
    """A setting is missing or makes no sense."""


class EnvironmentKey(BaseSettings):
    """One YOUTUBE_API_KEY_n and the project that YOUTUBE_API_PROJECT_n says it belongs to."""

    name: str
    secret: SecretStr
    project: str


class Settings(BaseSettings):
    """What can be set, with its default; docs/configuration.md tells the same to people."""

    model_config = SettingsConfigDict(
        env_file=".env",
        secrets_dir=_SECRETS_DIR if _SECRETS_DIR.is_dir() else None,
        extra="ignore",
        frozen=True,
        # An empty value, as `KEY=` in a .env file, means "not set".
        env_ignore_empty=True,
    )

    environment: Literal["development", "production"] = "development"
    secret_key: SecretStr = Field(description="encrypts the API keys in the database")
    secret_key_previous: SecretStr | None = Field(None, description="those of before, until `keys rotate` has run")
    database_url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    database_pooling: Literal["session", "transaction"] = Field(
        "session", description="transaction: DATABASE_URL is a pooler that hands out transactions, as PgBouncer can"
    )
    redis_url: SecretStr | None = Field(None, description="redis:// or rediss:// of broker and progress")
    celery_broker_url: SecretStr | None = Field(None, description="amqp:// or amqps:// of another broker: RabbitMQ")
    upstash_redis_url: SecretStr | None = Field(None, description="https://... of an Upstash database")
    upstash_redis_rest_token: SecretStr | None = Field(None, description="its token")

    youtube_api_url: str = Field("https://youtube.googleapis.com", description="where the API is")
    youtube_timeout: float = Field(30, gt=0, description="seconds that one call may take")
    youtube_deadline: float = Field(120, gt=0, description="seconds after its first failure to repeat a call in")
    youtube_quota: dict[str, int] = Field(
        {"default": 10_000, "search": 100, "videos.batchGetStats": 10_000},
        description="units a day and project, by bucket, as JSON",
    )
    api_rate_limit_delay: float = Field(0.2, ge=0, description="seconds between two calls with one key")
    quota_block: int = Field(20, ge=1, description="units reserved at once; a crash over-counts by at most these")

    default_batch_size: int = Field(100, ge=1, le=10_000, description="channels in one batch")
    largest_batch_size: int = Field(
        1_000, ge=1, le=10_000, description="channels in one batch of a job over very many of them"
    )
    migrate_batch_size: int = Field(100_000, ge=1, le=500_000, description="rows that an import commits at a time")
    import_rejects_kept: int = Field(
        1_000_000, ge=1_000, description="rejected rows kept of one import; those beyond are only counted"
    )
    max_videos_per_channel: int = Field(25, ge=1, description="newest videos fetched of a channel")
    retention_mode: Literal["30 days", "36 months for statistics"] = Field(
        "30 days", description="what may be kept that is not refreshed; docs/policy.md says who may choose the other"
    )
    refresh_shortest_hours: float = Field(6, ge=1, le=720, description="nothing is refreshed sooner by itself")
    # Retention deletes on the last night before the thirtieth day; what is left is for days without quota.
    refresh_longest_days: float = Field(25, ge=1, le=28, description="everything is refreshed by then")
    calls_in_flight: int = Field(8, ge=1, le=64, description="calls that one batch makes at the same time")
    import_root: Path = Field(Path("imports"), description="the only folder that files are imported from")
    upload_max_bytes: int = Field(2 * 2**30, ge=1, description="the largest file that may be uploaded")
    upload_kept_days: int = Field(7, ge=0, description="days that an upload is kept after its import has ended")
    import_allowed_hosts: str | None = Field(None, description="database servers to import from: host:port, ...")

    push_callback_url: str | None = Field(None, description="https:// address at which the hub reaches us; off without")
    push_hub_url: str = Field("https://pubsubhubbub.appspot.com/subscribe", description="the hub of YouTube")
    push_silent_days: int = Field(3, ge=1, le=30, description="silence after which a subscribed channel is polled")
    push_poll_units: int = Field(500, ge=0, description="units a day for such polls; 0: none")
    push_fetch_minutes: int = Field(30, ge=1, le=1_440, description="how long an announced video waits for 49 others")

    discovery_min_yield: float = Field(0.05, ge=0, description="new channels per unit below which discovery stops")
    discovery_handle_sources: int = Field(2, ge=1, description="channels that name a handle before it is asked for")

    broker_poll_seconds: int = Field(10, ge=1, le=50, description="how long an idle worker waits between two questions")
    batch_window: int = Field(32, ge=1, description="unfinished batches that a job has at most")
    batch_attempts: int = Field(5, ge=1, description="lost or failed tries before a batch is given up")
    lease_seconds: float = Field(20, gt=0, description="silence after which a worker counts as dead")
    keeper_seconds: float = Field(5, gt=0, description="seconds between two rounds of the keeper")

    celery_concurrency: int = Field(2, ge=1, description="processes of a worker")
    celery_worker_max_memory_per_child: int = Field(500_000, ge=50_000, description="kilobytes")
    celery_worker_max_tasks_per_child: int = Field(1_000, ge=1, description="batches before a process is renewed")
    celery_send_events: bool = Field(False, description="workers tell Flower what they do, which costs commands")

    allowed_hosts: str | None = Field(None, description="names by which the API may be asked, with commas")
    trusted_proxies: int = Field(0, ge=0, le=10, description="proxies in front that say who asks")
    rate_limit_per_minute: int = Field(600, ge=0, description="requests a minute with one token; 0: any number")
    rate_limit_without_token: int = Field(60, ge=0, description="requests a minute from one address without a token")
    sign_ins_per_minute: int = Field(10, ge=0, description="attempts to sign in from one address")
    audit_kept_days: int = Field(365, ge=1, le=3_650, description="days that the audit log is kept")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "json", "console"] = Field("auto", description="auto: console on a terminal")
    otel_exporter_otlp_endpoint: str | None = Field(None, description="where traces are sent; none without")
    clock_file: Path | None = Field(None, description="rehearsals: a file with seconds to run ahead of time")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < _MIN_SECRET:
            raise ValueError(f"must have at least {_MIN_SECRET} characters; make one with: {MAKE_SECRET}")
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _can_be_sent(cls, value: str | None) -> str | None:
        if value is not None and not (find_spec("opentelemetry") and find_spec("opentelemetry.sdk")):
            raise ValueError("is set, and OpenTelemetry is not installed: pip install 'tributary[otel]', or unset it")
        return value

    @field_validator("push_callback_url", "push_hub_url")
    @classmethod
    def _is_private(cls, value: str | None) -> str | None:
        """A secret travels to the hub; only a rehearsal on one machine may do without TLS."""
        url = urlsplit(value or "https://unset")
        if not url.hostname or not (url.scheme == "https" or (url.scheme == "http" and url.hostname in _THIS_MACHINE)):
            raise ValueError("must be an https:// address (http:// only for 127.0.0.1 and localhost)")
        return value

    @field_validator("upstash_redis_url")
    @classmethod
    def _is_rest(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("https://", "http://")):
            raise ValueError("must be the https:// address of the REST API; a redis:// or rediss:// one is a REDIS_URL")
        return value

    @field_validator("celery_broker_url")
    @classmethod
    def _is_a_broker(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("amqp://", "amqps://", "redis://", "rediss://")
        if value is not None and not value.get_secret_value().startswith(schemes):
            raise ValueError(f"must begin with one of {', '.join(schemes)}")
        return value

    @model_validator(mode="after")
    def _has_a_broker(self) -> Self:
        if self.redis_url is None and (self.upstash_redis_url is None or self.upstash_redis_rest_token is None):
            raise ValueError("set REDIS_URL, or UPSTASH_REDIS_URL and UPSTASH_REDIS_REST_TOKEN")
        if self.environment == "production" and self.clock_file is not None:
            raise ValueError("CLOCK_FILE is for rehearsals; remove it in production")
        return self

    @model_validator(mode="after")
    def _protects_what_it_should(self) -> Self:
        """In production, whoever knows what is shipped somewhere must not be able to open anything."""
        if self.environment != "production":
            return self
        found = []
        if wrong := weak_secret(self.secret_key.get_secret_value()):
            found.append(f"SECRET_KEY {wrong}; make one with: {MAKE_SECRET}")
        for name, url in (("DATABASE_URL", self.database_url), ("REDIS_URL", self.redis_url)):
            if url is not None and (wrong := weak_password(url.get_secret_value())):
                found.append(f"{name} {wrong}; make one with: {MAKE_PASSWORD}, and give it to the server too")
        if found:
            raise ValueError("; ".join(found))
        return self

    def previous_keys(self) -> list[SecretStr]:
        """The SECRET_KEYs of before: one, or several with commas between them."""
        told = self.secret_key_previous.get_secret_value() if self.secret_key_previous else ""
        return [SecretStr(one.strip()) for one in told.split(",") if one.strip()]

    def hosts_of_imports(self) -> list[str]:
        """The database servers that may be imported from: none unless said so, but this machine in development."""
        if self.import_allowed_hosts is None:
            return [f"{host}:*" for host in sorted(_THIS_MACHINE)] if self.environment == "development" else []
        return [entry.strip() for entry in self.import_allowed_hosts.split(",") if entry.strip()]

    def names_of_host(self) -> frozenset[str]:
        """The names of ALLOWED_HOSTS, in lower case; `.example.org` stands for all that end so."""
        return frozenset(name.strip().lower() for name in (self.allowed_hosts or "").split(",") if name.strip())

    def broker_url(self) -> str:
        """The URL that Celery's messages go through."""
        if self.celery_broker_url is not None:
            return verified_tls(self.celery_broker_url.get_secret_value())
        return self.redis_address()

    def redis_address(self) -> str:
        """The redis:// or rediss:// URL of progress where no REST API is set, and of messages where no other broker is.

        An Upstash database speaks Redis on port 6379 with its REST token as the password, always over TLS.
        """
        if self.redis_url is not None:
            return verified_tls(self.redis_url.get_secret_value())
        upstash = self.upstash_rest()
        if upstash is None:  # pragma: no cover - validated
            raise SettingsError("no broker is set")
        url, token = upstash
        return verified_tls(f"rediss://default:{token}@{urlsplit(url).hostname}:6379")

    def upstash_rest(self) -> tuple[str, str] | None:
        """Address and token of the REST API that progress goes through; None where a Redis of its own is set."""
        if self.redis_url is not None or self.upstash_redis_url is None or self.upstash_redis_rest_token is None:
            return None
        return self.upstash_redis_url.get_secret_value(), self.upstash_redis_rest_token.get_secret_value()


def verified_tls(url: str) -> str:
    """Make TLS verify the certificate: without this word kombu accepts any (reliability: a silent downgrade)."""
    if url.startswith("https://"):
        raise SettingsError(
            "REDIS_URL is an https:// address, which is Upstash's REST API and cannot carry Celery's messages",
            hint="set UPSTASH_REDIS_URL and UPSTASH_REDIS_REST_TOKEN instead; the rediss:// form is made from them",
        )
    if not url.startswith("rediss://") or "ssl_cert_reqs" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"


def load_settings() -> Settings:
    """Read the environment; a mistake is told in words that mend it."""
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic-settings fills the fields from the environment
    except ValidationError as error:
        raise SettingsError(_in_words(error), hint="see .env.example and docs/configuration.md") from None


def environment_keys() -> list[EnvironmentKey]:
    """The YOUTUBE_API_KEY_n of the environment, in the order of their numbers; unnamed projects are one each."""
    found = {}
    variables = _variables()
    for variable, value in variables.items():
        if (match := _NUMBERED_KEY.fullmatch(variable)) and value:
            number = int(match[1])
            project = variables.get(f"YOUTUBE_API_PROJECT_{number}") or f"project-{number}"
            found[number] = EnvironmentKey(name=f"key-{number}", secret=SecretStr(value), project=project)
    return [found[number] for number in sorted(found)]


def numbered_key(name: str) -> bool:
    """Whether this is a YOUTUBE_API_KEY_n or a YOUTUBE_API_PROJECT_n."""
    return bool(_NUMBERED_KEY.fullmatch(name) or _NUMBERED_PROJECT.fullmatch(name))


def sources() -> list[tuple[str, dict[str, str]]]:
    """Where variables come from, the strongest first, and which each has, by names in upper case."""
    secrets = {}
    if _SECRETS_DIR.is_dir():
        secrets = {file.name: file.read_text().strip() for file in _SECRETS_DIR.iterdir() if file.is_file()}
    told: tuple[tuple[str, Mapping[str, str | None]], ...] = (
        ("environment", os.environ),
        (".env", dotenv_values(".env")),
        (str(_SECRETS_DIR), secrets),
    )
    # An empty value means "not set": it must not hide what a weaker source says.
    return [(source, {name.upper(): value for name, value in values.items() if value}) for source, values in told]


def _variables() -> dict[str, str]:
    return {name: value for _, values in reversed(sources()) for name, value in values.items()}


def _in_words(error: ValidationError) -> str:
    """Name the variables, never their values: a mistyped URL may hold a password."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "_".join(str(part) for part in problem["loc"]).upper()
        wrong = "is not set" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        lines.append(f"{name} {wrong}".strip())
        if problem["type"] == "missing" and name == "SECRET_KEY":
            lines[-1] += f"; make one with: {MAKE_SECRET}"
    return "; ".join(lines)
