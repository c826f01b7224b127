"""Where a Chromium is on this machine."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = "install Debian's chromium, or set CHROMIUM to the path of a Chromium or Chrome"


def find() -> str | None:
    """Return the path of a Chromium: ``CHROMIUM`` when it is set, else the first known name on PATH."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).is_file() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find_or_install() -> str | None:
    """As ``find``; on Debian, as root, fetch the package first when there is none."""
    if (path := find()) or os.environ.get("CHROMIUM") or os.geteuid() or not shutil.which("apt-get"):
        return path
    print("No Chromium here: installing Debian's package for the browser tests ...", flush=True)
    install = "apt-get update && apt-get install --yes --no-install-recommends chromium"
    subprocess.run(["sh", "-c", install], stdout=subprocess.DEVNULL, check=False)
    return find()
