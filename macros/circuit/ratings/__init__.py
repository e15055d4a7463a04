"""Common parts with their ratings, held against what a solved circuit asks of them.

`records` reads parts.toml, `needs` holds one part against one component, `table` makes a circuit's table.
"""
