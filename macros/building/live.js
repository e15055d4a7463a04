// Shows what an edit has changed: of a style sheet the new one, of anything else the page again.
{
  const here = document.currentScript;
  const { page, shown } = here.dataset;
  const events = new EventSource(`/__serve__/events?page=${encodeURIComponent(page)}&shown=${shown}`);
  events.addEventListener("page", (event) => {
    if (event.data !== shown) {
      events.close();
      location.reload();
    }
  });
  events.addEventListener("style", (event) => {
    for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
      const address = new URL(link.href);
      if (!address.pathname.endsWith(event.data)) continue;
      // The old one stays until the new one is there, so that the page does not jump.
      const next = link.cloneNode();
      address.search = `?${Date.now()}`;
      next.href = address.href;
      next.addEventListener("load", () => link.remove());
      link.after(next);
    }
  });
  addEventListener("pagehide", () => events.close());
}
