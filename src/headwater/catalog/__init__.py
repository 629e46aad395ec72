"""Files people write, read strictly into core: ownership, lineage, playbooks, taxonomy; importers."""
