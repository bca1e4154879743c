"""The work itself: it knows Zoho and the disk, and no screen.

The way of a deletion
---------------------
1.  `ids` reads what was typed, pasted or opened, and makes an `IdList` of it.
2.  A `Plan` says which ids of which module of which org are to be deleted, and how.
3.  `review` reads each record of the plan: it is ready, held or missing. What it read is saved.
4.  The admin reads what is ready, and types the sentence. Without it nothing below happens.
5.  `jobs.run_job` takes the lock of the org and module, and begins the journal with the plan.
6.  `run.run` asks which org this is, and sends one record; then batches, several at once.
7.  Before a request leaves, the journal has `sending`; before its outcomes are told, `landed`.
8.  A request that provably changed nothing is `returned`, and its ids leave again.
9.  A request without a trustworthy answer leaves its ids `unknown`. They are never sent again.
10. What is odd makes the run pause itself. It goes on only when it is told to.
11. `afterwards.resolve` reads where the records of unknown and absent ids are now.
12. `afterwards.verify` looks for what is deleted in the Recycle Bin.
13. The receipt is made of the journal alone.
14. After another sentence `afterwards.undo` restores what this run deleted, and sees it back.
15. Whatever ends the program: the journal, read back, tells what the run itself knew.

The words
---------
id            the number of a record, and nothing else of it
list          the ids that were entered, in their order, each once
module        Zoho's word for a kind of records, by its API name
target        the org, the address and the user that a plan is for
plan          a confirmed list: ids, module, target, options; it never changes
written plan  a reviewed list in a file, for another person; what its owners keep is held
batch         up to 100 ids of a plan that are sent in one request
outcome       what is known of one id: state, code, message, and Zoho's answer as it came
state         one of a closed set, see model/outcome.py
code          Zoho's word or ours for a reason; what ours mean stands in model/codes.py
review        the reading of a list before anything is deleted
held, missing what the review lets nobody delete: there is a reason, or there is no record
guard         what a profile protects, and how many records may be deleted at once
run           a plan that is carried out, from its first request to its last
journal       the file of a run: one line for each recorded event, chained by hashes
event         what a run tells in the order in which it is true; recorded ones are in the journal
levers        pause, resume, stop, how many at once; pulled from any thread
unknown       a request with the id has left, and no trustworthy answer came
verified      deleted, and seen to be away afterwards
undo          the restoring of what a run deleted; of a run that only restores, by others
receipt       the text that is made of a journal, with a line for every id
"""
