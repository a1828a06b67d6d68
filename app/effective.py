"""Every setting with the value that holds, and where it comes from; secrets by a fingerprint."""

import difflib
import hashlib
import json
from dataclasses import dataclass

from app.config import Settings, SettingsError, load_settings, numbered_key, sources

_Given = list[tuple[str, dict[str, str]]]
_HEX_DIGITS = 8
_AKIN = 0.85
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting. `source` is default, environment, .env or /run/secrets."""

    setting: str
    value: str
    source: str
    secret: bool


def effective() -> tuple[list[Effective], SettingsError | None]:
    """All settings, and what is wrong with them: then the values are as they were given."""
    given = sources()
    try:
        settings, error = load_settings(), None
    except SettingsError as wrong:
        settings, error = None, wrong
    fields = [_field(name, given, settings) for name in Settings.model_fields]
    numbered = sorted({name for _, values in given for name in values if numbered_key(name)}, key=_by_number)
    return [*fields, *(_key(name, given) for name in numbered)], error


def misspelt() -> list[tuple[str, str]]:
    """Names that are no settings, and the settings that they are almost."""
    known = [name.upper() for name in Settings.model_fields]
    found = []
    for _, values in sources():
        for name in values:
            if name not in known and not numbered_key(name):
                found += [(name, akin) for akin in difflib.get_close_matches(name, known, 1, _AKIN)]
    return sorted(set(found))


def _field(name: str, given: _Given, settings: Settings | None) -> Effective:
    setting = name.upper()
    source, raw = _found(setting, given)
    kind = str(Settings.model_fields[name].annotation)
    secret = "SecretStr" in kind
    if secret:
        return Effective(setting, _hidden(raw), source, secret=True)
    value = raw if settings is None else getattr(settings, name)
    if value is None and settings is None:
        value = Settings.model_fields[name].default
    return Effective(setting, _shown(value), source, secret=False)


def _key(name: str, given: _Given) -> Effective:
    source, raw = _found(name, given)
    if "_KEY_" not in name:
        return Effective(name, _shown(raw), source, secret=False)
    # The fingerprint by which `keys list` shows it.
    digits = hashlib.sha256((raw or "").strip().encode()).hexdigest()[:12]
    return Effective(name, f"set ({digits})", source, secret=True)


def _found(setting: str, given: _Given) -> tuple[str, str | None]:
    return next(((source, values[setting]) for source, values in given if setting in values), (_DEFAULT, None))


def _hidden(raw: str | None) -> str:
    """Slow to make, so that nobody guesses a weak password by it; the same on every machine, to compare them."""
    if raw is None:
        return "not set"
    made = hashlib.scrypt(raw.encode(), salt=b"tributary setting", n=2**14, r=8, p=1)
    return f"set ({made.hex()[:_HEX_DIGITS]})"


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _by_number(name: str) -> tuple[int, str]:
    return int(name.rpartition("_")[2]), name
