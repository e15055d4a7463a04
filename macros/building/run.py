"""One build by MkDocs, with all that is wrong told as mistakes."""

import logging
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from . import mistakes, provenance, sources

CONFIG = mistakes.ROOT / mistakes.MKDOCS_YML
# Says again what ends the build, which is told with its place.
REPEATS = "mkdocs.commands.build"
# Files that are named where more were edited while a site was built.
MOST_EDITED = 5


class _Warnings(logging.Handler):
    """Collects what MkDocs and its plugins warn of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        if not (record.name == REPEATS and record.levelno >= logging.ERROR):
            self.found.extend(mistakes.told_by_mkdocs(record.getMessage()))


@contextmanager
def telling(found):
    """Adds to the list `found` what MkDocs warns of and what ends the build, each mistake once.

    Gives the list of what it has warned of so far.
    """
    logger, warnings = logging.getLogger("mkdocs"), _Warnings()
    before, logger.propagate = logger.propagate, False
    logger.addHandler(warnings)
    try:
        yield warnings.found
        ended_by = []
    except (Exception, SystemExit) as error:
        ended_by = behind(error, said=bool(warnings.found))
    finally:
        logger.removeHandler(warnings)
        logger.propagate = before
    found[:] = mistakes.once([*found, *warnings.found, *ended_by])


def behind(error, said=False):
    """The mistakes that have ended a build.

    Args:
        error: what was raised; MkDocs raises an Abort in place of what the hooks do. said: whether there are
            others, of which an Abort then is the consequence.
    """
    for one in (error, error.__context__, error.__cause__):
        known = getattr(one, "mistakes", None)
        if known:
            return [mistakes.placed(one) if isinstance(one, str) else one for one in known]
    if type(error).__name__ == "Abort":
        return [] if said and error.__context__ is None else mistakes.in_build(error.__context__ or error)
    return mistakes.in_build(error)


def load(site_dir, **options):
    """The configuration, from mkdocs.yml as it is now."""
    from mkdocs.config import load_config

    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    return load_config(config_file=str(CONFIG), site_dir=str(site_dir), **options)


def site(folder):
    """Builds the site into a folder.

    Returns:
        (mistakes, notices): lists of `Mistake`; the site is whole where there are no mistakes.
    """
    from mkdocs.commands.build import build

    found, before = [], sources.of_project()
    with telling(found):
        config = load(folder)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    ours = sys.modules.get("macros.build")
    notices = list(getattr(ours, "notices", []))
    if not found:
        # Some of what was made before an edit is not as what was made after it.
        after = sources.of_project()
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        found = [mistakes.Mistake("it was edited while the site was built; build it again", name)
                 for name in changed[:MOST_EDITED]]  # fmt: skip
    told = os.environ.get(mistakes.TOLD_IN)
    if told and Path(told).exists():
        notices.append(
            mistakes.Mistake(f"this site has the mistakes of {told}, since {mistakes.TOLD_IN} is set")
        )
    elif not found:
        provenance.write(folder, provenance.settings_of(config))
    return found, notices
