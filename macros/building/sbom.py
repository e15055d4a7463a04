"""The software bill of materials of a release, as CycloneDX 1.5, from the lock files and nothing else.

    python -m macros.building.sbom > sbom.json

Source of the form: https://cyclonedx.org/docs/1.5/json/
"""

import base64
import json
import re
import sys
from pathlib import Path

from .mistakes import ROOT

PYTHON = "requirements/site.txt"
NPM = "requirements/npm/package-lock.json"
# How a lock of npm names a hash, and how the form does.
HASHES = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}


def components(root=ROOT):
    """Every package that a build installs, each with its version, its address as a package and its hashes."""
    return [*_of_python(Path(root, PYTHON).read_text(encoding="utf-8")),
            *_of_npm(json.loads(Path(root, NPM).read_text(encoding="utf-8")))]  # fmt: skip


def _of_python(lock):
    """Components of a lock of pip, whose entries begin in the first column."""
    for entry in re.split(r"\n(?=[^\s#])", f"\n{lock}".split("\n", 1)[1]):
        found = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", entry)
        if found:
            hashes = [
                {"alg": "SHA-256", "content": digest}
                for digest in re.findall(r"sha256:([0-9a-f]{64})", entry)
            ]
            yield _component("pypi", found[1], found[2], hashes)


def _of_npm(lock):
    """Components of a lock of npm, without those that tests alone need."""
    for path, package in lock["packages"].items():
        if path and not package.get("dev"):
            name = path.rpartition("node_modules/")[2]
            kind, _, digest = package["integrity"].partition("-")
            hashes = [{"alg": HASHES[kind], "content": base64.b64decode(digest).hex()}]
            yield _component("npm", name, package["version"], hashes)


def _component(kind, name, version, hashes):
    address = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": address,
        "bom-ref": address,
        "hashes": hashes,
    }


def document(version, root=ROOT):
    """The whole document; the same from the same locks, so it has no time and no number of its own."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "llmmath", "version": version}},
        "components": components(root),
    }


def main(arguments):
    import llmmath

    json.dump(document(llmmath.__version__), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
