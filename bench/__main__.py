"""`python -m bench NAME`: run a benchmark; without a name, list them."""

import runpy
import sys

NAMES = (
    "channel_id", "chaos", "control", "discovery", "disk", "emulator", "export", "freshness", "graph", "growth",
    "import", "language", "membership", "memory", "metadata", "methods", "reading", "redis", "videos", "youtube_client",
)  # fmt: skip
# No module can be called by a keyword, and one called redis would hide the library.
_MODULES = {"import": "imports", "redis": "redis_commands"}


def main() -> None:
    """Run the module or package of that name, as `python -m bench.NAME` would."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        sys.exit(f"python -m bench NAME, where NAME is one of: {', '.join(NAMES)}")
    del sys.argv[1]
    runpy.run_module(f"bench.{_MODULES.get(name, name)}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
