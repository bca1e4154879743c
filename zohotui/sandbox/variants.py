"""Switches for everything that Zoho's documents leave open or contradict each other on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """One possible Zoho. The defaults are those of zoho-api.md, section 13.

    Section 13.2 lists the open questions; a tool must be right under every value here.
    """

    v2_mixed_status: Literal[200, 202, 207] = 200
    """HTTP status of a v2 delete in which some ids failed."""
    v2_total_failure_status: Literal[200, 202, 207, 400] = 400
    """HTTP status of a v2 delete in which every id failed (many-form)."""
    ids_limit: int = 100
    """How many ids one DELETE may carry."""
    ids_limit_characters: int | None = None
    """Reject a longer `ids` parameter, as one newer specification has it with 1024."""
    malformed_id: Literal["request", "item"] = "request"
    """An id that is no number: the whole request is refused, or one item of `data` says so."""
    not_approved_with_id: bool = False
    """Whether NOT_APPROVED names the record in the many-form."""
    one_form_failure: Literal["flat", "item"] = "flat"
    """`DELETE /{module}/{id}` that finds nothing: a flat object, or an item in `data`."""
    shuffle: bool = False
    """Answer the items of `data` in another order than the ids came in."""
    missing_param_key: Literal["param_name", "param"] = "param_name"
    """How REQUIRED_PARAM_MISSING names the parameter in `details`."""
    bad_wf_trigger: str = "INVALID_DATA"
    """The code of the 400 for a `wf_trigger` that is neither true nor false."""
    restore_at_once: int = 1000
    """How many records a restore brings back at once, children counted; more are scheduled."""
    restore_delay: float = 60.0
    """Seconds until what a restore has scheduled is done."""
    scheduled_restore: Literal["items", "whole"] = "items"
    """SCHEDULED comes as an item for each record, or as one flat object for all of them."""
    restore_touches: Literal["nothing", "time", "time_and_user"] = "nothing"
    """What a restore itself changes: the time of the latest change, and by whom it was made."""
    restore_sets: Mapping[str, Any] = field(default_factory=dict)
    """Fields that a workflow rule sets in whatever a restore brings back."""
    bin_days: int | None = None
    """Days that a record stays in the Recycle Bin: 60 with Zoho. None: for ever, so that the
    sample org holds the same whenever it is opened."""
    page_size: int = 200
    """How many records an answer to a list, or of the Recycle Bin, holds at most, whatever
    `per_page` asks for."""
    clock_ahead: float = 0.0
    """Seconds by which Zoho's clock is ahead of this machine's."""
    date: Literal["own", "missing", "nonsense", "proxy"] = "own"
    """The Date header of an answer; a proxy puts in that of its own clock, five hours behind."""
    converted_leads_hidden: bool = True
    """Whether `GET /Leads?ids=` hides converted leads unless `converted` asks for them."""
    unapproved_hidden: bool = True
    """Whether lists hide records in an approval process unless `approved=both` asks for them.

    The official SDK has the parameter; no source at hand tells its default.
    """
    external_many: Literal["everywhere", "v2", "nowhere"] = "everywhere"
    """Where the many-form of a read heeds X-EXTERNAL; elsewhere its values pass for ids.

    The v7 page has it with a sample, the v8 page lists only the one-form.
    """
    external_case_blind: bool = False
    """Whether values are found whatever the case of their letters."""
    external_bad_field: str = "INVALID_DATA"
    """The code of the 400 for an X-EXTERNAL that names no external field of the module."""
    external_unknown: Literal["item", "flat"] = "item"
    """A delete of values of which none is known: items of `data`, or one flat object."""
    external_v2_status: Literal[200, 202, 207] = 202
    """HTTP status of a v2 delete by X-EXTERNAL in which a value is unknown."""
    external_details: Literal["both", "field", "id"] = "both"
    """What a success by X-EXTERNAL names: the value under the field's name, the record's id."""
    coql_rows: int = 2000
    """Rows that one query gives at most: 2,000 by the limits page of v7 and v8, else 200."""
    coql_reach: int = 100_000
    """Rows that OFFSET and LIMIT reach: 100,000 in v7 and v8, 10,000 before, and in a trace."""
    view_reach: int = 100_000
    """Records of a list that page tokens reach."""
    token_hours: float = 24.0
    """Hours that a page token is good for."""
    workflow_rules: Literal["listed", "not_in_edition"] = "listed"
    """Whether the edition, and the user's profile, let workflow rules be read."""
    related_counts: Literal["flat", "nested"] = "flat"
    """Whether each count is in a list of its own, as one newer specification has it."""
    scope_message: str = "Unauthorized"
    """OAUTH_SCOPE_MISMATCH: also seen as `invalid oauth scope to access this URL`."""
    locked_message: str | None = None
    """The RECORD_LOCKED message; None: v2 has NOT_APPROVED's sentence, v8 one of its own."""
    invalid_module_message: str = "the module name given seems to be invalid"
    """INVALID_MODULE: the v2 page writes it with a capital."""
    too_many_message: str = "Many requests fired in concurrent than the allowed limit."
    """The message of a 429; it never says which limit was met."""
    retry_after: int | None = None
    """Seconds in a Retry-After header of a 429; None: no such header, as in every trace."""
    other_data_centre: bool = False
    """Answer as the wrong data centre does: INVALID_TOKEN, and `invalid_client` for OAuth."""
    token_in_milliseconds: bool = False
    """Old token answers: `expires_in_sec` in seconds and `expires_in` in milliseconds."""
    token_scope: bool = True
    """Whether a token answer names its scopes."""
    throttle_status: Literal[400, 200] = 400
    """HTTP status of the throttled token endpoint's Access Denied."""
    killed_token_code: Literal["INVALID_TOKEN", "INVALID_OAUTHTOKEN"] = "INVALID_TOKEN"  # noqa: S105 - a code of Zoho's, no secret
    """The code of the 401 for a token that the sixteenth live one killed."""
    grant_api_domain: Literal["production", "environment"] = "environment"
    """The host in a token answer's `api_domain`: `www.` always, or the org's environment's."""
    api_domain: str | None = None
    """Answer this `api_domain` and no other, as an impostor would."""
    device_times: Literal["seconds", "milliseconds"] = "seconds"
    """What `expires_in` and `interval` of a device request are counted in."""
    device_uri_name: Literal["verification_url", "verification_uri"] = "verification_url"
    """Zoho's name, or those of RFC 8628, then with `verification_uri_complete` too."""
    device_error_status: Literal[200, 400] = 200
    """HTTP status of the device flow's errors, authorization_pending among them."""
    device_unknown_code: Literal["invalid_code", "expired"] = "invalid_code"
    """The error for a device code that is unknown or has been used."""
    device_interval_everywhere: bool = False
    """Whether a poll at one data centre counts for slow_down at another."""
    offline_needs_consent: bool = False
    """Offline access gives a refresh token with `prompt=consent` only, as when asked again."""
