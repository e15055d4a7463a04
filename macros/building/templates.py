"""What templates are compiled to, kept between builds: those of the theme, and each page's own text."""

import jinja2

# Of these a filter gives the same for the same at any time. Jinja works out a filter of constants while it
# compiles, unless the filter asks for the context.
PURE = ("jinja2", "markupsafe", "mkdocs", "mkdocs_macros", "builtins")


def remember(env, kept_code):
    """Lets an environment of Jinja take code that was compiled before.

    Args:
        kept_code: gives a code object, from texts that it depends on and a function that makes it.
    """
    if "compile" in vars(env):
        return  # by an earlier call
    if isinstance(env.autoescape, bool) and all(map(_is_pure, env.filters.values())):
        compile_anew, settings = env.compile, _settings(env)

        def compiled(source, name=None, filename=None, raw=False, defer_init=False):
            def make():
                return compile_anew(source, name, filename, raw, defer_init)

            if raw or not isinstance(source, str):
                return make()
            return kept_code([settings, source, repr((name, filename, defer_init))], make)

        env.compile = compiled


def _is_pure(a_filter):
    return hasattr(a_filter, "jinja_pass_arg") or a_filter.__module__.split(".")[0] in PURE


def _settings(env):
    """What code depends on beside its template."""
    marks = [
        env.block_start_string, env.block_end_string, env.variable_start_string, env.variable_end_string,
        env.comment_start_string, env.comment_end_string, env.line_statement_prefix, env.line_comment_prefix,
        env.trim_blocks, env.lstrip_blocks, env.newline_sequence, env.keep_trailing_newline,
    ]  # fmt: skip
    names = [sorted(env.extensions), sorted(env.filters), sorted(env.tests)]
    kinds = [env.autoescape, env.optimized, env.is_async, env.undefined.__qualname__, env.finalize is None]
    return repr([jinja2.__version__, marks, names, kinds])
