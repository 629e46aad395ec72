"""What people can type: one table a command, from which dispatch, help and the manifest are made."""
