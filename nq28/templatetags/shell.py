"""Tags of the page frame. They work without a request, for the page that says the server has failed."""

from django import template

from nq28 import navigation

register = template.Library()
THEMES = ("light", "dark")


@register.simple_tag(takes_context=True, name="navigation")
def navigation_entries(context: template.Context) -> list[dict]:
    """Return the screens in the header for the person who asks."""
    request = context["request"]
    return navigation.entries(request.user, request.path)


@register.simple_tag(takes_context=True)
def chosen_theme(context: template.Context) -> str:
    """Return light or dark when the reader has chosen one on this device, else nothing."""
    request = context.get("request")
    theme = request.COOKIES.get("theme") if request else None
    return theme if theme in THEMES else ""
