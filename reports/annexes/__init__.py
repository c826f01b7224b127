"""The tables that reports share, each a function that returns a ``reports.tables.Table``."""
