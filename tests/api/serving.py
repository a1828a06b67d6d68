"""The API as its users have it: a web server on a port of this machine."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Answer requests in threads; the address, without a slash at the end.

    Only warnings are logged meanwhile: a command that is tested in this process writes where its log would go, too.
    """
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="web")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        structlog.configure(**before)
