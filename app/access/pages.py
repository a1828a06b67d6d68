"""/sign-in and /sign-out: for browsers, which cannot send a token with every page."""

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from app.access import hosts, sessions
from app.access.errors import NoProofError
from app.access.gate import Gate

_LONGEST = 200


def make_blueprint(gate: Gate) -> Blueprint:
    """The pages of this room."""
    room = Blueprint("sign_in", __name__)

    @room.get("/sign-in")
    def page() -> Response:
        prefix = sessions.prefix()
        caller = gate.tokens.caller_by(prefix) if prefix else None
        return _page(_wanted(request.args.get("next", "")), caller=caller)

    @room.post("/sign-in")
    def sign_in() -> Answer:
        where = f"sign-in:{hosts.counted_as(request.remote_addr)}"
        gate.count(where, gate.settings.sign_ins_per_minute)
        wanted = _wanted(request.form.get("next", ""))
        caller = gate.tokens.caller_of(request.form.get("token", "").strip()[:_LONGEST])
        if caller is None or caller.token is None:
            return _page(wanted, wrong="This token is not valid: it was revoked, has expired, or was not copied whole.")
        sessions.begin(caller.token)
        g.caller = caller
        return redirect(wanted or "/sign-in", 303)

    @room.post("/sign-out")
    def sign_out() -> Answer:
        prefix = sessions.prefix()
        if prefix is not None and not sessions.has_proof():
            raise NoProofError
        g.caller = gate.tokens.caller_by(prefix) if prefix else None
        sessions.end()
        return redirect("/sign-in", 303)

    return room


def _page(wanted: str, *, caller: object = None, wrong: str = "") -> Response:
    shown = render_template("sign_in.html", next=wanted, caller=caller, csrf=sessions.proof(), wrong=wrong)
    return Response(shown, 403 if wrong else 200)


def _wanted(path: str) -> str:
    """Where to go after signing in: only ever to a page of ours."""
    return path if hosts.is_local_path(path) else ""
