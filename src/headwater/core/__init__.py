"""Decides. Standard library only: no I/O, no clock, no randomness; time and the registry are arguments."""
