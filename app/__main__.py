"""`python -m app`, which is installed as `tributary`."""

from app.cli import main

main()
