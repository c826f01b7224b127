"""Run by ``imports.backfile`` in a process of its own, with little memory and time, on one untrusted workbook.

Standard input is a line of JSON (what to mark) and then the workbook; standard output is the marked workbook, or
nothing, when it cannot be edited in place.
"""

import json
import resource
import sys
import zipfile
import zlib
from pathlib import Path

MEMORY = 1024 * 2**20  # bytes of address space
CPU_SECONDS = 30


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from lxml import etree

    from imports.marking.edit import edit
    from imports.marking.package import Stop

    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        edited = edit(data, order)
    except (Stop, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, MemoryError):
        sys.exit(3)
    sys.stdout.buffer.write(edited)


if __name__ == "__main__":
    main()
