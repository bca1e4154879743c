"""What stands before any call of the API: its path, its version, and the token's org and host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zohotui.sandbox import hosts, replies

if TYPE_CHECKING:
    from zohotui.sandbox.arrival import Arrival
    from zohotui.sandbox.oauth.accounts import Accounts
    from zohotui.sandbox.oauth.grants import Grant
    from zohotui.sandbox.org.org import Org
    from zohotui.sandbox.replies import Reply
    from zohotui.sandbox.variants import Variants


def admit(arrival: Arrival, accounts: Accounts, first: Org, variants: Variants) -> Grant | Reply:
    """Return what the request's token stands for, or why the request gets no further.

    `first`: the org of a grant that names none.
    """
    match arrival.path.rstrip("/").split("/"):
        case ["", "crm", version, *_] if not hosts.is_accounts(arrival.host):
            pass
        case _:
            return replies.wrong_path()
    if version == "v1":
        return replies.version_1()
    if not arrival.token:
        return replies.authentication_failure()
    grant = accounts.check(arrival.token)
    if grant is not None and _fits(arrival, grant.org or first, variants):
        return grant
    if accounts.was_displaced(arrival.token):
        return replies.invalid_token(variants.killed_token_code)
    return replies.invalid_token()


def _fits(arrival: Arrival, org: Org, variants: Variants) -> bool:
    """Whether a token of this org is good here and on the host it came to.

    Source: zoho-api.md, "Environments and hosts": tokens are bound to org and environment.
    """
    served = hosts.environment_of(arrival.host)
    return not variants.other_data_centre and served in {None, org.environment}
