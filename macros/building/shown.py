"""How the server shows mistakes: a page of them where there is no other, else a list above the page."""

import html

STYLE = (
    "body.mistakes{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "color-scheme:light dark}"
    ".serve-mistakes{font:15px/1.5 system-ui,sans-serif;background:#fff4f4;color:#400;margin:0;"
    "padding:.75rem 1rem;border-bottom:3px solid #c00}"
    # In view wherever the page is scrolled to, above the theme's own header; most of the page stays free.
    "body:not(.mistakes)>.serve-mistakes{position:sticky;top:0;z-index:1000;max-height:40vh;overflow-y:auto}"
    ".serve-mistakes ul{margin:.25rem 0;padding:0;list-style:none}"
    ".serve-mistakes li{margin:.5rem 0;overflow-wrap:anywhere}"
    ".serve-mistakes pre{margin:.25rem 0;padding:.4rem .6rem;background:#fff;color:#111;overflow-x:auto;"
    "font:14px/1.4 ui-monospace,monospace}"
)


def mistakes(found):
    """A list of mistakes: where, what, and the line with a caret."""
    items = []
    for one in found:
        place = (
            f"<code>{html.escape(one.file)}{f':{one.line}' if one.line else ''}</code> " if one.file else ""
        )
        shown = one.shown()
        lines = "" if shown is None else f"<pre>{html.escape(chr(10).join(filter(None, shown)))}</pre>"
        what = html.escape(one.said).replace("\n", "<br>")
        items.append(f"<li>{place}{what}{lines}</li>")
    return f"<ul>{''.join(items)}</ul>"


def counted(found):
    return "1 mistake" if len(found) == 1 else f"{len(found)} mistakes"


def page_of_mistakes(found):
    """What every page shows while the site cannot be built."""
    return whole(
        f"{counted(found)} in the project",
        f"<p>No page can be built. Mend what stands here, and this page shows itself again.</p>"
        f'<div class="serve-mistakes">{mistakes(found)}</div>',
    )


def page_of_waiting(seconds):
    """What a page shows whose build goes on for long."""
    return whole(
        "The build is still running",
        f"<p>For {seconds:.0f} s now. The page shows itself when it is there. A formula that never ends is "
        "stopped by the next edit.</p>",
    )


def whole(title, body):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f'<body class="mistakes"><h1>{title}</h1>{body}</body></html>'
    ).encode()


def with_mistakes(content, found):
    """A page with the mistakes of the build above it; as it is where there are none."""
    if not found:
        return content
    told = f'<div class="serve-mistakes" role="alert">{counted(found)}{mistakes(found)}</div>'
    note = f"<style>{STYLE}</style>{told}"
    at = content.find(b"<body")
    at = content.find(b">", at) + 1 if at >= 0 else 0
    return content[:at] + note.encode() + content[at:]


def with_script(content, page, shown):
    """A page with the script that shows it again.

    Args:
        content: of the page. page: its address below the site. shown: a name for this state of it.
    """
    script = (
        f'<script src="/__serve__/live.js" data-page="{html.escape(page)}" data-shown="{shown}"></script>'
    ).encode()
    at = content.rfind(b"</body>")
    at = len(content) if at < 0 else at
    return content[:at] + script + content[at:]
