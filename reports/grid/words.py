"""What the grid says while somebody types; the script fills in what stands in braces."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return {
        "none": _("Choose a cell and type; a row is saved when it is left."),
        "saved": _("saved just now"),
        "saving": _("being saved"),
        "waiting": _("typed, not saved yet"),
        "wrong": _("refused"),
        "conflicted": _("changed by somebody else"),
        "note": _("note"),
        "before": _("the same month last year"),
        "counted": _("counted on"),
        "shut": _("This cell takes no number."),
        "saving_cells": _("Saving: {count}"),
        "all_saved": _("Everything is saved."),
        "refused": _("Not saved: {count}, see the marked cells."),
        "failed": _("Not saved: the server was not reached. What was typed is still in the table."),
        "failed_block": _("The server was not reached. Nothing was written; try again."),
        "undone": _("Undone: {count}"),
        "undo_reason": _("undone in the table"),
        "looking": _("Checking the block: {count}"),
        "nothing_pasted": _("The block holds no number that could be written here."),
        "unknown": _("“{name}”: no row of this page has this name."),
        "outside": _("Fields outside the table, left out: {count}."),
        "write": _("Write: {count}"),
        "changed_since": _("Nothing was written: something has changed meanwhile. Look at it once more."),
        "fought": _("{who} saved {theirs} at {when}."),
        "fought_empty": _("Somebody else has emptied it."),
        "mine": _("Mine: {number}"),
        "theirs": _("Theirs: {number}"),
        "both": _("Both added up: {theirs} + {mine} = {both}"),
        "note_first": _("Save a number first: a note belongs to a number."),
        "state_new": _("new"),
        "state_changed": _("changes"),
        "state_same": _("as it is"),
        "state_invalid": _("refused"),
        "state_ask": _("unusual: give the reason"),
        "state_conflict": _("changed by somebody else"),
    }
