"""What the operations of discovery answer."""

from app.jobs.answers import asked

ASKED = asked(foreseen=True)
