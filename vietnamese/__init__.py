"""Numbers, dates, ranges, text and tax codes as Vietnamese offices write them. Pure Python, no Django.

Readers are called ``parse_…``: they take a cell, a form value or a JSON value as it came and either return exactly
what it says or raise :class:`~vietnamese.errors.Unreadable` with the reason. They never guess.
"""
