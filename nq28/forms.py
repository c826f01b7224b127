"""How every form of the office is drawn: label above, hint, "(required)", errors in a summary and at the field."""

from django.forms.renderers import TemplatesSetting


class OfficeRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` use templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
