"""The bill of materials of a release lists what is installed, by version and hash."""

import base64

from macros.building import sbom

HASH = "a" * 64


def test_packages_of_both_locks_are_listed_and_those_of_tests_alone_are_not(tmp_path):
    (tmp_path / "requirements" / "npm").mkdir(parents=True)
    (tmp_path / "requirements" / "site.txt").write_text(
        f'# locked\nnumpy==2.1.0 ; python_version >= "3.11" \\\n    --hash=sha256:{HASH}\n    # via x\n'
        "babel==2.18.0 \\\n"
        f"    --hash=sha256:{HASH} \\\n    --hash=sha256:{'b' * 64}\n"
    )
    digest = base64.b64encode(bytes(64)).decode()
    (tmp_path / "requirements" / "npm" / "package-lock.json").write_text(
        '{"packages": {"": {}, "node_modules/@a/b": {"version": "1.0.0", "integrity": "sha512-%s"},'
        ' "node_modules/c": {"version": "2.0.0", "integrity": "sha512-%s", "dev": true}}}' % (digest, digest)
    )
    found = sbom.components(tmp_path)
    assert [one["purl"] for one in found] == [
        "pkg:pypi/numpy@2.1.0",
        "pkg:pypi/babel@2.18.0",
        "pkg:npm/%40a/b@1.0.0",
    ]
    assert [len(one["hashes"]) for one in found] == [1, 2, 1]
    assert found[2]["hashes"] == [{"alg": "SHA-512", "content": "00" * 64}]


def test_the_document_of_this_project_is_the_same_each_time_and_refers_to_each_package_once():
    document = sbom.document("1.2.3")
    assert document == sbom.document("1.2.3")
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    references = [one["bom-ref"] for one in document["components"]]
    assert len(set(references)) == len(references)
    names = {one["name"] for one in document["components"]}
    assert {"mkdocs", "numpy", "@micropython/micropython-webassembly-pyscript"} <= names
    assert not names & {"typescript", "pytest"}
