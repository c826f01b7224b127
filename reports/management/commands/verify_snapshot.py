import json
import sys

from django.core.management.base import BaseCommand, CommandError

from reports.models import Snapshot
from reports.snapshots.verify import verify


class Command(BaseCommand):
    help = "Compute a snapshot again from the ledger as it was known; exit 0 when nothing differs."

    def add_arguments(self, parser):
        parser.add_argument("id", type=int, metavar="ID")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, id, **options):
        row = Snapshot.objects.select_related("zone").filter(pk=id).first()
        if row is None:
            raise CommandError(f"{id}: there is no snapshot of this number")
        found = verify(row)
        if options["json"]:
            rows = [{"figure": one.code, "column": one.column, "text": one.text} for one in found]
            answer = {"snapshot": row.pk, "hash": row.hash, "differences": len(found), "rows": rows}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            for one in found:
                self.stdout.write(one.text)
            self.stdout.write(f"{row}: {len(found)} differences")
        if found:
            sys.exit(1)
