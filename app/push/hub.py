"""The way to the hub: one request, one reply. It goes to the address that PUSH_HUB_URL names, and nowhere else."""

from typing import Self

import httpx

from app.logs import redact
from app.push.model import LEASE_SECONDS, Ask, Reply, topic_of

_TIMEOUT = 10.0
_LONGEST_WORDS = 200
_TOO_MANY, _SERVER_ERROR = 429, 500


class Hub:
    """Asks the hub. Safe to share between threads."""

    def __init__(self, hub_url: str, callback_url: str) -> None:
        """`callback_url` is the public address of this system, without a path of its own."""
        self._url = hub_url
        self._callback = callback_url.rstrip("/")
        # A redirect would carry the secret to wherever it points; proxies of the environment are not used either.
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def ask(self, ask: Ask) -> Reply:
        """Ask to begin, renew or end a subscription; the hub verifies later. Raises nothing."""
        try:
            with self._http.stream("POST", self._url, data=self._form(ask)) as answer:
                if answer.is_success:
                    return Reply(ask.channel)
                words = next(answer.iter_bytes(_LONGEST_WORDS), b"").decode("utf-8", "replace")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Reply(ask.channel, f"the hub does not answer: {type(error).__name__}", away=True)
        status = answer.status_code
        for hidden in (ask.secret, str(ask.callback_id), "\x00"):
            words = words.replace(hidden, "")
        told = redact(" ".join(words.split()))
        why = f"the hub answered {status}{f': {told}' if told else ''}"
        return Reply(ask.channel, why, away=status == _TOO_MANY or status >= _SERVER_ERROR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _form(self, ask: Ask) -> dict[str, str]:
        form = {
            "hub.mode": "unsubscribe" if ask.leaving else "subscribe",
            "hub.topic": topic_of(ask.channel),
            "hub.callback": f"{self._callback}/push/callback/{ask.callback_id}",
            "hub.verify": "async",  # hubs of before the recommendation want to be told
        }
        return form if ask.leaving else form | {"hub.lease_seconds": str(LEASE_SECONDS), "hub.secret": ask.secret}
