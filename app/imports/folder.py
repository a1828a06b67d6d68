"""The import folder: the only place that files are read from, whatever a request names."""

from pathlib import Path

from app.errors import BadInputError

_SHOWN = 100


class ImportFolder:
    """IMPORT_ROOT, and the files in it by relative name."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def find(self, name: str) -> Path:
        """The file that `name` means. Links and `..` that lead out of the folder are refused, not followed."""
        try:
            path = self._inside(name)
            is_file = path.is_file()
        except (OSError, RuntimeError, ValueError) as error:
            # A name that is too long, links in a circle, a folder that may not be entered, NUL.
            why = error.strerror if isinstance(error, OSError) else error
            raise self._refusal(f"{name[:_SHOWN]!r} cannot be opened: {why}") from None
        if not is_file:
            raise self._refusal(f"there is no file {name[:_SHOWN]!r} in the import folder")
        return path

    def _inside(self, name: str) -> Path:
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root):
            raise BadInputError(
                "this file lies outside of the import folder",
                field="source_path",
                hint=f"files are read from {self.root} only (IMPORT_ROOT); put it there and name it relative to that",
            )
        return path

    def _refusal(self, message: str) -> BadInputError:
        return BadInputError(message, field="source_path", hint=self._what_there_is())

    def _what_there_is(self) -> str:
        told = f"files are imported from {self.root} (IMPORT_ROOT)"
        if not self.root.is_dir():
            return f"{told}, which does not exist yet: make that folder and put the file there"
        names = sorted(entry.name for entry in self.root.iterdir() if entry.is_file())[:5]
        return f"{told}; it holds {', '.join(names)}" if names else f"{told}; it is empty"
