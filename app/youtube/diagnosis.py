"""What is wrong with a key, in words, and what to click: told from how YouTube answered one call with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.youtube.errors import ApiError, ErrorKind

_CONSOLE = "https://console.cloud.google.com"
_CREDENTIALS = "apis/credentials"
_ENABLE = "apis/api/youtube.googleapis.com/overview"
_BILLING = "billing"
_QUOTAS = "apis/api/youtube.googleapis.com/quotas"
FORM = "https://support.google.com/youtube/contact/yt_api_form"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A word for machines, what is wrong, what to do about it, and where; `link` is empty where nothing is to click."""

    word: str
    in_words: str
    next_step: str
    link: str = ""


FINE = Diagnosis("fine", "YouTube answers with this key", "nothing")
EXHAUSTED = Diagnosis(
    "exhausted",
    "the key is accepted, and its project has no unit left today",
    "wait until midnight in Los Angeles; to have more, see docs/quota.md",
    FORM,
)
UNREADABLE = Diagnosis(
    "unreadable",
    "the stored key was encrypted under another SECRET_KEY",
    "set SECRET_KEY_PREVIOUS to the SECRET_KEY of before and run `keys rotate`; if that is lost, add the key again",
)
_WRONG = Diagnosis(
    "wrong_key",
    "Google does not know this key: it is mistyped, was deleted, or has expired",
    'open the credentials, click "Show key" and copy it again (or "Create credentials", "API key"), and add that one',
    _CREDENTIALS,
)
_SUSPENDED = Diagnosis(
    "suspended",
    "Google suspended the project of this key",
    "open the console of that project and follow what it says, or appeal; do not carry on with other keys; when it is "
    'settled, PATCH the key with {"is_active": true, "lift_suspension": true}',
    "home/dashboard",
)
_THROTTLED = Diagnosis(
    "throttled", "the key works, and its project makes too many calls a minute", "wait a minute", _QUOTAS
)
_OUTAGE = Diagnosis(
    "unreachable",
    "YouTube answered with an error of its own, which says nothing about the key",
    "test again in some minutes",
)
_UNCLEAR = Diagnosis(
    "unclear", "YouTube refused the call for a reason that we do not know", "read what it says, and report it to us"
)


def _restricted(by: str, says: str, do: str) -> Diagnosis:
    step = f'open the credentials, click the key, and under "{do}; then switch the key on. It takes up to five minutes'
    return Diagnosis(f"restricted_by_{by}", says, step, _CREDENTIALS)


_APPLICATIONS = 'Application restrictions" choose "None", or "IP addresses" with that of this server'
_OF_REASON: Mapping[str, Diagnosis] = MappingProxyType(
    {
        "API_KEY_IP_ADDRESS_BLOCKED": _restricted(
            "ip",
            "the key may only be used from other IP addresses",
            'Application restrictions" add the public IP address of this server',
        ),
        "API_KEY_HTTP_REFERRER_BLOCKED": _restricted(
            "referrer", "the key may only be used by certain web pages (HTTP referrers), not by a server", _APPLICATIONS
        ),
        "ipRefererBlocked": _restricted(
            "ip_or_referrer", "the key may only be used from other IP addresses or by certain web pages", _APPLICATIONS
        ),
        "API_KEY_ANDROID_APP_BLOCKED": _restricted(
            "app", "the key may only be used by certain Android apps", _APPLICATIONS
        ),
        "API_KEY_IOS_APP_BLOCKED": _restricted("app", "the key may only be used by certain iOS apps", _APPLICATIONS),
        "API_KEY_SERVICE_BLOCKED": _restricted(
            "api",
            "the key may be used for other APIs only",
            'API restrictions" choose "Don\'t restrict key", or add the YouTube Data API v3',
        ),
        "BILLING_DISABLED": Diagnosis(
            "billing_disabled", "billing is switched off for the project of this key", "open it and enable it", _BILLING
        ),
        "TimeoutError": Diagnosis(
            "timeout",
            "YouTube did not answer in time",
            "test again; if it stays so, look at the network of this machine, and raise YOUTUBE_TIMEOUT",
        ),
    }
)
_OF_KIND: Mapping[ErrorKind, Diagnosis] = MappingProxyType(
    {
        ErrorKind.KEY_DEAD: _WRONG,
        ErrorKind.KEY_MISCONFIGURED: Diagnosis(
            "not_accepted",
            "Google does not accept this key for the call",
            "open the credentials and look at its restrictions",
            _CREDENTIALS,
        ),
        ErrorKind.PROJECT_MISCONFIGURED: Diagnosis(
            "api_not_enabled",
            "the YouTube Data API v3 is not enabled in the project of this key",
            'open it, click "Enable", wait some minutes, then switch the key on',
            _ENABLE,
        ),
        ErrorKind.PROJECT_SUSPENDED: _SUSPENDED,
        ErrorKind.BUCKET_EXHAUSTED: EXHAUSTED,
        ErrorKind.THROTTLED: _THROTTLED,
        ErrorKind.TRANSIENT: _OUTAGE,
    }
)
_UNREACHABLE = Diagnosis(
    "unreachable",
    "YouTube cannot be reached from this machine",
    "look at its network, its DNS and its firewall (port 443), and at YOUTUBE_API_URL; then test again",
)


def diagnose(error: ApiError) -> Diagnosis:
    """What an error says about the key that was asked with; the link leads to the project that the error names."""
    found = _OF_REASON.get(error.reason) or _OF_KIND.get(error.kind, _UNCLEAR)
    if found is _OUTAGE and error.http_status is None:
        found = _UNREACHABLE
    if not found.link or found.link.startswith("https://"):
        return found
    project = f"?project={error.project_number}" if error.project_number else ""
    return Diagnosis(found.word, found.in_words, found.next_step, f"{_CONSOLE}/{found.link}{project}")
