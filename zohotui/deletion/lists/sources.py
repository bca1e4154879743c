"""Where a list of ids can come from, in an admin's words."""

from __future__ import annotations

SOURCES = {
    "Typed or pasted": "Ids with blanks, commas or line ends between them, addresses of records, a "
    "table copied from a spreadsheet, or JSON.",
    "Command line": "zohotui --module Leads ID URL ... An address chooses the module; it must be "
    "of the org that is open.",
    "CSV or text": "--ids FILE; standard input with --ids -. The column is the one called Record "
    "Id, Id or like the module (Lead ID); otherwise you choose it. Account Name.id and the like "
    "belong to other records. A first line sep=; and a title above the header may be there.",
    "Excel": ".xlsx only. Sheet and column are chosen as in a CSV. Refused, each with its cell: "
    "numbers of more than 15 digits, dates, hidden rows. Save .xls and .ods as .xlsx first.",
    "JSON": 'A list, {"data": [...]} or an object a line. Only the record\'s own id is read, never '
    "one inside Owner or another lookup. Numbers that look rounded are refused.",
    "Own export": "Of a CSV or JSON file that zohotui exported: failed and not sent ids. Unknown "
    "ids are never taken.",
    "Several modules": "A column or key Module, or addresses of several modules: one list a "
    "module, children before parents, each with its own review and sentence. [next_list] takes "
    "the next list.",
    "Saved view": "[open], then ctrl+l: choose one of the module's views. 200 records take 3 API "
    "credits. Zoho gives at most 100,000 records of a view.",
    "Query": "[open], then ctrl+y, or --query FILE: a COQL query. 2,000 records take 3 API "
    "credits. Zoho gives at most 100,000 records of a query. If Zoho finds a mistake in it, the "
    "place is shown.",
    "External values": "[open], then ctrl+o, or --external FIELD --ids FILE: values of an external "
    "field, one a line, in a column or key called like the field, or a list in JSON. Zoho is "
    "asked which record has each value; a value that no record has, or two have, is never sent. "
    "Numbers that could also be record ids are asked about first.",
}
"""By a short name, what is taken from there and what is refused."""

COMMON = (
    "Reading a list changes nothing in Zoho. The list is fixed once you take it: a view or a file "
    "may change afterwards, the list does not. Plan, journal and receipt keep where it came from "
    "and when. Entries that are not ids are listed with line or cell and reason ([rejected])."
)
"""What holds for all of them."""
