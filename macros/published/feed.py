"""An Atom feed (RFC 4287) of the articles, the one that changed last first."""

from urllib.parse import urljoin
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"


def atom(name, site_url, address, articles):
    """The feed as bytes.

    Args:
        name, site_url: of the site. address: of the feed, below its root. articles: dicts of title, url,
            date, updated (dates) and description.
    """
    ElementTree.register_namespace("", NAMESPACE)
    feed = ElementTree.Element(f"{{{NAMESPACE}}}feed")

    def add(parent, tag, text=None, **attributes):
        element = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
        element.text = text
        return element

    latest = sorted(articles, key=lambda article: (article["updated"], article["title"]), reverse=True)
    add(feed, "title", name)
    add(feed, "id", site_url)
    add(feed, "link", href=urljoin(site_url, address), rel="self", type="application/atom+xml")
    add(feed, "link", href=site_url)
    add(feed, "updated", _instant(latest[0]["updated"]))
    add(add(feed, "author"), "name", name)
    for article in latest:
        entry = add(feed, "entry")
        url = urljoin(site_url, article["url"])
        add(entry, "title", article["title"])
        add(entry, "id", url)
        add(entry, "link", href=url)
        add(entry, "published", _instant(article["date"]))
        add(entry, "updated", _instant(article["updated"]))
        add(entry, "summary", article["description"])
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _instant(date):
    return f"{date.isoformat()}T00:00:00Z"
