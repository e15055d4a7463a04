"""Published addresses in the built site, and a small project that has moved a page and lost another."""

import re
import subprocess
import sys
import urllib.request

import pytest

from macros.published import addresses, redirects
from tests.serving import served
from tests.site import axe, small_project
from tests.site.test_hosts import BELOW, PagesHandler

LISTED = ["/", "/lost/", "/moved/deep/", "/reference/formulas/#kv_cache_bytes", "/values.json"]
MOVED = "/moved/deep/ /reference/formulas/#critical_batch\n"
VERSION = "1.2.0"


def test_every_address_that_was_published_is_in_the_site_or_leads_on(site):
    assert len(addresses.listed()) > 400
    assert addresses.gone(site) == [] and redirects.read()[1] == []


def test_every_page_and_file_of_the_site_is_listed(site):
    assert addresses.unlisted(site) == [], "'make addresses' lists what is new"


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """(finished build, address) of a small project with a list, built as a release below a path."""
    folder = small_project.copy(tmp_path_factory.mktemp("project"))
    (folder / "published").mkdir()
    (folder / "published" / "addresses.txt").write_text("\n".join(LISTED), encoding="utf-8")
    (folder / "published" / "redirects.txt").write_text(MOVED, encoding="utf-8")
    built = folder / "built"
    with served(built, PagesHandler) as root:
        address = f"{root.rstrip('/')}{BELOW}{VERSION}/"
        done = subprocess.run(
            [sys.executable, "-m", "macros.building", "site", built / VERSION],
            cwd=folder,
            capture_output=True,
            text=True,
            env=small_project.environment(SITE_URL=address, RELEASE=VERSION),
        )
        # As hosts have one page for all that is not there, at the root.
        (built / "404.html").write_bytes((built / VERSION / "404.html").read_bytes())
        yield done, address


def test_a_build_that_lost_an_address_is_refused_and_names_that_address_alone(released):
    done, _ = released
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith(
        "published/addresses.txt:2: '/lost/' was published and is gone; expected it in the site"
    )


def test_an_address_that_moved_leads_on_without_a_script(released, browser):
    _, address = released
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}moved/deep/")
    page.wait_for_url(f"{address}reference/formulas/#critical_batch")
    context.close()


def test_a_page_of_a_release_says_so_leads_to_the_newest_and_is_not_found_in_its_place(released, browser):
    _, address = released
    page = browser.new_page()
    for where in ("", "reference/formulas/"):
        page.goto(address + where)
        banner = page.locator(".md-banner")
        assert banner.inner_text().startswith(f"This is version {VERSION} as it was released.")
        newest = banner.get_by_role("link").evaluate("link => link.href")
        assert newest == address.removesuffix(f"{VERSION}/") + where
        assert page.locator('meta[name="robots"]').get_attribute("content") == "noindex"
        assert axe.violations(page) == []
    page.close()


def test_the_page_for_what_is_not_there_loads_its_files_from_below_the_path(released, browser):
    _, address = released
    page = browser.new_page()
    seen = []
    page.on("response", lambda got: seen.append((got.status, got.url)))
    page.goto(f"{address}no/such/page/")
    page.wait_for_selector("html.js")
    (missing, *loaded) = seen
    page.close()
    assert missing[0] == 404 and len(loaded) > 6
    assert [one for one in loaded if one[0] != 200 or not one[1].startswith(address)] == []


def test_canonical_links_sitemap_and_the_list_for_programs_have_the_path(released):
    _, address = released
    for name, pattern, least in (
        ("reference/formulas/", r'<link rel="canonical" href="([^"]+)"', 1),
        ("sitemap.xml", "<loc>([^<]+)</loc>", 2),
        ("llms.txt", r"\]\((\S+)\)", 1),
    ):
        with urllib.request.urlopen(address + name) as answer:
            found = re.findall(pattern, answer.read().decode())
        assert len(found) >= least and all(one.startswith(address) for one in found), name
