"""Where the emulator knowingly answers otherwise than the discovery document says, and why.

The walk fails on a difference that is not here, and on an entry that no longer occurs.
"""

from collections.abc import Iterable, Mapping

ALL = "*"
"""Every method."""

_JSON_ONLY = "the emulator speaks JSON only: docs/emulator.md, What is not faithful"
_NO_LOGIN = "needs a person's consent, and nobody can log in to the emulator"
_FORBIDDEN_PART = "only owners and partners may ask for it: 403 forbidden, as the real service says to a key"
_EMPTY_PART = "in the document, but the real service shows nothing of it to a key"

Differences = Mapping[tuple[str, str], Mapping[str, str]]
"""Method and subject (a parameter, `part x`, `paths`, `schema`, `pages`) to difference and reason."""


def _alike(method: str, subjects: Iterable[str], difference: str, reason: str) -> Differences:
    return {(method, subject): {difference: reason} for subject in subjects}


EXPLAINED: Differences = {
    (ALL, "alt"): {"media: 501": _JSON_ONLY, "proto: 501": _JSON_ONLY},
    **_alike(ALL, ("access_token", "oauth_token"), "a good value: 401 authError", _NO_LOGIN),
    **_alike("channels.list", ("mine", "mySubscribers"), "true: 401 authorizationRequired", _NO_LOGIN),
    **_alike("channels.list", ("managedByMe",), "true: 403 forbidden", "for content partners only"),
    **_alike("channels.list", ("categoryId",), "a good value: 404 categoryNotFound", "guide categories are no more"),
    **_alike(
        "channels.list",
        ("part auditDetails", "part contentOwnerDetails", "part conversionPings"),
        "403 forbidden",
        _FORBIDDEN_PART,
    ),
    **_alike("channels.list", ("pages",), "one page", "channels that a key can list are asked for by name, 50 at most"),
    **_alike("activities.list", ("home", "mine"), "true: 401 authorizationRequired", _NO_LOGIN),
    **_alike("playlists.list", ("mine",), "true: 401 authorizationRequired", _NO_LOGIN),
    **_alike("channelSections.list", ("mine",), "true: 401 authorizationRequired", _NO_LOGIN),
    **_alike(
        "channelSections.list", ("part localizations", "part targeting"), "nowhere", "deprecated, and always empty"
    ),
    **_alike(
        "search.list",
        ("forContentOwner", "forDeveloper", "forMine"),
        "true: 401 authorizationRequired",
        _NO_LOGIN,
    ),
    **_alike(
        "search.list",
        ("schema",),
        "items.snippet: additionalProperties publishTime",
        "recorded answers of the real service have it beside publishedAt",
    ),
    **_alike(
        "subscriptions.list",
        ("mine", "mySubscribers", "myRecentSubscribers"),
        "true: 401 authorizationRequired",
        _NO_LOGIN,
    ),
    **_alike(
        "subscriptions.list",
        ("schema",),
        "kind: const youtube#subscriptionListResponse",
        "the real service writes youtube#SubscriptionListResponse, with a capital S",
    ),
    ("commentThreads.list", "moderationStatus"): {
        f"{status}: 403 forbidden": "moderation is for the video's owner"
        for status in ("heldForReview", "likelySpam", "rejected")
    },
    ("videos.list", "myRating"): {
        f"{rating}: 401 authorizationRequired": _NO_LOGIN for rating in ("none", "like", "dislike")
    },
    **_alike(
        "videos.list",
        ("part fileDetails", "part processingDetails", "part suggestions"),
        "403 forbidden",
        _FORBIDDEN_PART,
    ),
    **_alike(
        "videos.list",
        ("part ageGating", "part brandPartner", "part monetizationDetails", "part projectDetails"),
        "nowhere",
        _EMPTY_PART,
    ),
}


def explained(method: str, subject: str) -> set[str]:
    """The differences that are known of one subject of one method."""
    return {*EXPLAINED.get((ALL, subject), ()), *EXPLAINED.get((method, subject), ())}
