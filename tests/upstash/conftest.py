from collections.abc import Iterator

import pytest

from devstack.valkey import ValkeyServer
from tests.upstash.rest_double import RestDouble, rest_double


@pytest.fixture
def upstash(valkey: ValkeyServer) -> Iterator[RestDouble]:
    with rest_double(valkey.url) as server:
        yield server
