from django.urls import path

from reports.views import dashboard, declarations, documents, grid, indicators, targets

app_name = "reports"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("figures/<str:code>/", dashboard.figure, name="figure"),
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
    path("reports/", documents.index, name="index"),
    path("reports/<slug:name>/", documents.download, name="download"),
]
