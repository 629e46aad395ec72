"""Rows the bot writes, to core's types and back. Rows never leave this room."""
