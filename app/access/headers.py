"""What every answer tells a browser not to do."""

from flask import Response, request

# Only files of ours, never a line in a page: what YouTube's users write as a title cannot become a program.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # What the API tells is for the one who asked; assets say themselves that they may be kept.
    "Cache-Control": "no-store",
}
_A_YEAR = "max-age=31536000"


def protect(answer: Response, *, production: bool) -> None:
    """Set the headers that the answer does not have itself."""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    if production and request.is_secure:
        answer.headers["Strict-Transport-Security"] = _A_YEAR
