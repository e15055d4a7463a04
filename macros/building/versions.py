"""Keeps the site of a release for ever: under its version, the newest one also as `latest`, on a branch.

    python -m macros.building.versions VERSION SITE

The branch holds sites and nothing else; publishing lays it beside the site of the main branch. What is kept
stays, and with it the addresses.
"""

import re
import sys
from pathlib import Path

import llmmath

from .mistakes import ROOT

BRANCH = "versions"
LATEST = "latest"


def keep(version, site):
    """Commits a built site under its version, in the repository of the working directory.

    `latest` comes to it where no newer version is kept. The working tree and other branches stay as they are.

    Args:
        version: three numbers. site: folder of the built site.
    """
    from mike import commands

    kept = [str(one.version) for one in commands.list_versions(BRANCH)]
    newest = all(_numbers(one) <= _numbers(version) for one in kept)
    config = {"site_dir": str(site), "use_directory_urls": True}
    with commands.deploy(
        config,
        version,
        aliases=[LATEST] if newest else [],
        update_aliases=True,
        branch=BRANCH,
        message=f"Keep the site of {version}",
        # The very same site was kept before, where the work of a release is done twice.
        allow_empty=True,
    ):
        pass  # it is built already


def _numbers(version):
    return [int(part) for part in version.split(".")]


def main(arguments):
    if len(arguments) != 2 or not re.fullmatch(r"\d+\.\d+\.\d+", arguments[0]):
        print(
            "usage: python -m macros.building.versions VERSION SITE: three numbers, the folder of their site",
            file=sys.stderr,
        )
        return 2
    version, site = arguments
    if version != llmmath.__version__:
        print(
            f"llmmath/__init__.py: the version is {llmmath.__version__}; expected {version}, to release it",
            file=sys.stderr,
        )
        return 2
    if not Path(site, "index.html").is_file():
        print(f"{site} holds no built site; 'make version VERSION={version}' makes one", file=sys.stderr)
        return 2
    keep(version, Path(ROOT, site))
    print(f"The site of {version} is kept on the branch '{BRANCH}'; push it, and publish.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
