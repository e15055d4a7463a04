"""The macros an article may call. mkdocs-macros executes this file afresh at every build.

What each macro takes and gives stands in macros/build.py, and on the site's page for authors.
"""

from jinja2 import TemplateSyntaxError
from mkdocs_macros.errors import format_error

from macros import build, errors


def define_env(env):
    """Registers every macro of `macros.build.MACROS` with mkdocs-macros."""
    names = build.register(env)

    @format_error.register(Exception)
    @format_error.register(TemplateSyntaxError)
    def one_line(error, markdown, page):
        return errors.describe(error, page.file.src_uri, names)


def on_post_page_macros(env):
    """Adds what the page's macros collected, such as the popovers of its figures, after its text."""
    env.markdown += build.end_page()
