"""`python -m zohotui` and the command: run the program, whenever somebody presses ctrl+c."""

import sys

INTERRUPTED = 130
"""Exit code after ctrl+c, while there is no screen yet."""


def run() -> int:
    """Run the program and return its exit code."""
    try:
        from zohotui.cli import main  # noqa: PLC0415 - ctrl+c may come while it is read

        return main()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(run())
