"""Alembic's environment: run through store/migrate, never by hand."""
