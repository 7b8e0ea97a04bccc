"""The screens: Textual, and nothing that decides. They show prompts and send answers through the desk."""

import sys

# Textual runs on asyncio, which does without TLS where there is none. Nothing here speaks TLS by it (PostgreSQL's own
# library does so by itself), and reading OpenSSL is near a tenth of the time until the first screen shows.
if "ssl" not in sys.modules:
    sys.modules["ssl"] = None  # type: ignore[assignment]
    import asyncio  # noqa: F401

    del sys.modules["ssl"]
