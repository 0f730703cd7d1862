"""`python -m ftui`."""

import sys

from ftui.cli import main

if __name__ == "__main__":
    sys.exit(main())
