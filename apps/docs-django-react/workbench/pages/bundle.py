"""Loads the HTML pages built by Vite and inserts the URL prefix of each request.

Vite writes every URL of the application as `./…`, which a browser would resolve relative to the
current page: wrong on a deep link. The alternative, `<base>`, is forbidden by the content security
policy.
"""

from django.template import Library, Origin
from django.template.loaders import filesystem
from django.urls import get_script_prefix

register = Library()


@register.simple_tag
def prefix() -> str:
    """The path that the application is mounted at: `/` or `/django-react/`."""
    return get_script_prefix()


class Loader(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        return contents.replace('="./', '="{% prefix %}')
