"""llms.txt: what the site has, for programs that read text, each page linked as Markdown (llmstxt.org)."""

from urllib.parse import urljoin


def index(name, description, site_url, sections):
    """The text of llms.txt.

    Args:
        name, description, site_url: of the site. sections: heading -> list of (title, address of its Markdown
            below the site's root, description).
    """
    lines = [f"# {name}", "", f"> {description}"]
    for heading, entries in sections.items():
        lines += ["", f"## {heading}", ""]
        for title, address, about in entries:
            lines.append(f"- [{title}]({urljoin(site_url, address)})" + (f": {about}" if about else ""))
    return "\n".join(lines) + "\n"
