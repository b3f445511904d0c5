"""Alembic runs this; `custody.ledger.upgrade` gives it the connection."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
