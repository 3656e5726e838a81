"""Background jobs: the outbox is delivered, what is due fires, what is not to be kept is erased.

`loop.make_worker` makes the worker of a deployment, `loop.start` runs it in a thread, `turns.Turns` in one of
several processes. Any number may run beside each other: rows are leased, and a case is changed only by whoever has its
newest revision.
"""
