"""What a maker downloads is what was tested."""

import hashlib
import re
import urllib.request
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "firmware" / "thermistor_fan.py"


def test_the_downloaded_script_is_the_tested_file_byte_for_byte(address):
    with urllib.request.urlopen(address + "firmware/thermistor_fan.py") as answer:
        assert answer.read() == SCRIPT.read_bytes()


def test_the_hash_on_the_page_is_the_hash_of_the_file(site):
    page = (site / "pico-fan" / "index.html").read_text(encoding="utf-8")
    digest = hashlib.sha256((site / "firmware" / "thermistor_fan.py").read_bytes()).hexdigest()
    assert digest in page


def test_sha256sums_lists_every_file_beside_it_and_agrees(site):
    lines = (site / "firmware" / "SHA256SUMS").read_text().splitlines()
    assert lines
    for line in lines:
        digest, name = re.fullmatch(r"([0-9a-f]{64})  (\S+)", line).groups()
        assert hashlib.sha256((site / "firmware" / name).read_bytes()).hexdigest() == digest


def test_both_files_and_the_archive_are_links_that_no_fold_hides(site):
    page = (site / "pico-fan" / "index.html").read_text(encoding="utf-8")
    install = page.split('id="install"')[1].split("<details")[0]
    linked = re.findall(r'href="\.\./firmware/([^"]+)" download', install)
    assert linked == [
        "thermistor_fan.py",
        "main.py",
        next(path.name for path in (site / "firmware").glob("*.zip")),
    ]
