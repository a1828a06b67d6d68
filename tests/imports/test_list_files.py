"""Reading a file in parts: every line in one of them, whatever ends it."""

from pathlib import Path

import pytest

from app.errors import BadInputError
from app.imports.lists import ListFiles


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("part", [1, 2, 3, 7, 10, 1_000])
def test_every_line_is_in_one_part(tmp_path: Path, end: str, part: int) -> None:
    lines = ["\ufeffone", "", "three", "é", "a longer line", "", "the last"]
    file = tmp_path / "list.txt"
    file.write_bytes(end.join(lines).encode())
    files = ListFiles(tmp_path)
    seen = files.check("list.txt")
    read = [list(files.lines("list.txt", seen, at, at + part)) for at in range(0, seen["size"], part)]
    assert [line.rstrip("\r\n") for one in read for line in one] == ["one", *lines[1:]]


def test_a_file_that_has_become_another_one(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("one")
    files = ListFiles(tmp_path)
    seen = files.check("list.txt")
    (tmp_path / "list.txt").write_text("another")
    with pytest.raises(BadInputError, match="was changed after"):
        next(files.lines("list.txt", seen, 0, 100))


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "list.gz").write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(BadInputError, match="the list is compressed"):
        ListFiles(tmp_path).check("list.gz")
