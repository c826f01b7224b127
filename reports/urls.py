from django.urls import path

import organizations.paths  # noqa: F401 - makes <word:…> known
from reports.views import dashboard, declarations, documents, grid, indicators, snapshots, targets

app_name = "reports"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("figures/<word:code>/", dashboard.figure, name="figure"),
    path("tasks/<slug:slug>/", dashboard.task, name="task"),
    path("entry/grid/", grid.grid, name="grid"),
    path("entry/grid/save/", grid.save, name="grid_save"),
    path("targets/", targets.targets, name="targets"),
    path("declarations/", declarations.declarations, name="declarations"),
    path("admin-area/indicators/", indicators.catalogue, name="indicators"),
    path("admin-area/indicators/new/", indicators.new, name="indicator_new"),
    path("admin-area/indicators/<int:pk>/", indicators.edit, name="indicator_edit"),
    path("admin-area/indicators/<int:pk>/use/", indicators.in_use, name="indicator_use"),
    path("admin-area/indicators/<int:pk>/move/", indicators.move, name="indicator_move"),
    path("snapshots/", snapshots.snapshots, name="snapshots"),
    path("snapshots/new/", snapshots.new, name="snapshot_new"),
    path("snapshots/<int:pk>/", snapshots.snapshot, name="snapshot"),
    path("snapshots/<int:pk>/figures/<word:code>/", snapshots.figure, name="snapshot_figure"),
    path("snapshots/<int:pk>/difference/", snapshots.difference, name="snapshot_difference"),
    path("snapshots/<int:pk>/verify/", snapshots.verify, name="snapshot_verify"),
    path("snapshots/<int:pk>/<slug:step>/", snapshots.step, name="snapshot_step"),
    path("reports/", documents.index, name="index"),
    path("reports/<slug:name>/", documents.download, name="download"),
]
