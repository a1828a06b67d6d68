"""Whether a message comes from who knows the secret. Pure."""

import hashlib
import hmac

# Those of the recommendation. The hub of Google uses sha1, which is still sound inside an HMAC.
_METHODS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def is_signed(header: str, body: bytes, secret: str) -> bool:
    """Whether X-Hub-Signature is that of this body. It takes as long whatever is wrong with it."""
    method, _, signature = header.partition("=")
    digest = hmac.new(secret.encode(), body, _METHODS.get(method, hashlib.sha256)).hexdigest()
    # Compared as bytes: a header may hold anything, and text that is not ASCII is refused by the comparison.
    return hmac.compare_digest(digest.encode(), signature.encode("utf-8", "replace")) and method in _METHODS
