"""A file of the import folder becomes a link to another one between the look and the reading (TOCTOU)."""

import os
from pathlib import Path

import pytest

from app.imports.contract import UnusableSourceError
from app.imports.folder import ImportFolder
from app.imports.lists import ListFiles
from app.imports.opening import opened, seen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("what is no business of an import\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "list.csv").write_text("what is no business of an import\n")
    below = tmp_path / "imports" / "below"
    below.mkdir(parents=True)
    (below / "list.csv").write_text("channel_id\n")
    return tmp_path


def swap_file(folder: Path) -> None:
    (folder / "imports" / "below" / "list.csv").unlink()
    (folder / "imports" / "below" / "list.csv").symlink_to(folder / "secret")


def swap_folder(folder: Path) -> None:
    (folder / "imports" / "below").rename(folder / "imports" / "was")
    (folder / "imports" / "below").symlink_to(folder / "elsewhere")


def make_pipe(folder: Path) -> None:
    """Whoever opens a pipe to read waits for somebody who writes, for ever."""
    (folder / "imports" / "below" / "list.csv").unlink()
    os.mkfifo(folder / "imports" / "below" / "list.csv")


@pytest.mark.parametrize("swap", [swap_file, swap_folder, make_pipe])
def test_what_was_found_is_what_is_opened(folder: Path, swap: object) -> None:
    path = str(ImportFolder(folder / "imports").find("below/list.csv"))
    swap(folder)  # type: ignore[operator]  # one of the three
    with pytest.raises(UnusableSourceError, match="cannot be read"), opened(path):
        pass
    with pytest.raises(UnusableSourceError, match="cannot be read"):
        seen(path)


def test_what_stays_is_read(folder: Path) -> None:
    files = ListFiles(folder / "imports")
    assert list(files.lines("below/list.csv", files.check("below/list.csv"), 0, 100)) == ["channel_id\n"]
