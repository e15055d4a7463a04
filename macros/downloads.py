"""Files the site offers for download: made at build from the only copy there is."""

import hashlib
import html
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "firmware" / "thermistor_fan.py"


def files(site_url):
    """(address below the site, bytes) of every file made by the build."""
    script = SCRIPT.read_bytes()
    sums = f"{hashlib.sha256(script).hexdigest()}  {SCRIPT.name}\n".encode()
    return [("firmware/" + SCRIPT.name, script), ("firmware/SHA256SUMS", sums)]


def firmware(to_root):
    """The fan script: link, size and SHA-256."""
    rows = ""
    for uri, content in files(None):
        digest = hashlib.sha256(content).hexdigest()
        rows += (f'<tr><td><a href="{to_root}{uri}" download>{html.escape(uri.split("/")[-1])}</a></td>'
                 f'<td class="num">{len(content):,}</td><td><code class="lm-hash">{digest}</code></td></tr>')
    return ('<div class="lm-scroll" tabindex="0" role="region" aria-label="Downloads"><table class="lm-figures"><thead><tr><th>File</th>'
            f'<th class="num">Bytes</th><th>SHA-256</th></tr></thead><tbody>{rows}</tbody></table></div>')


DOWNLOADS = {"firmware": firmware}
