"""Marks wrong cells in a workbook: edited in place by ``program``, or built anew by ``anew``.

All but ``anew`` runs in a process of its own on an untrusted file, and so imports no Django and nothing of ours.
"""
