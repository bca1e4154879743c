"""One request on its way through the sandbox, as the handlers see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zohotui.sandbox.ledger import Ledger
    from zohotui.sandbox.oauth.grants import Grant
    from zohotui.sandbox.org.org import Org
    from zohotui.sandbox.variants import Variants


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`parts` are the path's segments after the version; `params` the query, decoded.

    `at` is seconds of the sandbox's clock; `org` is the grant's; `edition` the org's; `body` what
    was sent, as text; `external` the X-EXTERNAL header and `modified_since` the If-Modified-Since
    header, each empty if there was none.
    """

    number: int
    at: float
    method: str
    version: int
    parts: tuple[str, ...]
    params: Mapping[str, str]
    body: str
    external: str
    modified_since: str
    grant: Grant
    org: Org
    ledger: Ledger
    variants: Variants

    @property
    def is_v2(self) -> bool:
        """Whether it came to /crm/v2."""
        return self.version == 2  # noqa: PLR2004 - Zoho's own name of the version

    def note(self, **changes: Any) -> None:  # noqa: ANN401 - fields of the ledger's Request
        """Tell the ledger more about this request."""
        self.ledger.amend(self.number, **changes)
