"""What Alembic runs: the migrations, in the transaction that `Database.upgrade` opened."""

from __future__ import annotations

from alembic import context

from flowrunner.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
