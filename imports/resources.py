"""The kinds of workbook as django-import-export knows them: columns and natural keys are those of ``kinds``.

Only its pages are used. Its loop over rows is never reached: it writes the preview, misreads Vietnamese numbers and
dates, and is a hundred times slower. A file goes to the intake, a list to ``exports``.
"""

import tablib
from import_export import resources
from import_export.fields import Field

from . import exports
from .kinds import KINDS, WorkbookKind


class NotTheWay(RuntimeError):
    """Somebody asked the package to write: files go through ``imports.matching`` or ``imports.intake``."""


class WorkbookResource(resources.Resource):
    """One kind of workbook. ``import_id_fields`` are the columns that tell which recorded row a line is about."""

    workbook: WorkbookKind

    @classmethod
    def get_display_name(cls):
        return cls.workbook.label

    def import_data(self, *args, **options):
        raise NotTheWay("import a workbook by imports.intake.import_file or imports.matching.bring")

    import_data_inner = import_row = import_instance = save_instance = delete_instance = import_data
    bulk_create = bulk_update = bulk_delete = import_data

    def export(self, queryset=None, *, zone, user, today, **options):
        """The rows of ``queryset`` as the lines of this kind of workbook."""
        rows = exports.Lines(self.workbook.name, queryset, zone=zone, user=user, today=today)
        fields = [column.field for column in self.workbook.columns]
        data = tablib.Dataset(headers=[column.title for column in self.workbook.columns])
        for line in rows.lines():
            data.append([line.get(field) for field in fields])
        return data


def resource_of(kind: WorkbookKind) -> type[WorkbookResource]:
    columns = {column.field: Field(attribute=column.field, column_name=column.title) for column in kind.columns}
    meta = type("Meta", (), {"import_id_fields": kind.keys[0], "use_transactions": True})
    return type(f"{kind.name.capitalize()}Resource", (WorkbookResource,), {**columns, "workbook": kind, "Meta": meta})


RESOURCES = {name: resource_of(kind) for name, kind in KINDS.items()}
