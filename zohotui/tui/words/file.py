"""What is said of a file of ids that was read."""

from __future__ import annotations

from textual.content import Content

from zohotui.deletion.ids.file import Table
from zohotui.deletion.ids.pasted import IdList
from zohotui.deletion.model.differences import listed
from zohotui.tui.words.text import count

_REJECTED_HERE = 20
_NAMES_HERE = 5


def told_of(ids: IdList, table: Table | None) -> Content:
    """Say what is in a file before it is taken."""
    lines = [Content.styled(f"{count(len(ids.ids), 'id')} in {ids.source}", "bold")]
    if table:
        lines.append(Content.styled(table.why, "$foreground 60%"))
    if ids.duplicates:
        lines.append(Content(f"{count(ids.duplicates, 'duplicate')} dropped"))
    lines += [Content.styled(note, "$text-warning") for note in ids.notes]
    naming = [origin for origin in ids.origins if origin.is_listed]
    if modules := [origin.tab for origin in naming]:
        entries = len(ids.ids) + ids.duplicates
        every = sum(len(origin.ids) for origin in naming) >= entries
        whose = "each id" if every else "some of the ids"
        words = f"It names the module of {whose}: {listed(modules, _NAMES_HERE)}."
        if len(modules) > 1:
            words += " Several modules are done one after the other."
        lines.append(Content(words))
    if ids.rounding.asks:
        words = f"{ids.rounding.words}. Compare one with its record in Zoho CRM first."
        lines.append(Content.styled(words, "$text-warning"))
    if ids.rejected_count:
        words = f"{count(ids.rejected_count, 'entry', 'entries')} rejected:"
        lines.append(Content.styled(words, "$text-error"))
        shown = ids.rejected[:_REJECTED_HERE]
        lines += [Content(f"  {r.where}: {r.text}  {r.reason}") for r in shown]
        if left := ids.rejected_count - len(shown):
            lines.append(
                Content(f"  and {left:,} more; [rejected] lists them after you take the ids")
            )
    return Content("\n").join(lines)
