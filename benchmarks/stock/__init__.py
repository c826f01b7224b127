"""The usual way to import, as its own documentation sets it up: a project of one table, for comparison only."""
