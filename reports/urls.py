from django.urls import path

from reports.views import dashboard, documents

app_name = "reports"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("figures/<str:code>/", dashboard.figure, name="figure"),
    path("reports/", documents.index, name="index"),
    path("reports/<slug:name>/", documents.download, name="download"),
]
