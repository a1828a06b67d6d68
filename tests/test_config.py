"""Settings as people give them: by environment and .env file, and what they are told about a mistake."""

from pathlib import Path

import pytest

from app.config import SettingsError, environment_keys, load_settings, verified_tls

GOOD = {
    "SECRET_KEY": "long enough for a secret",
    "DATABASE_URL": "postgresql://tributary:pass-word-1@db/tributary",
    "REDIS_URL": "redis://:pass-word-2@redis:6379/0",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A complete environment, in a folder without a .env file."""
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_least_that_is_needed(environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    assert load_settings().broker_url() == GOOD["REDIS_URL"]


def test_a_file_says_it_as_well_and_the_environment_wins(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEFAULT_BATCH_SIZE=200\nCALLS_IN_FLIGHT=3\nQUOTA_BLOCK=\n")
    environment.setenv("CALLS_IN_FLIGHT", "5")
    settings = load_settings()
    assert (settings.default_batch_size, settings.calls_in_flight, settings.quota_block) == (200, 5, 20)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set; make one with: python -c"),
        ("SECRET_KEY", "short", "must have at least 16 characters"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("REDIS_URL", "", "set REDIS_URL, or UPSTASH_REDIS_URL and UPSTASH_REDIS_REST_TOKEN"),
        ("DEFAULT_BATCH_SIZE", "0", "DEFAULT_BATCH_SIZE"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT"),
        ("YOUTUBE_QUOTA", '{"default": "many"}', "YOUTUBE_QUOTA"),
    ],
)
def test_a_mistake_is_named(environment: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert told in str(refused.value)
    assert ".env.example" in refused.value.hint


def test_no_secret_stands_in_what_is_said(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert "pass-word" not in repr(settings) + str(settings)
    environment.setenv("DEFAULT_BATCH_SIZE", GOOD["DATABASE_URL"])
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "pass-word" not in str(refused.value)


def test_upstash_speaks_redis_over_verified_tls(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("REDIS_URL")
    environment.setenv("UPSTASH_REDIS_URL", "https://eu1-calm-fish-12345.upstash.io")
    environment.setenv("UPSTASH_REDIS_REST_TOKEN", "the-token")
    url = load_settings().broker_url()
    assert url == "rediss://default:the-token@eu1-calm-fish-12345.upstash.io:6379?ssl_cert_reqs=required"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("rediss://host:6379/0", "rediss://host:6379/0?ssl_cert_reqs=required"),
        ("rediss://host:6379/0?a=b", "rediss://host:6379/0?a=b&ssl_cert_reqs=required"),
        ("rediss://host?ssl_cert_reqs=none", "rediss://host?ssl_cert_reqs=none"),
        ("redis://host", "redis://host"),
    ],
)
def test_tls_verifies_unless_told_otherwise(given: str, used: str) -> None:
    assert verified_tls(given) == used


def test_a_rest_address_cannot_be_the_broker(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("REDIS_URL", "https://eu1-calm-fish-12345.upstash.io")
    with pytest.raises(SettingsError) as refused:
        load_settings().broker_url()
    assert "UPSTASH_REDIS_URL and UPSTASH_REDIS_REST_TOKEN" in refused.value.hint


def test_a_redis_address_cannot_be_the_rest_api(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("UPSTASH_REDIS_URL", "rediss://default:pass-word@eu1-calm-fish-12345.upstash.io:6379")
    with pytest.raises(SettingsError, match="UPSTASH_REDIS_URL must be the https:// address") as refused:
        load_settings()
    assert "pass-word" not in str(refused.value)


def test_a_clock_that_can_be_moved_is_not_for_production(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CLOCK_FILE", "shift")
    environment.setenv("ENVIRONMENT", "production")
    with pytest.raises(SettingsError, match="CLOCK_FILE is for rehearsals"):
        load_settings()


def test_keys_are_numbered_and_unnamed_projects_are_one_each(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("YOUTUBE_API_KEY_10=ten\nYOUTUBE_API_KEY_2=two\nYOUTUBE_API_KEY_3=\n")
    environment.setenv("YOUTUBE_API_KEY_1", "one")
    environment.setenv("YOUTUBE_API_PROJECT_1", "research")
    environment.setenv("YOUTUBE_API_PROJECT_10", "research")
    found = [(key.name, key.secret.get_secret_value(), key.project) for key in environment_keys()]
    assert found == [("key-1", "one", "research"), ("key-2", "two", "project-2"), ("key-10", "ten", "research")]


@pytest.mark.parametrize("address", ["http://example.org", "ftp://localhost", "example.org", "https://"])
def test_the_hub_is_reached_and_reaches_us_by_tls_alone(address: str, environment: pytest.MonkeyPatch) -> None:
    for name in ("PUSH_CALLBACK_URL", "PUSH_HUB_URL"):
        environment.setenv(name, address)
        with pytest.raises(SettingsError, match=f"{name} must be an https:// address"):
            load_settings()
        environment.setenv(name, "http://127.0.0.1:8080")


def test_traces_need_what_sends_them(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    environment.setattr("app.config.find_spec", lambda name: None if name == "opentelemetry.sdk" else name)
    with pytest.raises(SettingsError, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is set, .* 'tributary\[otel\]'"):
        load_settings()
