from django.urls import path

from reports.views import documents

app_name = "reports"

urlpatterns = [
    path("reports/", documents.index, name="index"),
    path("reports/<slug:name>/", documents.download, name="download"),
]
