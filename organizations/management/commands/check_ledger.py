import json
import sys

from django.core.management.base import BaseCommand

from organizations import audit


class Command(BaseCommand):
    help = "Recompute totals and register from the ledger and verify its seals; exit 0 when nothing differs."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="write totals and register anew from the ledger")
        parser.add_argument("--snapshots", action="store_true", help="also compute every frozen figure anew")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, rebuild, snapshots, **options):
        if rebuild:
            audit.rebuild()
        found = audit.differences(thorough=snapshots)
        if options["json"]:
            answer = {"differences": len(found)} | ({"rows": found} if found else {})
            self.stdout.write(json.dumps(answer, ensure_ascii=False, default=str))
        else:
            for row in found:
                self.stdout.write(f"{row['check']}: {row['row']}: {row['found']} ≠ {row['expected']}")
            self.stdout.write(f"{len(found)} differences")
        if found:
            sys.exit(1)
