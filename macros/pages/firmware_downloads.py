"""Files the site offers for download: made by `firmware.distribution` from the only copy there is."""

import html
import tempfile
from functools import cache, wraps
from pathlib import Path

from firmware import distribution

from ..circuit.page import CircuitError
from ..html_table import data, heading, scrolling, stated, text, worded
from .designs import designs

FOLDER = "firmware/"
FILE = f"firmware/{distribution.SCRIPT.name}"


@cache
def firmware_files():
    """([Record], {name: bytes}) of the published firmware.

    `NotTested` where it is not the tested script, `CircuitError` where the text of a circuit has a mistake.
    """
    with tempfile.TemporaryDirectory() as folder:
        records = distribution.build(folder, designs())
        return records, {record.name: Path(folder, record.name).read_bytes() for record in records}


@cache
def left_out():
    """Why the firmware is not offered, or None: a script that was not tested is not given away.

    Of a circuit with mistakes it is the first one, with its place.
    """
    try:
        firmware_files()
    except distribution.NotTested as reason:
        return str(reason)
    except CircuitError as reason:
        return str(reason).splitlines()[0]
    return None


def files():
    """(address below the site, bytes) of every file that the build makes; none of firmware left out."""
    if left_out():
        return []
    return [(f"{FOLDER}{name}", content) for name, content in firmware_files()[1].items()]


def link(to_root, record):
    return f'<a href="{to_root}{FOLDER}{record.name}" download>{html.escape(record.name)}</a>'


def sha256(digest):
    return f'<code class="lm-hash">{digest}</code>'


def firmware(to_root):
    """The firmware's files: link, what each is for, size, SHA-256, and the tests it passed."""
    rows = [
        {
            "File": heading(link(to_root, record)),
            "What for": text(html.escape(record.purpose)),
            "Bytes": stated(record.size),
            "SHA-256": text(sha256(record.sha256)),
            "Tests passed": stated(record.passed or None),
        }
        for record in firmware_files()[0]
    ]
    return f'<div class="lm-table">{scrolling("Downloads", worded(rows))}</div>'


def script(to_root):
    """The script alone: link, size and SHA-256."""
    record = firmware_files()[0][0]
    return f"<p>{link(to_root, record)}, {data(record.size)} bytes, SHA-256 {sha256(record.sha256)}</p>"


def needed(to_root):
    """One sentence with what a board needs, file by file, and all of it as an archive."""
    records = {record.name: record for record in firmware_files()[0]}
    script, main, archive = (
        link(to_root, records[name]) for name in (distribution.SCRIPT.name, "main.py", distribution.BUNDLE)
    )
    return f"<p>Download {script} and {main}, or everything as an archive: {archive}.</p>"


def options(to_root):
    """One sentence with the file that an option needs."""
    (record,) = [record for record in firmware_files()[0] if record.name == distribution.OPTIONS.name]
    return f"<p>Download {link(to_root, record)}.</p>"


def proofs(to_root):
    """What was proven of the published script, and by how many tests."""
    rows = [
        {"What the tests prove": text(html.escape(tests.proves)), "Passed": stated(tests.passed)}
        for tests in distribution.tested()[1].values()
    ]
    return f'<div class="lm-table">{scrolling("Tests of the script", worded(rows))}</div>{emulated()}'


def emulated():
    """One sentence on the run in the emulator of each chip, from its recorded trace."""
    return "".join(
        f"<p>MicroPython's own image for the {html.escape(run.board)} ({html.escape(run.firmware)}) ran "
        f"{'this very file' if run.same_script else 'an earlier version of this file'} in an emulator of the "
        f"{run.chip}: {data(run.periods)} periods were recorded, from the converter to the pin, and the "
        f"tests hold the script against that trace. SHA-256 of the image: {sha256(run.image_sha256)}</p>"
        for run in distribution.emulated()
    )


def offered(made):
    """What gives the markup of a download, or of a notice in its place where the firmware is left out."""

    @wraps(made)
    def markup_of(to_root):
        reason = left_out()
        return made(to_root) if reason is None else notice(reason)

    return markup_of


def notice(reason):
    """What stands where a download would."""
    return (
        '<div class="admonition warning"><p class="admonition-title">No download</p>'
        "<p>The script or a circuit was changed and is not sound, so the firmware is not offered here: "
        f"{html.escape(reason)}</p></div>"
    )


DOWNLOADS = {
    name: offered(made)
    for name, made in {
        "firmware": firmware,
        "needed": needed,
        "options": options,
        "script": script,
        "proofs": proofs,
    }.items()
}
