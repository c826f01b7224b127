"""Reports by name. A report is a class that says its rows once; page, docx, xlsx, pdf, csv and JSON draw those rows.

For whoever serves reports (page, API, command)::

    from reports import registry
    from reports.forms import ReportForm

    Report = registry.get("attainment")                # KeyError → 404
    registry.names()                                   # ["attainment", "inspection", …]
    form = ReportForm(request.GET, user=request.user)  # zone, year, from, as_of, format; user None: every zone
    form.is_valid()                                    # else form.errors; form.zone_unknown → answer 404
    report = form.report(Report)                       # or Report(zone=…, year=…, as_of=…), below

    report = Report(zone=zone, year=2025, first_year=None, as_of=day, user=None)
    report.tables()          # [Table(name, title, columns, rows, total, notes)]: reports/tables.py
    report.render("docx")    # (bytes, content type, file name); docx, xlsx, pdf, csv or json; else UnknownFormat
    report.as_json()         # plain dict: report, zone, year, from, as_of, basis, rounding, tables, figures

``zone`` is a Zone that the caller found through ``visible_to``; ``first_year`` None is the first year of the term that
holds ``year``; ``as_of`` is a date. ValueError when ``first_year`` is after ``year``. ``user`` narrows the rows that
name organisations to what that person may see; None (commands) shows all of the zone.

To add a report: one module in ``reports/library/`` with a class under ``@registry.register``. It appears on the page of
reports, at /reports/<name>/, in the API and in ``manage.py report`` without another line.
"""
