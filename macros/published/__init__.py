"""What readers and programs find around the pages: citations, a feed, plain text, and pictures for links."""
