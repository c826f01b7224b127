"""What pages say of their rates: ``{% load rates %}{% counting as counted %}{{ counted.on }}``."""

from django import template

from reports.counting import counting

register = template.Library()
register.simple_tag(counting)
