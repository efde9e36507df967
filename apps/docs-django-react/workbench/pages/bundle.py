"""Reads the pages that Vite built, and puts the prefix of each request into them.

Vite writes every address that belongs to the application as `./…`, which would be looked up below
a deep link. A `<base>` would mend that, but our content security policy forbids it.
"""

from django.template import Library, Origin
from django.template.loaders import filesystem
from django.urls import get_script_prefix

register = Library()


@register.simple_tag
def prefix() -> str:
    """Where this request finds the application: `/` or `/django-react/`."""
    return get_script_prefix()


class Loader(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        return contents.replace('="./', '="{% prefix %}')
