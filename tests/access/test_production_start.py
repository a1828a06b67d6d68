"""What production refuses to start with: it says what is wrong, how to make a good one, and never the value."""

import secrets

import pytest

from app.config import SettingsError, load_settings

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "Jx3-qTfV8mZpLw2sRbNc7yKd",
    "DATABASE_URL": "postgresql://tributary:h8Kq-Zr3vTn@db:5432/tributary",
    "REDIS_URL": "redis://:w5Lm_Xp9cJd@redis:6379/0",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> pytest.MonkeyPatch:
    monkeypatch.chdir(str(tmp_path))
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize(
    "secret",
    [
        "changeme", "changemechangemechangeme", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "your-secret-key-goes-here",
        "aaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababab", "0123456789abcdef0123456789abcdef",
        "thisISaSECRET_1234", "django-insecure-x8v@0q#", "my super password of today", "youtube123youtube123", "",
    ],
)  # fmt: skip
def test_a_key_that_others_know(environment: pytest.MonkeyPatch, secret: str) -> None:
    environment.setenv("SECRET_KEY", secret)
    with pytest.raises(SettingsError, match="SECRET_KEY") as refused:
        load_settings()
    assert "make one with: python -c 'import secrets" in str(refused.value)
    assert not secret or secret not in str(refused.value)
    if len(secret) >= 16:
        environment.setenv("ENVIRONMENT", "development")
        load_settings()


@pytest.mark.parametrize(
    ("name", "url", "shown"),
    [
        ("DATABASE_URL", "postgresql://tributary:youtube123@db/x", "youtube123"),
        ("DATABASE_URL", "postgresql://u:postgres@db/x", ":postgres"),
        ("DATABASE_URL", "postgresql://u:Password@127.0.0.1/x", "Password"),
        ("DATABASE_URL", "postgresql://collector:collector@db/x", "collector"),
        ("DATABASE_URL", "postgresql://collector:%63ollector@db/x", "ollector"),
        ("DATABASE_URL", "postgresql://collector@db/x", "collector"),
        ("DATABASE_URL", "postgresql://u:aaaaaaaa@db/x", "aaaaaaaa"),
        ("REDIS_URL", "redis://redis:6379/0", "6379"),
        ("REDIS_URL", "redis://:redis@redis:6379/0", ":redis@"),
        ("REDIS_URL", "rediss://default:changeme@redis:6379/0", "changeme"),
    ],
)
def test_a_password_that_others_know(environment: pytest.MonkeyPatch, name: str, url: str, shown: str) -> None:
    environment.setenv(name, url)
    with pytest.raises(SettingsError, match=f"{name} has") as refused:
        load_settings()
    assert "make one with: python -c" in str(refused.value)
    assert shown not in str(refused.value)
    environment.setenv("ENVIRONMENT", "development")
    load_settings()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://tributary@127.0.0.1/x"),
        ("DATABASE_URL", "postgresql:///x"),
        ("DATABASE_URL", "postgresql://tributary@db/x?sslcert=/etc/client.crt"),
        ("DATABASE_URL", "postgresql://tributary@%2Fvar%2Frun%2Fpostgresql/x"),
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "redis://[::1]:6379/0"),
    ],
)
def test_a_server_of_this_machine_may_know_by_itself_who_asks(
    environment: pytest.MonkeyPatch, name: str, url: str
) -> None:
    environment.setenv(name, url)
    load_settings()


def test_what_the_command_makes_is_accepted(environment: pytest.MonkeyPatch) -> None:
    for _ in range(300):
        environment.setenv("SECRET_KEY", secrets.token_urlsafe(48))
        environment.setenv("REDIS_URL", f"redis://:{secrets.token_urlsafe(24)}@redis:6379/0")
        environment.setenv("DATABASE_URL", f"postgresql://tributary:{secrets.token_hex(24)}@db:5432/tributary")
        load_settings()
    environment.setenv("SECRET_KEY", secrets.token_hex(32))
    load_settings()
