"""What the pages show, one module a page's content. Each looks up, calls and lays out; none computes."""
