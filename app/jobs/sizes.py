"""How large the batches of a job are."""

from math import ceil

from app.config import Settings


def batch_size(asked: int | None, items: int, settings: Settings) -> int:
    """Items of one batch: as many as were asked for; otherwise the setting says.

    A batch is claimed, paid for and ended by some ten transactions, which take as much CPU as a call or two. A job of
    which the window holds but a part gets larger batches, so that this is little beside its calls.
    """
    wanted = ceil(items / settings.batch_window)
    return asked or max(settings.default_batch_size, min(settings.largest_batch_size, wanted))
