"""`re` by the page's own regular expressions, since MicroPython's know too little of them."""

import js

error = ValueError


class _Match:
    """What a pattern matched."""

    def __init__(self, found):
        self._found = found

    def group(self, which=0):
        """The text of a group; None where it took no part."""
        text = self._found[which]
        return text if isinstance(text, str) else None

    __getitem__ = group

    def start(self):
        """Where the match begins."""
        return self._found.index

    def end(self):
        """Where the match ends."""
        return self._found.index + len(self._found[0])


class Pattern:
    """A compiled expression; `\\Z` is the end of the text."""

    def __init__(self, text):
        self.pattern = text
        text = text.replace("\\Z", "$")
        try:
            self._here = js.RegExp.new(text, "y")
            self._anywhere = js.RegExp.new(text, "g")
        except Exception as reason:
            raise error(str(reason)) from None

    def match(self, text, at=0):
        """The match that begins at a place, or None."""
        self._here.lastIndex = at
        found = self._here.exec(text)
        return None if found is None else _Match(found)

    def fullmatch(self, text):
        """The match of the whole text, or None."""
        found = self.match(text)
        return found if found is not None and found.end() == len(text) else None

    def search(self, text, at=0):
        """The first match, or None."""
        self._anywhere.lastIndex = at
        found = self._anywhere.exec(text)
        return None if found is None else _Match(found)

    def findall(self, text):
        """The texts of all matches of an expression without groups."""
        found, at = [], 0
        while at <= len(text):
            one = self.search(text, at)
            if one is None:
                break
            found.append(one.group())
            at = max(one.end(), one.start() + 1)
        return found

    def sub(self, new, text, count=0):
        """The text with matches replaced by a text without references."""
        done, at, n = [], 0, 0
        while not count or n < count:
            one = self.search(text, at)
            if one is None:
                break
            done.append(text[at : one.start()] + new)
            at = one.end()
            n += 1
        return "".join(done) + text[at:]


def compile(pattern):
    """The pattern of an expression. Raises ValueError for one that is none."""
    return Pattern(pattern)


def match(pattern, text):
    """The match at the beginning of the text, or None."""
    return Pattern(pattern).match(text)


def search(pattern, text):
    """The first match in the text, or None."""
    return Pattern(pattern).search(text)


def fullmatch(pattern, text):
    """The match of the whole text, or None."""
    return Pattern(pattern).fullmatch(text)


def findall(pattern, text):
    """The texts of all matches."""
    return Pattern(pattern).findall(text)


def sub(pattern, new, text, count=0):
    """The text with matches replaced."""
    return Pattern(pattern).sub(new, text, count)


def escape(text):
    """The expression that matches a text and nothing else."""
    return "".join(c if c.isalpha() or c.isdigit() or c == "_" else "\\" + c for c in text)
