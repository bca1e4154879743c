"""Where a token answer leads: followed into the closed table, and never out of its data centre.

Source: zoho-api.md, "Environments and hosts" and "Open questions only a live account can settle".
"""

from __future__ import annotations

from zohotui.zoho.datacentre import (
    AccountsServer,
    ApiDomain,
    Environment,
    api_domain,
    data_centre,
)
from zohotui.zoho.errors import SignInNeeded, UnlistedHost


def followed(server: AccountsServer, said: str) -> ApiDomain | None:
    """Check the `api_domain` of an answer of this server; None if it says nothing.

    Raises SignInNeeded for a host outside the table or of another data centre: its org cannot be
    the one that was meant.
    """
    if not said:
        return None
    try:
        told = api_domain(said)
    except UnlistedHost as error:
        raise SignInNeeded(f"Zoho's token answer was not used. {error.detail}") from None
    if told.location != server.location:
        raise SignInNeeded(
            f"Zoho's token answer is for {told.location} ({told.url}), but this sign-in is "
            f"for {server.location}. Sign in there."
        )
    return told


def domain_of(server: AccountsServer, environment: Environment, said: str) -> ApiDomain:
    """Decide where a new sign-in's requests go; raises SignInNeeded.

    Where the answer says production, the environment that the admin chose decides: what Zoho says
    for a sandbox is not known.
    """
    told, centre = followed(server, said), data_centre(server.location)
    if centre is None:
        return told or api_domain(server.url)
    if told is not None and told.environment is not Environment.PRODUCTION:
        return told
    return centre.api(environment)
