"""Addresses that were published stay: what is gone without a line that says where it leads is named."""

import pytest

from macros.published import addresses, redirects
from macros.published.addresses import main as command

FILES = {
    "index.html": '<h1 id="home">Home</h1><h2 class="a" id="why">Why</h2><p id="no-heading">',
    "vram/index.html": '<h1 id="vram">VRAM</h1><a id="kept"></a><h2 id="new">New</h2>',
    "vram/index.md": "# VRAM",
    "vram/card.png": "",
    "source/llmmath/a.py/index.html": '<h1 id="a">a.py</h1><span id="L1">',
    "source/raw/llmmath/a.py": "",
    "firmware/fan.py": "",
    "assets/site.css": "",
    "404.html": '<h1 id="no">',
    "values.json": "[]",
}
OF_SITE = ["/", "/#home", "/#why", "/firmware/fan.py", "/source/llmmath/a.py/", "/values.json", "/vram/",
           "/vram/#new", "/vram/#vram"]  # fmt: skip


@pytest.fixture
def site(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "site"


@pytest.fixture
def project(tmp_path):
    """Lays out a project with a list and redirects."""

    def lay(listed=(), moved=()):
        (tmp_path / "published").mkdir(exist_ok=True)
        (tmp_path / "published" / "addresses.txt").write_text("".join(f"{one}\n" for one in listed))
        (tmp_path / "published" / "redirects.txt").write_text("".join(f"{one}\n" for one in moved))
        return tmp_path

    return lay


def written(site, root):
    return redirects.write(site, "https://host/under/", lambda: addresses.of_site(site), root)


def test_pages_their_headings_and_files_to_take_away_are_addresses_and_what_pages_load_is_none(site):
    assert sorted(addresses.of_site(site)) == OF_SITE


def test_what_is_listed_and_in_the_site_is_not_gone_and_a_place_may_be_any_element(site, project):
    root = project([*OF_SITE, "/vram/#kept", "/#no-heading"])
    assert addresses.gone(site, root) == []


def test_what_was_published_and_is_gone_is_named_with_its_line_and_what_is_like_it(site, project):
    root = project(["/", "/vrma/", "/vram/#old", "/firmware/fan-1.zip", "/else/#x"])
    page, place, file, other = addresses.gone(site, root)
    assert page.startswith("published/addresses.txt:2: '/vrma/' was published and is gone; expected it in")
    assert "'/vrma/ NEW' in published/redirects.txt; did you mean '/vram/'?" in page
    assert place.startswith("published/addresses.txt:3: '/vram/#old'")
    assert file.startswith("published/addresses.txt:4: '/firmware/fan-1.zip'")
    assert other.startswith("published/addresses.txt:5: '/else/#x'")
    assert len(addresses.gone(site, root, left_out=["/firmware/"])) == 3


def test_what_leads_on_is_not_gone_nor_are_places_on_it(site, project):
    root = project(["/old/", "/old/#place", "/fan.zip"], ["/old/ /vram/#new", "/fan.zip /firmware/fan.py"])
    assert written(site, root) == [] and addresses.gone(site, root) == []
    assert sorted(addresses.of_site(site)) == OF_SITE, "a page that sends on is no address of its own"


def test_a_page_that_sends_on_names_the_new_address_for_hosts_readers_and_search(site, project):
    assert written(site, project(moved=["# where to", "/old/deep/ /vram/#new"])) == []
    text = (site / "old" / "deep" / "index.html").read_text()
    assert '<meta http-equiv="refresh" content="0; url=../../vram/#new">' in text
    assert '<a href="../../vram/#new">https://host/under/vram/#new</a>' in text
    assert '<link rel="canonical" href="https://host/under/vram/#new">' in text
    assert "<script" not in text and 'name="robots" content="noindex"' in text


def test_a_place_that_has_another_name_is_found_by_its_old_one(site, project):
    root = project(["/vram/#old"], ["/vram/#old /vram/#new"])
    assert written(site, root) == [] and addresses.gone(site, root) == []
    assert '<a id="old"></a><h2 id="new">' in (site / "vram" / "index.html").read_text()


@pytest.mark.parametrize(
    "line, said",
    [
        ("/old/", "expected 'OLD NEW'"),
        ("old/ vram/", "expected 'OLD NEW'"),
        ("/vram/ /", "'/vram/' is in the site"),
        ("/old/ /vrma/", "'/vrma/' is not in the site; did you mean '/vram/'?"),
        ("/old/ /first/", "'/first/' is not in the site"),
        ("/first/ /vram/", "'/first/' leads on already, line 2"),
        ("/vram/#old /#why", 'where it stood <a id="old"></a> and a link to /#why'),
    ],
)
def test_a_line_that_leads_nowhere_is_named(site, project, line, said):
    (mistake,) = written(site, project(moved=["", "/first/ /", line]))
    assert mistake.startswith("published/redirects.txt:3: ") and said in mistake


def test_new_pages_and_files_are_named_and_the_command_adds_all_that_is_new(site, project, capsys):
    root = project(["/", "/gone/"])
    assert addresses.unlisted(site, root) == ["/firmware/fan.py", "/values.json", "/vram/"]
    assert command([str(site)], root) == 0
    assert (root / addresses.LIST).read_text().splitlines() == sorted([*OF_SITE, "/gone/"])
    assert "8 addresses added" in capsys.readouterr().out and addresses.unlisted(site, root) == []
    assert command([str(root)]) == 2 and "the folder of a built site" in capsys.readouterr().err


def test_a_page_of_our_own_files_stays_while_its_file_does(project):
    root = project(["/source/llmmath/a.py/", "/source/llmmath/b.py/"])
    (root / "llmmath").mkdir()
    (root / "llmmath" / "a.py").write_text("")
    assert addresses.sources(root) == ["llmmath/a.py"]


def test_a_project_without_a_list_has_published_nothing(tmp_path):
    assert addresses.gone(tmp_path, tmp_path) == [] and redirects.read(tmp_path) == ([], [])
