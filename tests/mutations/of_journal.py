"""Faults of the room that keeps what is known."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_WRITER, _REPLAY, _CHAIN = "journal/writer.py", "journal/replay.py", "journal/chain.py"
_SNAPSHOT = "journal/snapshot.py"
_FIRST, _BATCH = "journal/first_line.py", "journal/batch_lines.py"

OF_JOURNAL = (
    Mutation(
        _WRITER,
        "leaves a part of a line in front of the next",
        """        self._check(self._size)
        try:
            self._cut_torn()
            self._torn = True
""",
        """        self._check(self._size)
        try:
            self._torn = True
""",
        ("resume", "journal"),
    ),
    Mutation(
        _WRITER,
        "takes an event in before the disk has it",
        """        self._write([as_json(line)[:-1]])
        self._settles_here = False
""",
        """        self.run.apply(event)
        self._write([as_json(line)[:-1]])
        self._settles_here = False
""",
        ("journal",),
    ),
    Mutation(
        _WRITER,
        "does not look whether the file is still its own before a request",
        """        if isinstance(event, Sent | Restoring):
            self._check(self._size)
""",
        "",
        ("sole_writer",),
    ),
    Mutation(
        _WRITER,
        "does not look whether the file is still its own before a line",
        """        self._check(self._size)
        try:
            self._cut_torn()
            self._torn""",
        """        try:
            self._cut_torn()
            self._torn""",
        ("sole_writer",),
    ),
    Mutation(
        _WRITER,
        "chains each line to the first",
        "        self._head = link.head\n",
        "        self._head = self._head if self._head != BEGIN else link.head\n",
        ("resume", "journal"),
    ),
    Mutation(
        _WRITER,
        "forgets how long its whole lines are",
        "        self._size += size\n",
        "",
        ("journal",),
    ),
    Mutation(
        _WRITER,
        "writes behind the part of a line that a crash left",
        "journal._size, journal._torn = size, os.fstat(descriptor).st_size > size",
        "journal._size, journal._torn = size, False",
        ("resume", "kill_points"),
    ),
    Mutation(
        _WRITER,
        "does not wait for the name of a new journal",
        """            sync_folder(folder)
        except (JournalError, OSError) as error:
""",
        """            pass
        except (JournalError, OSError) as error:
""",
        ("journal", "disk_check", "kill_points"),
    ),
    Mutation(
        _WRITER,
        "opens a journal that is open elsewhere",
        """            journal._hold()
            journal._check(size)
""",
        """            journal._check(size)
""",
        ("sole_writer",),
    ),
    Mutation(
        _WRITER,
        "goes on with a journal that has grown since it was read",
        """            journal._hold()
            journal._check(size)
""",
        """            journal._hold()
""",
        ("sole_writer", "journal"),
    ),
    Mutation(
        _REPLAY,
        "counts a line that has no end",
        """        if not written.endswith(b"\\n"):
            rest = written
""",
        """        if not written.endswith((b"\\n", b"}")):
            rest = written
""",
        ("journal", "replay", "kill_points"),
    ),
    Mutation(
        _REPLAY,
        "leaves in flight what nobody waits for",
        "    run.end_flights()\n",
        "",
        ("replay",),
    ),
    Mutation(
        _REPLAY,
        "believes a changed line",
        "        _whole(path, fault_of(line))\n",
        "",
        ("chain",),
    ),
    Mutation(
        _REPLAY,
        "believes a line that cannot be true",
        "                run.check(event)\n",
        "",
        ("replay", "forged_values"),
    ),
    Mutation(
        _REPLAY,
        "reads a journal of a newer format",
        "    if version > lines.FORMAT:\n",
        "    if version > lines.FORMAT + 1:\n",
        ("replay", "journal", "history"),
    ),
    Mutation(
        _REPLAY,
        "needs no chain in the first chained format",
        "_version(path, entry) >= CHAINED",
        "_version(path, entry) > CHAINED",
        ("chain", "proof"),
    ),
    Mutation(
        _REPLAY,
        "does not mind that the last line has lost its end",
        "    _whole(path, checked.fault_behind(rest) if head else None)\n",
        "",
        ("chain", "proof"),
    ),
    Mutation(
        _CHAIN,
        "needs a chain only where there is one",
        "return version >= CHAINED or any(map(hash_of, lines))",
        "return any(map(hash_of, lines))",
        ("chain", "proof"),
    ),
    Mutation(
        _CHAIN,
        "does not mind a chain in a format without",
        "return Fault(1, _BARE) if hash_of(line) else None",
        "return None",
        ("chain", "proof"),
    ),
    Mutation(
        "journal/doubt.py",
        "calls never sent what may have been",
        """    for start, count in spans(list(told.rows.places([State.ENTERED]))):
        told.rows.set_all(start, count, MAYBE_SENT)
