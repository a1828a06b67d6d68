"""TCP ports on 127.0.0.1: which one to take, and who has it when it is taken."""

import socket

import psutil

LOCALHOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now.

    Asks in two ways: macOS lets us bind where a server has all interfaces, as AirPlay has on port 5000.
    """
    with socket.socket() as probe:
        if probe.connect_ex((LOCALHOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody has at this moment; the caller tries another one when it is gone a moment later."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Who listens on the port, as `python3 (pid 123)`; "another process" when the system does not tell."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:  # macOS tells this to root only; a process may end while we look
        pass
    return "another process"
