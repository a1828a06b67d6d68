"""What a list may tell of a channel besides its id: which columns those are, and what is kept of them.

Only what the catalogue has a place for; counts are observations, and without their time worth nothing.
"""

import re

ID_NAMES = (
    "channel_id", "channelid", "channel id", "youtube_channel_id", "channel", "channel_url", "url", "id",
    "kanal-id", "id del canal", "id do canal", "id de la chaîne", "id canale", "チャンネル id",
)  # fmt: skip
"""The names of Google Takeout in other languages among them."""
TITLE_NAMES = (
    "title", "channel_title", "channel title", "name", "channel_name", "channel name", "channeltitle",
    "kanaltitel", "título del canal", "título do canal", "titre de la chaîne", "チャンネルのタイトル",
)  # fmt: skip
HANDLE_NAMES = ("handle", "channel_handle", "channel handle", "custom_url", "customurl")
COUNTRY_NAMES = ("country", "country_code", "channel_country", "channel country")
HANDLE_SHAPE = r"@[A-Za-z0-9_.-]{3,30}"
COUNTRY_SHAPE = r"[A-Z]{2}"
_HANDLE = re.compile(r"@[\w.\u00b7-]{3,30}")
_COUNTRY = re.compile(COUNTRY_SHAPE)


def handle_in(text: str | None) -> str | None:
    """A handle as YouTube spells it, `@name` in lower case; None where it is none."""
    told = (text or "").strip().lower()
    return told if _HANDLE.fullmatch(told) else None


def country_in(text: str | None) -> str | None:
    """ISO 3166-1 alpha-2; None where it is something else, such as the name of a country."""
    told = (text or "").strip().upper()
    return told if _COUNTRY.fullmatch(told) else None


def title_in(text: str | None) -> str | None:
    """A title without the blanks around it; None where nothing is left."""
    return (text or "").strip() or None
