"""``python -m svertka`` is the same as ``svertka``."""

import sys

from svertka.cli import main

if __name__ == "__main__":
    sys.exit(main())
