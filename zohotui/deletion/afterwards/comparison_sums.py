"""What comparing restored records with their saved copies came to, in numbers and in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from zohotui.deletion.model.differences import Changed, listed


@dataclass
class ComparisonSums:
    """The sums of one comparison."""

    same: int = 0
    """Records of which every saved field is as it was, but for what a restore changes."""
    differing: int = 0
    absent: int = 0
    """Records that were not there when they were read again."""
    unsaved: int = 0
    """Records of which there is no copy."""
    _matter: Counter[str] = field(default_factory=Counter)
    _perhaps: Counter[str] = field(default_factory=Counter)
    """Names of fields that differ, with the number of records."""

    @property
    def count(self) -> int:
        """Records of which anything is known now."""
        return self.same + self.differing + self.absent + self.unsaved

    def add(self, compared: Sequence[Sequence[Changed]], *, absent: int = 0) -> None:
        """Count records that were compared, by what differs in each, and those not there."""
        self.absent += absent
        for changed in compared:
            self._matter.update(one.name for one in changed if not one.perhaps_by_restore)
            self._perhaps.update(one.name for one in changed if one.perhaps_by_restore)
            if all(one.perhaps_by_restore for one in changed):
                self.same += 1
            else:
                self.differing += 1

    def sentences(self, left: int) -> list[str]:
        """Say what was found; `left` records were not compared."""
        said: list[str] = []
        perhaps = listed([name for name, _ in self._perhaps.most_common()])
        if self.differing:
            compared = self.same + self.differing
            are = "is" if self.differing == 1 else "are"
            said.append(
                f"{self.differing:,} of {compared:,} restored {are} not as saved: {self._fields()}."
            )
            if perhaps:
                said.append(f"Also changed, perhaps by the restore itself: {perhaps}.")
        elif self.same:
            but = f" except what the restore itself may change ({perhaps})" if perhaps else ""
            said.append(f"{self.same:,} restored, every saved field as before{but}.")
        if self.absent:
            said.append(f"{self.absent:,} not there when read again: [undo] looks where they are.")
        if self.unsaved:
            said.append(f"{self.unsaved:,} have no saved copy, so they could not be compared.")
        if left:
            said.append(f"{left:,} not compared yet: [resolve] goes on.")
        return said

    def _fields(self) -> str:
        return listed([f"{name} in {number:,}" for name, number in self._matter.most_common()])
