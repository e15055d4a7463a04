"""Opening files that a person names: what cannot be opened is told, with what was expected."""

import os
import stat
from contextlib import contextmanager

from ..errors import InputError, shown


def named(path):
    """How messages name a path: as it is, or escaped where it does not print."""
    return path if path.isprintable() else shown(path)


@contextmanager
def opened(path, where, expected):
    """A regular file, open for reading while the context lasts.

    Args:
        path: of the file. where: how messages name it. expected: what messages say was expected, such as "the
        path of a config.json".

    Yields:
        Pair of the binary file and its size [B].

    Raises:
        InputError: no such file, a directory, a device, or one that cannot be read.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            what = "a directory" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise InputError(f"{where}: this is {what}; expected {expected}")
        with open(path, "rb") as file:
            yield file, status.st_size
    except InputError:
        raise
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(f"{where}: {reason}; expected {expected}") from None
    except ValueError:  # a path that the system cannot have, with a NUL in it
        raise InputError(f"{where}: no such file; expected {expected}") from None


def content(path, where, expected, limit):
    """The bytes of a file that has at most `limit` of them.

    Args:
        path, where, expected: as for `opened`. limit: bytes that it may have [B].

    Raises:
        InputError: as `opened`, and a file that is larger.
    """
    with opened(path, where, expected) as (file, size):
        if size > limit:
            raise InputError(f"{where}: the file has {size} bytes; expected at most {limit}")
        found = file.read(limit + 1)
    # A file can grow after it was measured; one byte more than the limit tells.
    if len(found) > limit:
        raise InputError(f"{where}: the file has more than {limit} bytes; expected at most that many")
    return found
