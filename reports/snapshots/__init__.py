"""Snapshots: a zone's figures of a period frozen, signed, accepted or returned, and verifiable for ever."""
