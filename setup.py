"""What is installed: the packages, and with the macros their style sheets, scripts and templates.

These stand elsewhere in the project, so that a table of folders is needed, which cannot be written next to a
search for packages in pyproject.toml.
"""

from setuptools import find_packages, setup

BESIDE = {"macros.assets": "docs/assets", "macros.theme": "theme"}

setup(
    packages=[*find_packages(include=["llmmath*", "macros*", "firmware*"]), *BESIDE],
    package_dir=BESIDE,
    package_data={
        # of every package
        "": ["*.toml", "*.json", "*.txt", "data/*.toml", "data/*.json", "data/*/*.toml", "circuits/*.txt"],
        "macros.engine": ["draw.mjs", "library/**/*.py"],
        "macros.building": ["live.js"],
        "macros.published": ["scripts.mjs"],
        **{name: ["**/*"] for name in BESIDE},
    },
)
