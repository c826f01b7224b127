"""Why a file cannot be taken: a sentence for each reason, which names the cure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES = {
    "no_file": gettext_noop("There is no file “%(name)s”: choose the file again."),
    "empty_file": gettext_noop("The file is empty: save the workbook again and choose that file."),
    "too_large": gettext_noop(
        "The file has %(megabytes)s MB; at most %(limit)s MB can be taken: remove pictures and unused sheets, or split "
        "the file."
    ),
    "not_a_workbook": gettext_noop(
        "“%(name)s” is not a workbook: choose an Excel file (.xlsx, .xls) or a CSV file saved as UTF-8."
    ),
    "other_office_file": gettext_noop(
        "“%(name)s” is a document of another kind (Word, PowerPoint): copy the table into Excel and save it as .xlsx."
    ),
    "web_page": gettext_noop(
        "“%(name)s” is a web page or an XML text, not a workbook: open it in Excel and save it as .xlsx."
    ),
    "encoding": gettext_noop(
        "The text file is not in UTF-8: in Excel choose “Save as” and the type “CSV UTF-8”, or save it as .xlsx."
    ),
    "csv": gettext_noop("The CSV file is damaged near line %(line)s: open it in Excel and save it as .xlsx."),
    "unreadable": gettext_noop("The file is damaged or incomplete: open it in Excel, save it as a new .xlsx file."),
    "password": gettext_noop("The file is protected by a password: remove the password in Excel and save it again."),
    "macro": gettext_noop("The file holds macros: save it as .xlsx, which has none."),
    "declarations": gettext_noop(
        "The file holds XML declarations (DOCTYPE) that a workbook has no use for: open it in Excel and save it as a "
        "new .xlsx file."
    ),
    "too_many_members": gettext_noop(
        "The file is made of too many parts: copy the table into a new workbook and save it as .xlsx."
    ),
    "inflates_too_much": gettext_noop(
        "The file unpacks to more than %(inflated)s MB: copy the table into a new workbook and save it as .xlsx."
    ),
    "too_much_text": gettext_noop("The file holds too much text: copy the table alone into a new workbook."),
    "too_much_memory": gettext_noop(
        "Reading the file takes more memory than is allowed: copy the table alone into a new workbook."
    ),
    "too_slow": gettext_noop(
        "Reading the file takes too long and was stopped: copy the table alone into a new workbook."
    ),
    "stopped": gettext_noop(
        "The reading of the file was stopped from outside, perhaps because the server had no memory left: import the "
        "file again."
    ),
    "too_many_rows": gettext_noop(
        "Sheet “%(sheet)s” has more than %(rows)s lines: delete the empty lines below the table, or split the file."
    ),
    "too_many_columns": gettext_noop(
        "Sheet “%(sheet)s” has more than %(columns)s columns: delete the columns to the right of the table."
    ),
    "empty_sheet": gettext_noop("Sheet “%(sheet)s” is empty: choose the sheet that holds the table."),
    "empty_workbook": gettext_noop("The workbook has no filled cell: check that the right file was chosen."),
}
TOO_LARGE = frozenset(
    {"too_large", "too_many_members", "inflates_too_much", "too_much_text", "too_much_memory", "too_many_rows",
     "too_many_columns"}
)  # fmt: skip


def nothing_written() -> str:
    return _("Nothing was written to the system.")


class Unusable(Exception):
    """The file cannot be read. ``code`` is for programs; ``str()`` is the sentence, with its cure."""

    def __init__(self, code, **params):
        self.code = code
        self.params = params
        super().__init__(code)

    @property
    def is_too_large(self):
        return self.code in TOO_LARGE

    def __str__(self):
        return f"{_(SENTENCES[self.code]) % self.params} {nothing_written()}"
