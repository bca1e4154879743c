"""One request to the accounts host, as its handlers see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zohotui.sandbox.oauth.accounts import Accounts
    from zohotui.sandbox.oauth.devices import Devices
    from zohotui.sandbox.org.org import Org
    from zohotui.sandbox.variants import Variants


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """`params` are those of the query and the form, decoded.

    `origin` is scheme and host that the client came to; `location` the data centre, `org` its
    first org: that of every grant which names no other.
    """

    method: str
    path: str
    params: Mapping[str, str]
    origin: str
    location: str
    org: Org
    accounts: Accounts
    devices: Devices
    variants: Variants
