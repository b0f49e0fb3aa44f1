"""`ari run`: the app, as app.py runs it."""

import sys


def run() -> None:
    """Connect to Slack and work until stopped."""
    import app

    sys.exit(app.main())
