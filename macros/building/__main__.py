"""Builds, serves or verifies the site: python -m macros.building site | serve | verify."""

import signal
import sys
from pathlib import Path

USAGE = """usage: python -m macros.building site FOLDER
       python -m macros.building serve [HOST:PORT], 127.0.0.1:8000 where none is given
       python -m macros.building verify ADDRESS FOLDER, a published site against a local build"""


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "site":
        from . import run

        try:
            found, notices = run.site(arguments[1])
        except KeyboardInterrupt:
            print("The build was interrupted.", file=sys.stderr)
            return 128 + signal.SIGINT
        for mistake in found:
            print(mistake, file=sys.stderr)
        for notice in notices:
            print(f"notice: {notice}", file=sys.stderr)
        return 1 if found else 0
    if arguments[:1] == ["serve"] and len(arguments) <= 2:
        host, _, port = (arguments[1:] or ["127.0.0.1:8000"])[0].rpartition(":")
        if host and port.isdigit():
            from . import serve

            return serve.main(host, int(port))
    if len(arguments) == 3 and arguments[0] == "verify":
        return verify(*arguments[1:])
    print(USAGE, file=sys.stderr)
    return 2


def verify(address, folder):
    """Says what of a published site is not as in a local build; 1 where something is not."""
    from . import provenance

    if not Path(folder, provenance.FILE).is_file():
        print(f"{folder} holds no build; 'make site' makes one", file=sys.stderr)
        return 2
    found = provenance.differing(folder, address if address.endswith("/") else f"{address}/")
    many = "1 difference" if len(found) == 1 else f"{len(found)} differences"
    print("\n".join([*found, f"{many} between {address} and {folder}"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
