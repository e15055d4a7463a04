"""What the calculators of the site ask: one function each, from what a reader chose to figures with words.

An ask is a dict, as JSON has it, and so is the answer. The build calls these functions for the answers that
stand in the pages, and the page calls them, in the very files, for those that its reader asks for.
"""
