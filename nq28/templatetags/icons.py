"""The icons of the pages: ``{% icon "outline/search" size=20 class="icon" %}``, each drawn once and kept."""

from functools import lru_cache

from django import template
from tablericons.templatetags import tablericons

register = template.Library()
_drawn = lru_cache(maxsize=512)(tablericons.icon)  # the package copies and writes its XML anew each time


@register.simple_tag
def icon(name, *, size=None, **attributes):
    """The SVG of the Tabler icon ``name``; ``attributes`` as the package's own tag takes them."""
    return _drawn(name, size=size, **attributes)
