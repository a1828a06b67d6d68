"""What may be in the way before anything is started; each finding says what to do."""

import os
import shutil
from pathlib import Path

from devstack import ports
from devstack.errors import PortTakenError, StackError

_NEEDED_MB = 300  # two servers' files, their logs, and room for the sample
_MB = 1_000_000


def check_folder(data: Path) -> None:
    """Make the data folder; raise StackError when it cannot be written or its disk is full."""
    elsewhere = "./start_local.sh --data /a/folder/of/yours"
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The data folder {data} cannot be made: {error.strerror}."
        raise StackError(message, hint=f"Choose another: {elsewhere}") from None
    if not os.access(data, os.W_OK | os.X_OK):
        raise StackError(
            f"The data folder {data} cannot be written by this account.",
            hint=f"Run as its owner ({_owner(data)}), or choose another: {elsewhere}",
        )
    free = shutil.disk_usage(data).free // _MB
    if free < _NEEDED_MB:
        raise StackError(
            f"The disk of {data} is full: {free} MB are free, {_NEEDED_MB} MB are needed.",
            hint=f"Free some space, or use another disk: {elsewhere}",
        )


def check_port(port: int, options: str) -> None:
    """Raise PortTakenError, with the command that takes another port, when somebody listens on it.

    `options` is what else was given on the command line.
    """
    if ports.is_free(port):
        return
    other = next((candidate for candidate in range(port + 1, port + 100) if ports.is_free(candidate)), 0)
    command = f"./start_local.sh --port {other} {options}".rstrip()
    raise PortTakenError(
        f"Port {port} is taken by {ports.holder(port)}.",
        hint=f"Stop that process, or start on another port: {command}",
    )


def _owner(folder: Path) -> str:
    try:
        return folder.owner()
    except KeyError:  # an id without a name, as in containers
        return f"uid {folder.stat().st_uid}"
