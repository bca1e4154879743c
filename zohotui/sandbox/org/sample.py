"""The sample org's records, and a sample export file with one of every outcome in it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from zohotui.sandbox.org.org import COMPANY, PREFIX, ZGID, Org
from zohotui.sandbox.org.people import HOSTILE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zohotui.sandbox.org.org import Environment

_COUNTS = (
    ("Leads", 640),
    ("Contacts", 480),
    ("Accounts", 320),
    ("Deals", 360),
    ("Tasks", 280),
    ("Events", 140),
    ("Calls", 160),
    ("Products", 120),
    ("Quotes", 140),
    ("Sales_Orders", 120),
    ("Purchase_Orders", 90),
    ("Invoices", 150),
    ("Campaigns", 60),
    ("Vendors", 80),
    ("Price_Books", 40),
    ("Cases", 220),
    ("Solutions", 70),
    ("Services__s", 30),
    ("Appointments__s", 60),
    ("Consents", 40),
    ("Warranties", 260),
    ("Visits", 50),
)
_LAST_MONTH = 1_793_000_000.0
"""When the records that are already in the bin went there: a moment in October 2026."""
_NAMED_BY_A_PERSON = frozenset({"Leads", "Contacts"})


def sample_org(
    *,
    seed: int = 1,
    environment: Environment = "production",
    company: str = COMPANY,
    zgid: str = ZGID,
    prefix: str = PREFIX,
    hostile: bool = False,
) -> Org:
    """Return an org that looks lived-in; the same seed and prefix give the same org.

    `hostile`: some records bear names as a careless importer or a malicious form leaves them.
    """
    org = Org(seed=seed, environment=environment, company=company, zgid=zgid, prefix=prefix)
    _fill(org)
    if hostile:
        for module, _ in _COUNTS:
            _misname_some(org, module)
    return org


def _fill(org: Org) -> None:
    """Fill an empty org with some hundred records a module, a few of them remarkable."""
    for module, count in _COUNTS:
        _mark_some(org, module, org.add_records(module, count))
    leads = list(org.ids("Leads"))
    for record_id in leads[40:42]:
        # What no review foresees: only the delete tells.
        org.forbid("Leads", record_id)
    for record_id in leads[44:50]:
        org.convert(record_id)
    for record_id in leads[60:63]:
        org.tag("Leads", record_id, "Keep")
    _make_rules(org)
    _save_views(org)
    _number(org, leads)
    for module in ("Leads", "Accounts"):
        for parent in org.add_records(module, 3):
            org.attach(parent, "Notes", fields={"Note_Title": "Called back, no answer"})
            org.attach(parent, "Attachments", fields={"File_Name": "offer.pdf"})
            org.attach(parent, "Tasks", fields={"Subject": "Send the offer"})


def _make_rules(org: Org) -> None:
    """Let a few workflow rules run on what is done with leads."""
    ran = "2026-11-20T10:11:12+00:00"
    rules = org.workflow_rules
    rules.add("Tell owner", "Leads", actions=("email_notifications",), last_run=ran)
    rules.add("ERP webhook", "Leads", actions=("webhooks",), scheduled=("tasks",))
    rules.add("Old clean-up", "Leads", actions=("functions",), active=False)
    rules.add("Welcome", "Leads", execute_on="create", actions=("email_notifications",))


def _save_views(org: Org) -> None:
    """Save a view or two, as people do."""
    for module in ("Leads", "Contacts", "Accounts", "Deals"):
        all_of_them = f"All {module}"
        org.views.add(module, f"{module} (all)", display_value=all_of_them, system_name="ALLVIEWS")
    own = "Owner.id = ${CURRENTUSER}"
    org.views.add("Leads", "Leads (my)", own, display_value="My Leads", system_name="MYVIEWS")
    junk = "Lead_Status in ('Junk Lead', 'Lost Lead')"
    org.views.add("Leads", "Junk and lost", junk, category="created_by_me", newest_first=True)


def _number(org: Org, leads: list[str]) -> None:
    """Give most leads the number that another program knows them by, and twice the same once."""
    org.externals.define("Leads", "ERP_No")
    org.externals.define("Leads", "Own_Key", "user")
    org.externals.define("Leads", "Old_Number", None)
    for number, record_id in enumerate(leads[:600], 1_001):
        org.externals.give("Leads", "ERP_No", record_id, f"K-{number}")
    org.externals.give("Leads", "ERP_No", leads[601], "K-1002")
    for place, record_id in enumerate(leads[:50]):
        org.externals.give("Leads", "Own_Key", record_id, f"mine {place}", org.users[0].id)


def _mark_some(org: Org, module: str, ids: list[str]) -> None:
    """Make some of a module's records remarkable, at fixed places."""
    if not org.modules[module].takes_deletes or not org.modules[module].recycle_bin:
        return
    for record_id in ids[30:33]:
        org.lock(module, record_id)
    for record_id in ids[33:35]:
        org.lock(module, record_id, "zia_vision_processing")
    for record_id in ids[35:38]:
        org.await_approval(module, record_id)
    if len(ids) > 100:  # noqa: PLR2004 - a small module keeps what it has
        for record_id in ids[40:46]:
            org.bin(module, record_id, at=_LAST_MONTH)


