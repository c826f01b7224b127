from django.contrib import admin
from import_export import fields, resources, widgets
from import_export.admin import ImportMixin

from .models import Enterprise, Park, Zone


class EnterpriseResource(resources.ModelResource):
    zone = fields.Field("zone", "zone", widgets.ForeignKeyWidget(Zone, "code"))
    park = fields.Field("park", "Khu công nghiệp", widgets.ForeignKeyWidget(Park, "name"))
    tax_code = fields.Field("tax_code", "Mã số thuế")
    name = fields.Field("name", "Tên doanh nghiệp")
    legal_form = fields.Field("legal_form", "Loại hình")
    ownership = fields.Field("ownership", "Loại vốn")
    countries = fields.Field("countries", "Quốc gia", widgets.CharWidget(coerce_to_string=True, allow_blank=True))
    workers = fields.Field("workers", "Số lao động", widgets.IntegerWidget())
    started_on = fields.Field("started_on", "Ngày hoạt động", widgets.DateWidget("%d/%m/%Y"))

    class Meta:
        model = Enterprise
        import_id_fields = ["zone", "tax_code"]
        fields = [
            "zone", "park", "tax_code", "name", "legal_form", "ownership", "countries", "workers", "started_on",
        ]  # fmt: skip

    def before_import(self, dataset, **kwargs):
        dataset.append_col(["HP"] * len(dataset), header="zone")


@admin.register(Enterprise)
class EnterpriseAdmin(ImportMixin, admin.ModelAdmin):
    resource_classes = [EnterpriseResource]
