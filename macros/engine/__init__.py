"""The engine that runs the project's Python files in the reader's browser: what the page loads of it.

MicroPython as WebAssembly comes from npm, locked by hash (requirements/npm); `library/` has what it lacks of
Python's standard library. `bundles` gathers the files that the page runs, as they are.
"""
