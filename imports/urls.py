from django.urls import path

from imports.views import batches, front, upload

app_name = "imports"

urlpatterns = [
    path("imports/", front.index, name="index"),
    path("imports/templates/<slug:kind>.xlsx", front.template, name="template"),
    path("imports/lists/targets-<int:year>.<slug:ending>", front.targets, name="targets"),
    path("imports/batches/<int:pk>/", batches.batch, name="batch"),
    path("imports/batches/<int:pk>/file/", batches.file, name="batch_file"),
    path("imports/batches/<int:pk>/undo/", batches.undo_batch, name="undo"),
    path("imports/<uuid:key>/", upload.upload, name="upload"),
    path("imports/<uuid:key>/convert/", upload.convert, name="convert"),
    path("imports/<uuid:key>/columns/", upload.columns, name="columns"),
    path("imports/<uuid:key>/mend/", upload.mend, name="mend"),
    path("imports/<uuid:key>/lines/<int:line>/", upload.row, name="row"),
    path("imports/<uuid:key>/lines/<int:line>/mend/", upload.fix_row, name="fix_row"),
    path("imports/<uuid:key>/marked.xlsx", upload.marked, name="marked"),
    path("imports/<uuid:key>/confirm/", upload.confirm, name="confirm"),
    path("imports/<uuid:key>/again/", upload.again, name="again"),
    path("imports/<uuid:key>/discard/", upload.discard, name="discard"),
]
