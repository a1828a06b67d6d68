"""/assets: what pages are made of. Templates extend `page.html`; nothing is loaded from elsewhere."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

_ASSETS = Path(__file__).parent / "assets"


def make_blueprint() -> Blueprint:
    """The templates of all pages, and the files that they need."""
    room = Blueprint("pages", __name__, template_folder="templates")

    @room.get("/assets/<name>")
    def asset(name: str) -> Response:
        return send_from_directory(_ASSETS, name)  # with an ETag, and asked again each time whether it has changed

    return room
