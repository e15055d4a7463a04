"""Files the site offers for download: made by `firmware.distribution` from the only copy there is."""

import html
import tempfile
from functools import cache
from pathlib import Path

from firmware import distribution

FOLDER = "firmware/"


@cache
def firmware_files():
    """([Record], {name: bytes}) of the published firmware. Raises RuntimeError where it is not the tested script."""
    with tempfile.TemporaryDirectory() as folder:
        records = distribution.build(folder)
        return records, {record.name: (Path(folder) / record.name).read_bytes() for record in records}


def files():
    """(address below the site, bytes) of every file that the build makes."""
    return [(FOLDER + name, content) for name, content in firmware_files()[1].items()]


def firmware(to_root):
    """The firmware's files: link, what each is for, size, SHA-256, and the tests it passed."""
    records, _ = firmware_files()
    rows = "".join(
        f'<tr><th scope="row"><a href="{to_root}{FOLDER}{record.name}" download>{html.escape(record.name)}</a></th>'
        f'<td>{html.escape(record.purpose)}</td><td class="num"><data value="{record.size}">{record.size:,}</data></td>'
        f'<td><code class="lm-hash">{record.sha256}</code></td>'
        f'<td class="num"><data value="{passed(record)}">{passed(record) or "–"}</data></td></tr>'
        for record in records
    )
    heads = '<th scope="col">File</th><th scope="col">What for</th><th scope="col" class="num">Bytes</th><th scope="col">SHA-256</th><th scope="col" class="num">Tests passed</th>'
    return (
        '<div class="lm-table"><div class="lm-scroll" tabindex="0" role="region" aria-label="Downloads"><table class="lm-figures"><thead><tr>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def passed(record):
    return sum(tests.passed for tests in record.tests)


def script(to_root):
    """The script alone: link, size and SHA-256."""
    record = firmware_files()[0][0]
    return (
        f'<p><a href="{to_root}{FOLDER}{record.name}" download>{record.name}</a>, <data value="{record.size}">{record.size:,}</data> bytes, SHA-256 '
        f'<code class="lm-hash">{record.sha256}</code></p>'
    )


def proofs(to_root):
    """What was proven of the published script, and by how many tests."""
    rows = "".join(
        f'<tr><td>{html.escape(tests.proves)}</td><td class="num"><data value="{tests.passed}">{tests.passed}</data></td></tr>'
        for tests in distribution.tested()[1].values()
    )
    return (
        '<div class="lm-table"><div class="lm-scroll" tabindex="0" role="region" aria-label="Tests of the script"><table class="lm-figures"><thead><tr>'
        f'<th scope="col">What the tests prove</th><th scope="col" class="num">Passed</th></tr></thead><tbody>{rows}</tbody></table></div></div>'
        + emulated()
    )


def emulated():
    """One sentence on the run in the emulator of the board, from its recorded trace."""
    run = distribution.emulated()
    which = "this very file" if run.same_script else "an earlier version of this file"
    return (
        f'<p>MicroPython\'s own image for the Pico W ({html.escape(run.firmware)}) ran {which} in an emulator of the RP2040: <data value="{run.periods}">'
        f"{run.periods}</data> periods were recorded, from the converter to the pin, and the tests hold the script against that trace. "
        f'SHA-256 of the image: <code class="lm-hash">{run.image_sha256}</code></p>'
    )


DOWNLOADS = {"firmware": firmware, "script": script, "proofs": proofs}