def _misname_some(org: Org, module: str) -> None:
    name_field = org.modules[module].name_field
    for record_id, name in zip(list(org.ids(module))[4::2], HOSTILE_NAMES, strict=False):
        names = {"Last_Name": name, "First_Name": None} if module in _NAMED_BY_A_PERSON else {}
        org.change_fields(module, record_id, **{name_field: name}, **names)


_HEADER = (
    "Record Id",
    "Lead Owner.id",
    "Lead Owner",
    "Lead Name",
    "Company",
    "Email",
    "Lead Status",
    "Created Time",
)


def sample_file(org: Org) -> str:
    """Return a Zoho-style CSV export of Leads from a sample org, in trouble of every kind.

    About sixty rows: most can be deleted; others are locked, in an image check, unapproved,
    not this user's to delete, converted, already binned, made up, of another module, twice in the
    file, or not an id at all. Source of the form: zoho-api.md, "CSV exports".
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for written, record_id in _rows(org):
        writer.writerow((written, *_columns(org, record_id)))
    return text.getvalue()


def _rows(org: Org) -> Iterator[tuple[str, str]]:
    """Yield what stands in the first column, and the lead whose fields fill the others."""
    with org.mutex:
        leads = list(org.ids("Leads"))
        plain = [i for i in leads if org.state("Leads", i).deletable][:44]
        refused = [i for i in leads if not org.state("Leads", i).deletable][:10]
        gone = [i for i, entry in org.recycle_bin.entries() if entry.module == "Leads"][:4]
        other = next(org.ids("Contacts"))
    good = [f"zcrm_{record_id}" for record_id in plain]
    rows = list(zip(good, plain, strict=True))
    rows[8:8] = [(f"zcrm_{record_id}", record_id) for record_id in refused]
    rows[20:20] = [(f"zcrm_{record_id}", record_id) for record_id in gone]
    anybody = plain[0]
    rows[30:30] = [
        (f"zcrm_{org.prefix}000009999001", anybody),
        ("zcrm_410405000002264040", anybody),
        (f"zcrm_{other}", anybody),
        (good[1], plain[1]),
        (good[2], plain[2]),
        ("5.54023E+17", anybody),
        ("n/a", anybody),
    ]
    yield from rows


def _columns(org: Org, record_id: str) -> tuple[str, ...]:
    fields = org.record("Leads", record_id).fields
    owner = fields["Owner"]
    return (
        f"zcrm_{owner['id']}",
        owner["name"],
        fields["Full_Name"],
        fields["Company"],
        fields["Email"],
        fields["Lead_Status"],
        fields["Created_Time"],
    )
