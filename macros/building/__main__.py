"""Builds, serves or verifies the site: python -m macros.building site | serve | verify."""

import contextlib
import errno
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

# To take the place of a site that another build puts there meanwhile.
TRIES = 100

USAGE = """usage: python -m macros.building site FOLDER [--whole], which leaves what is there until the end
       python -m macros.building serve [HOST:PORT], 127.0.0.1:8000 where none is given
       python -m macros.building verify ADDRESS FOLDER [--built], a published site against one that is
           built there as it was, or was built before"""


def main(arguments):
    try:
        return asked(arguments)
    except KeyboardInterrupt:
        print("The build was interrupted.", file=sys.stderr)
        return 128 + signal.SIGINT


def asked(arguments):
    if arguments[:1] == ["site"] and len(arguments) == 2 + (arguments[2:] == ["--whole"]):
        return (whole_site if len(arguments) == 3 else site)(arguments[1])
    if arguments[:1] == ["serve"] and len(arguments) <= 2:
        host, _, port = (arguments[1:] or ["127.0.0.1:8000"])[0].rpartition(":")
        if host and port.isdigit():
            from . import serve

            return serve.main(host, int(port))
    if arguments[:1] == ["verify"] and len(arguments) == 3 + (arguments[3:] == ["--built"]):
        return verify(*arguments[1:3], built=len(arguments) == 4)
    print(USAGE, file=sys.stderr)
    return 2


def site(folder):
    """Builds the site into a folder; 1 where mistakes are told."""
    from . import run

    found, notices = run.site(folder)
    for mistake in found:
        print(mistake, file=sys.stderr)
    for notice in notices:
        print(f"notice: {notice}", file=sys.stderr)
    return 1 if found else 0


def whole_site(folder):
    """The same in a folder of its own, which takes the place of this one when the site is whole."""
    folder = Path(folder).resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends it as Ctrl-C does
    try:
        os.chmod(made, 0o755)
        status = site(made)
        if not status:
            in_place_of(folder, made)
        return status
    except OSError as error:
        print(f"{folder} is as it was: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(made, ignore_errors=True)


def in_place_of(folder, made):
    """Moves what was made to where a folder is; of two builds that do so at the same time one is last.

    What was there is back there where this fails or is interrupted.
    """
    aside = Path(f"{made}.before")
    for _ in range(TRIES):
        try:
            with contextlib.suppress(FileNotFoundError):
                os.rename(folder, aside)
            os.rename(made, folder)
        except BaseException as error:
            if aside.exists() and not folder.exists():
                os.rename(aside, folder)
            if getattr(error, "errno", None) not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            return shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
    raise OSError(errno.ENOTEMPTY, "other builds are put there all the time", str(folder))


def verify(address, folder, built=False):
    """Says what of a published site is not as in a local build; 1 where something is not.

    Args:
        address: of the site. folder: of the build, which is made there as the published one was, unless it is
            `built`.
    """
    from . import provenance

    address = address if address.endswith("/") else f"{address}/"
    if built and not Path(folder, provenance.FILE).is_file():
        print(f"{folder} holds no build; 'make site' makes one", file=sys.stderr)
        return 2
    try:
        there = provenance.published(address)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not built:
        into = Path(folder)
        if into.is_dir() and any(into.iterdir()) and not (into / provenance.FILE).is_file():
            print(
                f"{folder} holds something else than a build; name a folder that may be lost", file=sys.stderr
            )
            return 2
        settings = provenance.settings_for(address, there, os.environ)
        os.environ.update(settings)
        said = " ".join(f"{name}={value}" for name, value in settings.items())
        print(f"building with {said} …" if said else "building …", file=sys.stderr, flush=True)
        if whole_site(folder):
            return 2
    here = json.loads(Path(folder, provenance.FILE).read_text(encoding="utf-8"))
    otherwise, sources = provenance.made_otherwise(here, there)
    found = provenance.differing(folder, address, there)
    count = len(found) + otherwise
    many = "1 difference" if count == 1 else f"{count} differences"
    print("\n".join([sources, *found, f"{many} between {address} and {folder}"]))
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
