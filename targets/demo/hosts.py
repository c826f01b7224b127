"""Invented enterprises: as many, as large and as foreign as in the real parks; every name ends in "(mẫu)"."""

from datetime import date
from random import Random

from vietnamese.tax_codes import check_digit

from .data import YEARS, rows, words
from .kinds import Host

LAST_COUNT = date(2026, 6, 30)
NEW = "thành lập năm 2025"  # parks founded in 2025 have nobody at work yet

# share, least, most: workers
SIZES = [(0.44, 4, 49), (0.29, 50, 199), (0.18, 200, 999), (0.078, 1000, 3500), (0.012, 3500, 9000)]


def plan_hosts(rng: Random) -> list[Host]:
    names, codes = set(), _tax_codes(rng)
    hosts = [_host(rng, park, names, codes, place) for park in rows("parks.csv") for place in range(int(park["hosts"]))]
    for host in rng.sample([host for host in hosts if not host.park], 3):
        host.tax_code = ""  # the office has not been given it
    return hosts


def _tax_codes(rng):
    """Codes of the block 0299, which no real enterprise has, with the right check digit."""
    number = 10_000
    while True:
        number += rng.randint(1, 9)
        nine = f"0299{number:05d}"
        if (digit := check_digit(nine)) is not None:
            yield f"{nine}{digit}"


def _host(rng, park, names, codes, place):
    new_park = park["source"] == NEW
    size = _size(rng, bool(park["name"]))
    form, ownership, country = _form(rng, park, size, place)
    name = _name(rng, form, ownership, country, names)
    status = (
        "not_started"
        if new_park
        else rng.choices(["operating", "suspended", "dissolved", "moved"], [945, 25, 20, 10])[0]
    )
    first = 2024 if new_park else 2003
    started = date(rng.randint(first, 2025), rng.randint(1, 12), rng.randint(1, 28))
    if size >= 1000 and not new_park:
        started = started.replace(year=min(started.year, 2018))
    host = Host(
        zone=park["hosts_in"], park=park["name"], name=name, tax_code=next(codes), legal_form=form,
        ownership=ownership, countries=country, status=status, started_on=started,
    )  # fmt: skip
    if not new_park and rng.random() > 0.04:  # of four in a hundred the office does not know the size
        _grow(rng, host, size)
    host.open = status == "operating" and bool(host.sizes)
    return host


def _size(rng, in_park):
    least, most = rng.choices([row[1:] for row in SIZES], [row[0] for row in SIZES])[0]
    if not in_park:
        least, most = (9, 180) if most < 1000 else (200, 999)
    return round(least * (most / least) ** rng.random())


def _form(rng, park, size, place):
    """Legal form, ownership and investor's country."""
    if not park["name"] and park["hosts_in"] == "HP-KT" and place < 8:
        return "cooperative", "private", ""
    if not park["name"] and place in (8, 9, 10, 11):
        return "nonpublic_unit", "private", ""
    foreign = 0.74 if size >= 500 else 0.5
    if park["name"] and rng.random() < foreign:
        country = rng.choices(list(words()["countries"]), [row[0] for row in words()["countries"].values()])[0]
        return "limited", rng.choices(["fdi_wholly", "fdi_joint"], [85, 15])[0], country
    ownership = rng.choices(["private", "state", "unknown"], [94, 3, 3])[0]
    form = rng.choices(["limited", "joint_stock", "sole", "branch"], [58, 34, 3, 5])[0]
    return form, ownership, ""


FORMS = {
    "limited": "Công ty TNHH", "joint_stock": "Công ty CP", "sole": "Doanh nghiệp tư nhân",
    "branch": "Chi nhánh Công ty CP", "cooperative": "Hợp tác xã",
}  # fmt: skip


def _name(rng, form, ownership, country, names):
    while True:
        brand = f"{rng.choice(words()['first'])} {rng.choice(words()['second'])}"
        if form == "nonpublic_unit":
            name = f"{rng.choice(words()['services'])} {brand}"
        elif form == "cooperative":
            name = f"{FORMS[form]} {rng.choice(words()['farms'])} {brand}"
        elif country:
            _weight, starts, ends = words()["countries"][country]
            tail = f" {rng.choice(words()['second'])}" if ownership == "fdi_joint" else " Việt Nam"
            name = f"{FORMS[form]} {rng.choice(words()['trades'])} {rng.choice(starts)}{rng.choice(ends)}{tail}"
        else:
            name = f"{FORMS[form]} {rng.choice(words()['trades'])} {brand}"
        if name not in names:
            names.add(name)
            return f"{name} (mẫu)"


def _grow(rng, host, size):
    """Workers of each year, counted at its end; the last count is of the middle of the last year."""
    growth = rng.uniform(-0.05, 0.13)
    women, direct = rng.uniform(0.25, 0.8), rng.uniform(0.68, 0.93)
    last_year = rng.randint(2021, 2025) if host.status in ("dissolved", "moved") else YEARS[-1]
    for year in YEARS:
        if not host.started_on.year <= year <= last_year:
            continue
        total = max(3, round(size * (1 + growth) ** (year - 2023) * rng.uniform(0.95, 1.05)))
        host.sizes[year] = total
        day = min(date(year, 12, 31), LAST_COUNT)
        if (year == YEARS[-1] and rng.random() < 0.06) or rng.random() < 0.02:
            continue  # not counted that year
        host.counts[day] = {"total": total, "female": round(total * women), "workers": round(total * direct)}
