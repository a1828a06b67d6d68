"""The points at which a child of crashing_worker may die."""

BEFORE_CALL = "before a call"
AFTER_CALL = "after a call"
BEFORE_SLICE = "before a slice is committed"
AFTER_SLICE = "after a slice was committed"
BEFORE_OTHER = "before another commit"
AFTER_OTHER = "after another commit"
"""Other commits than those of slices: they claim, renew, take and give back units, end and advance."""

POINTS = (BEFORE_CALL, AFTER_CALL, BEFORE_SLICE, AFTER_SLICE, BEFORE_OTHER, AFTER_OTHER)
