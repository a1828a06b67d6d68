"""What the operations on freshness answer."""

from app.answers import Answer, answers
from app.jobs.answers import asked
from app.refresh.model import What


class Due(Answer):
    """How much is to be asked for again, counted up to ten thousand."""

    due: dict[What, int]


ASKED = asked(foreseen=True)
FRESHNESS = answers(Due)
