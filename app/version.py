"""Which version of Tributary this is, as pyproject.toml says it too."""

VERSION = "0.1.0"
