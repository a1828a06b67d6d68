"""`resolve`: which channels links, handles and names mean."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
import httpx
from rich.cells import cell_len, set_cell_size

from app.commands.terminal import ERR, FAILED, OUT, tell, tell_json
from app.watch import checked
from app.words import count
from app.youtube.resolving.links import Named, read
from app.youtube.resolving.lookups import lookups

# Twenty full calls have a thousand texts, which is as many as one request may have.
_CALLS_AT_ONCE = 20
_TEXTS_AT_ONCE = 1_000
_PATIENCE = 120
_WIDEST = 60


@dataclass
class _Told:
    """What the API has answered so far."""

    answers: dict[Named | str, dict[str, Any]] = field(default_factory=dict)
    needed: Counter[str] = field(default_factory=Counter)
    spent: int = 0

    def add(self, portion: dict[Named | str, str], told: dict[str, Any]) -> None:
        """One more answer, to the texts of a portion."""
        self.answers |= zip(portion, told["results"], strict=True)
        self.needed.update(told["units_needed"])
        self.spent += told["units_spent"]

    def results(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The answers in the order of the texts; those without an answer are left out."""
        return [{**self.answers[key], "text": text} for text in texts if (key := _key(text)) in self.answers]


@click.command("resolve")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--fresh", is_flag=True, help="ask YouTube again for what is known")
@click.option("--dry-run", is_flag=True, help="only tell what it would cost")
@click.option("--json", "as_json", is_flag=True, help="all that is known of each, as JSON")
@click.pass_obj
def resolve(
    client: Callable[[], httpx.Client], texts: tuple[str, ...], *, fresh: bool, dry_run: bool, as_json: bool
) -> int:
    """Find the channels that links, handles and names mean; without TEXT, one on each line of standard input."""
    asked = [text.encode("utf-8", "replace").decode() for text in texts] or _lines_of_input()
    told = _Told()
    try:
        with client() as api:
            for portion in _portions(asked):
                body = {"texts": list(portion.values()), "fresh": fresh, "dry_run": dry_run}
                told.add(portion, checked(api.post("/api/resolve", json=body, timeout=_PATIENCE)))
    finally:  # what came before an error is paid
        found = _show(told, asked, dry_run=dry_run, as_json=as_json)
    return 0 if dry_run or found == len(asked) else FAILED


def _portions(texts: Sequence[str]) -> Iterator[dict[Named | str, str]]:
    """Each name once, in portions that need no more calls than all texts together would."""
    spelt = {_key(text): text for text in reversed(texts)}
    plan = lookups(key for key in spelt if isinstance(key, Named) and not key.channel_id)
    for at in range(0, len(plan), _CALLS_AT_ONCE):
        yield {name: spelt.pop(name) for lookup in plan[at : at + _CALLS_AT_ONCE] for name in lookup.names}
    while spelt:  # these need no call
        yield dict(spelt.popitem() for _ in range(min(len(spelt), _TEXTS_AT_ONCE)))


def _key(text: str) -> Named | str:
    """What makes two texts the same question."""
    found = read(text)
    return found if isinstance(found, Named) else text


def _lines_of_input() -> list[str]:
    """What standard input has on its lines, whatever its encoding; empty lines are none."""
    if sys.stdin.isatty():
        raise click.UsageError("give a link, handle or id, or pipe them in, one on each line")
    sent = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    return [line.strip() for line in sent.splitlines() if line.strip()]


def _show(told: _Told, asked: Sequence[str], *, dry_run: bool, as_json: bool) -> int:
    """What came, on standard output, and the price on standard error; gives how many channels were found."""
    results = told.results(asked)
    if as_json:
        tell_json({"results": results, "units_needed": told.needed, "units_spent": told.spent})
    else:
        _show_lines(results)
    found = sum(one["channel_id"] is not None for one in results)
    units = told.needed.total() if dry_run else told.spent
    ERR.print(f"{found:,} of {len(asked):,} resolved; {count(units, 'quota unit')} {'needed' if dry_run else 'spent'}")
    return found


def _show_lines(results: Sequence[dict[str, Any]]) -> None:
    """Aligned for people, with tabs for programs: the text, its channel, how sure it is or why there is none."""
    rows = [
        (" ".join(one["text"].split()), one["channel_id"] or "", one["certainty"] or "", one["reason"] or "")
        for one in results
    ]
    if not OUT.is_terminal:
        for row in rows:
            click.echo("\t".join(row))
        return
    width = min(_WIDEST, max((cell_len(text) for text, *_ in rows), default=0))
    for text, channel_id, certainty, reason in rows:
        tell(f"{set_cell_size(text, width)}  {f'{channel_id}  {certainty}' if channel_id else reason}")
