"""The sandbox as a program: `python -m zohotui.sandbox --port 8080`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from typing import TYPE_CHECKING

from zohotui.sandbox.app import Sandbox
from zohotui.sandbox.hosts import DEVICE_PAGE
from zohotui.sandbox.limits import CONCURRENCY
from zohotui.sandbox.org.sample import sample_org
from zohotui.sandbox.server import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDS = (signal.SIGINT, signal.SIGTERM)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; the first line on stdout is JSON.

    Its members: url, accounts_url (the same), verification_url (the page that approves a
    device code), client_id, client_secret, refresh_token, access_token, grant_code (for a Self
    Client; good once and for three minutes), sample_ids (module → ids that can be deleted, the
    first of them). Returns 0, or 2 if the port cannot be had.
    """
    options = _parser().parse_args(arguments)
    org = sample_org(seed=options.seed, environment=options.environment)
    org.add_records("Leads", options.leads)
    org.edition = options.edition
    sandbox = Sandbox(org, latency=options.latency / 1000)
    limits = sandbox.limits
    limits.total = limits.total if options.credits is None else options.credits
    limits.at_once = limits.at_once if options.concurrency is None else options.concurrency
    # Waited for, not handled: a handler's turn can come when the main thread holds a lock, or has
    # just begun to wait for one. All threads take the mask over from the one that starts them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        with serve(sandbox, options.port) as url:
            sys.stdout.write(json.dumps(_first_line(sandbox, url, options.samples)) + "\n")
            sys.stdout.flush()
            signal.sigwait(_ENDS)
    except OSError as problem:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        sys.stderr.write(f"zohotui.sandbox: {problem}\n")
        return 2
    return 0


def _first_line(sandbox: Sandbox, url: str, samples: int) -> dict[str, object]:
    return {
        "url": url,
        "accounts_url": url,
        "verification_url": f"{url}{DEVICE_PAGE}",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "refresh_token": sandbox.refresh_token,
        "access_token": sandbox.access_token,
        "grant_code": sandbox.issue_code(),
        "sample_ids": {name: ids[:samples] for name, ids in sandbox.sample_ids().items()},
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m zohotui.sandbox", description="A simulated Zoho org on the loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS")
    parser.add_argument("--edition", choices=sorted(CONCURRENCY), default="enterprise")
    parser.add_argument("--concurrency", type=int, metavar="N", help="calls at once")
    parser.add_argument("--credits", type=int, metavar="N", help="calls in 24 hours")
    parser.add_argument(
        "--environment", choices=("production", "sandbox", "developer"), default="production"
    )
    parser.add_argument("--leads", type=int, default=0, metavar="N", help="extra leads")
    parser.add_argument(
        "--samples", type=int, default=20, metavar="N", help="sample ids told of each module"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another org")
    return parser


if __name__ == "__main__":
    sys.exit(main())
