"""`python -m zohotui`: the same as the command."""

import sys

from zohotui.cli import main

if __name__ == "__main__":
    sys.exit(main())
