"""What Lighthouse says of pages, on a desktop and as on a phone, beside what the project aims at.

Scores are printed, never asserted: that of performance is this machine's, and falls where it is busy. Below a
score that is less than whole stand the audits that cost it something. Run with
`python benchmarks/audit.py [folder of a site]`; without one the site is built first. Lighthouse is that of
requirements/npm-bench, which `make bench` installs.
"""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import built_site

sys.path.insert(0, str(built_site.ROOT / "tests"))

import browser
from serving import Quiet, served

LIGHTHOUSE = built_site.ROOT / ".venv" / "npm-bench" / "node_modules" / ".bin" / "lighthouse"
PAGES = ("", "multiplications-per-token/", "vram/", "calculators/", "pico-fan/")
# What the project aims at, in each of the four categories.
AIMS = {"desktop": 100, "mobile": 98}
# Of an audit, from which score on it is no longer told.
FINE = 0.9


class Handler(Quiet):
    """Serves a folder as hosts do, texts compressed."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.end_headers()
        self.wfile.write(body)


def audit(site):
    """Print the scores of every page of a built site."""
    environment = {**os.environ, "CHROME_PATH": browser.install()}
    print("Lighthouse's scores: performance, accessibility, best practices, search engines")
    with served(site, Handler) as address:
        for page in PAGES:
            for form, aim in AIMS.items():
                report(page, form, aim, audited(f"{address}{page}", form, environment))


def audited(address, form, environment):
    """Lighthouse's report of a page."""
    command = [
        str(LIGHTHOUSE), address, "--output=json", "--quiet",
        "--chrome-flags=--headless --no-sandbox --disable-gpu",
        *(["--preset=desktop"] if form == "desktop" else []),
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def report(page, form, aim, found):
    """Print one page's scores and what costs it something."""
    categories = found["categories"].values()
    scores = [round(100 * category["score"]) for category in categories]
    missed = ", missed" if min(scores) < aim else ""
    print(
        f"  {page or 'home':<30}{form:<9}{'  '.join(f'{score:>3}' for score in scores)}   aim {aim}{missed}"
    )
    for category in categories:
        for audit in (ref["id"] for ref in category["auditRefs"] if ref["weight"]):
            one = found["audits"][audit]
            if one["score"] is not None and one["score"] < FINE:
                print(f"      {audit} {one.get('displayValue', '')}")


if __name__ == "__main__":
    built_site.with_site(audit)
