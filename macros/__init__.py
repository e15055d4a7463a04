"""Turns `llmmath` and `firmware` into page content. Importing the package itself costs nothing."""
