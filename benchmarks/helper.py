"""What the measurement of imports needs done in the database, in a process of its own: ``python -m benchmarks.helper``.

``prepare N``: migrate, make N zones and a park; prints the ids. ``recount FILE ZONE``: import the file again and print
how many statements wrote a row.
"""

import json
import sys

import django

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def prepare(zones):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests import make

    ids = {f"Z{number}": make.zone(f"Z{number}").pk for number in range(int(zones))}
    return {"zones": ids, "park": make.park("KCN Đình Vũ").pk, "user": make.system().pk}


def recount(file, zone):
    from io import StringIO

    from django.core.management import call_command
    from django.db import connection

    written, answer = [], StringIO()

    def note(execute, sql, parameters, many, context):
        if sql.lstrip().upper().startswith(WRITES):
            written.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        call_command("import_workbook", file, zone=zone, json=True, stdout=answer)
    return {"written": len(written), "unchanged": json.loads(answer.getvalue())["unchanged"]}


if __name__ == "__main__":
    django.setup()
    act, *words = sys.argv[1:]
    print(json.dumps({"prepare": prepare, "recount": recount}[act](*words)))
