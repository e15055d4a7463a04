"""What MicroPython lacks of `collections.abc`: the mappings that the page has are dicts."""

Mapping = dict