""",
        "",
        ("doubt",),
    ),
    Mutation(
        "journal/doubt.py",
        "does not write down what is in doubt",
        "        journal.record(Resolved(places, (MAYBE_SENT,) * len(places)))\n",
        "        del places\n",
        ("doubt",),
    ),
    Mutation(
        "journal/lock.py",
        "lets two runs be at work at once",
        "            lock(descriptor, pauses)\n",
        "            pass\n",
        ("lock",),
    ),
    Mutation(
        "journal/lock.py",
        "keeps out whoever only looks",
        "        # Shared: who only looks keeps out nobody else who looks.\n"
        "        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)\n",
        "        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        ("lock",),
    ),
    Mutation(
        _SNAPSHOT,
        "saves behind what the disk did not take",
        "if self._broken or self._descriptor < 0:",
        "if self._descriptor < 0:",
        ("snapshot",),
    ),
    Mutation(
        _SNAPSHOT,
        "counts records that the disk does not have",
        """            self._write(records)
            self.count += len(records)
""",
        """            self.count += len(records)
            self._write(records)
""",
        ("snapshot",),
    ),
    Mutation(
        _SNAPSHOT,
        "erases the copies of all runs by a clock that is wrong",
        """    if latest < now - KEPT_DAYS * _DAY:
        return []
""",
        "",
        ("purge",),
    ),
    Mutation(
        _SNAPSHOT,
        "erases the old copies of a run that was gone on with",
        "newest[group] = max(newest.get(group, 0.0), made, written)",
        "newest[group] = made",
        ("purge",),
    ),
    Mutation(
        _SNAPSHOT,
        "takes the name of copies that are away",
        "for name in names if name not in taken)",
        "for name in names)",
        ("lost_copies", "snapshot"),
    ),
    Mutation(
        "journal/saved_copies.py",
        "compares with the copies of another org",
        'return (head.get("zgid"), head.get("module")) == (',
        'return (head.get("zgid"), head.get("module")) != ("", "") or () == (',
        ("compare", "compare_faults"),
    ),
    Mutation(
        "journal/saved_copies.py",
        "compares with the oldest copy",
        "for path in dict.fromkeys([*paths[::-1], *earlier[::-1]]) if path.exists()",
        "for path in dict.fromkeys([*paths, *earlier]) if path.exists()",
        ("compare", "snapshot", "lost_copies"),
    ),
    Mutation(
        "journal/receipt.py",
        "writes over a receipt that knows of more",
        "            if agreement(journal) is Agreement.AHEAD:\n",
        "            if agreement(journal) is Agreement.NONE:\n",
        ("receipt", "receipt_file", "doubt"),
    ),
    Mutation(
        "journal/receipt.py",
        "takes any journal for that of its receipt",
        """        if noted.head not in heads:
            return Agreement.AHEAD
""",
        "",
        ("receipt", "receipt_file", "doubt"),
    ),
    Mutation(
        "journal/history.py",
        "asks what becomes of a run at which another is at work",
        "        and not holder(locks, one.target, one.module)\n",
        "",
        ("history",),
    ),
    Mutation(
        "journal/history.py",
        "asks what becomes of the runs of another org",
        """        if one.target.same_org(target)
        and not holder""",
        """        if one.target is not target
        and not holder""",
        ("history",),
    ),
    Mutation(
        "journal/differences_file.py",
        "leaves half a line that the disk did not take",
        "        cut(descriptor, size)\n",
        "        pass\n",
        ("differences",),
    ),
    Mutation(
        "journal/verify_file.py",
        "calls a journal whole whose receipt does not match",
        "code if fits and agree else NOT_WHOLE",
        "code if fits or agree else NOT_WHOLE",
        ("proof",),
    ),
    Mutation(
        "journal/sole_writer.py",
        "does not notice lines of another",
        "if ours.st_size > size and not self._is_own(size, ours.st_size):",
        "if ours.st_size > size and self._is_own(size, ours.st_size):",
        ("sole_writer",),
    ),
    Mutation(
        "journal/disk_check.py",
        "believes a disk without asking it",
        "            return _try(first, last)\n",
        '            return ""\n',
        ("disk_check",),
    ),
    Mutation(
        _FIRST,
        "does not ask whether the ids are named twice",
        """    if end == written or not chained or "ids" in entry:
""",
        """    if end == written or not chained:
""",
        ("quick_reading",),
    ),
    Mutation(
        _FIRST,
        "takes no fingerprint of the last ids",
        """        self.fingerprint.update(lines[:-1] if last else lines)
""",
        """        self.fingerprint.update(b"" if last else lines)
""",
        ("quick_reading",),
    ),
    Mutation(
        _BATCH,
        "takes the ids of a batch as those that landed",
        """    if mark and members == text:
""",
        """    if mark and len(members) == len(text):
""",
        ("quick_reading",),
    ),
    Mutation(
        _BATCH,
        "does not count how many ids are named",
        """    return tuple(map(fates.__getitem__, ids)) if named == len(ids) else None
""",
        """    return tuple(map(fates.__getitem__, ids))
""",
        ("quick_reading",),
    ),
    Mutation(
        _BATCH,
        "takes a line that says more than it knows of",
        'rb\'"at":"',
        'rb\'(?:"foreign":"[a-z]*",)?"at":"',
        ("quick_reading",),
    ),
    Mutation(
        _BATCH,
        "takes any number of ids for those of a batch",
        "if (int(start), int(count)) != (batch.start, len(batch.ids)):",
        "if int(start) != batch.start:",
        ("quick_reading",),
    ),
    Mutation(
        _BATCH,
        "does not tell who else has sent a batch",
        """"count":(%b)%b' """,
        """"count":(%b)(?:,"by":"[0-9]+")?%b' """,
        ("quick_reading", "fold"),
    ),
)
