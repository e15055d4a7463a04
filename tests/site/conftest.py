"""What the tests of the site share: its tables."""

import pytest

from tests.site import html_tables


@pytest.fixture(scope="session")
def tables(site):
    """Every table of the built site, by its key."""
    return html_tables.tables(site)
