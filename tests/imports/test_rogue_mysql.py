"""A MySQL server that asks for files of ours: what it gets to hear is the handshake, and nothing else."""

import socket
import threading
from pathlib import Path

import pytest

from app.imports.contract import UnusableSourceError
from app.imports.registry import DATABASES
from app.imports.tables import reading
from app.imports.tables.place import Place, Wanted

_GREETING = (
    b"\x0a8.0.36\x00\x01\x00\x00\x00aaaaaaaa\x00\xff\xf7\x2d\x02\x00\xff\x81\x15" + bytes(10) + b"b" * 12 + b"\x00"
)
_NATIVE = b"mysql_native_password\x00"
_OK = b"\x00\x00\x00\x02\x00\x00\x00"


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def rogue(listening: socket.socket, file: Path, heard: list[bytes]) -> None:
    """Let anybody in, and answer every question with: send me that file first."""
    client, _ = listening.accept()
    with client:
        client.sendall(packet(0, _GREETING + _NATIVE))
        heard.append(client.recv(65_536))
        client.sendall(packet(2, _OK))
        while said := client.recv(65_536):
            heard.append(said)
            client.sendall(packet(1, b"\xfb" + str(file).encode()))


def test_a_server_that_asks_for_a_file_gets_none(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    heard: list[bytes] = []
    secret.write_text("canary: what is on this machine")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=rogue, args=(listening, secret, heard))
        thread.start()
        place = Place(host="127.0.0.1", address="127.0.0.1", port=port, database="x", user="u", password="p")
        with pytest.raises(UnusableSourceError, match="does not speak as it should"):
            reading.look(DATABASES["mysql"], place, Wanted(table="t"))
        thread.join(10)
    assert len(heard) > 1, "it was let ask"
    assert not any(b"canary" in said for said in heard)
