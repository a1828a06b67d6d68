from app.errors import TributaryError


class StackError(TributaryError):
    """The stack on this machine cannot go on; the hint says what to do."""


class PortTakenError(StackError):
    """Another process listens on the port."""


class FolderHeldError(StackError):
    """Another process uses the data folder."""
