"""Only files of the import folder are read, whatever a request names; and every refusal says which folder that is."""

from pathlib import Path

import pytest

from app.errors import BadInputError
from app.imports.folder import ImportFolder


@pytest.fixture
def folder(tmp_path: Path) -> ImportFolder:
    root = tmp_path / "imports"
    (root / "below").mkdir(parents=True)
    (root / "list.csv").write_text("inside")
    (root / "below" / "deep.csv").write_text("inside")
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "imports-of-others").mkdir()
    (tmp_path / "imports-of-others" / "list.csv").write_text("outside")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "out-by-dots").symlink_to("../secret")
    (root / "above").symlink_to("..")
    (root / "circle").symlink_to("circle")
    (root / "dangling").symlink_to("nothing")
    (root / "inside").symlink_to("below/deep.csv")
    return ImportFolder(root)


@pytest.mark.parametrize("name", ["list.csv", "./list.csv", "below/deep.csv", "below/../list.csv", "inside"])
def test_what_is_in_the_folder(folder: ImportFolder, name: str) -> None:
    assert folder.find(name).read_text() == "inside"


def test_an_absolute_name_inside_the_folder(folder: ImportFolder) -> None:
    assert folder.find(str(folder.root / "list.csv")).read_text() == "inside"


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "below/../../secret",
        "./../secret",
        "../imports-of-others/list.csv",
        "/etc/passwd",
        "//etc/passwd",
        "/proc/self/environ",
        "/dev/zero",
        "above/secret",
        "out",
        "out-by-dots",
        "..",
        "/",
    ],
)
def test_what_lies_outside_is_refused(folder: ImportFolder, name: str) -> None:
    with pytest.raises(BadInputError, match="lies outside of the import folder") as refused:
        folder.find(name)
    assert refused.value.field == "source_path"
    assert str(folder.root) in refused.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "below", "missing.csv", "below/", "list.csv/x", "circle", "dangling", "a\x00b",
        "list.csv\x00.txt", "x" * 300, "a/" * 400 + "x", "..\\secret", "%2e%2e/secret", "~", "~root/x",
        "file:///etc/passwd", "half \ud800",
    ],
)  # fmt: skip
def test_what_is_no_file_is_refused(folder: ImportFolder, name: str) -> None:
    with pytest.raises(BadInputError) as refused:
        folder.find(name)
    assert refused.value.field == "source_path"
    assert str(folder.root) in refused.value.hint
    assert "list.csv" in refused.value.hint
    assert len(str(refused.value)) < 300


def test_a_folder_that_is_missing_or_empty_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refused:
        ImportFolder(tmp_path / "nowhere").find("list.csv")
    assert "does not exist yet" in refused.value.hint
    with pytest.raises(BadInputError) as refused:
        ImportFolder(tmp_path).find("list.csv")
    assert refused.value.hint.endswith("it is empty")
