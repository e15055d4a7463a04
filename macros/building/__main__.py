"""Builds or serves the site: python -m macros.building site FOLDER, python -m macros.building serve."""

import sys

USAGE = """usage: python -m macros.building site FOLDER
       python -m macros.building serve [HOST:PORT], 127.0.0.1:8000 where none is given"""


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "site":
        from . import run

        found, notices = run.site(arguments[1])
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
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
