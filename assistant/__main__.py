"""The way in: `assistant` and `python -m assistant`."""

import gc

# Starting makes many objects and hardly a cycle: looking for cycles takes a tenth of it. This has to be said before the
# first large import; a long run still collects, only more seldom.
gc.set_threshold(200_000, 20, 20)

from assistant.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
