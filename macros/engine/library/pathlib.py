"""What is needed of `pathlib`: the files beside a module."""


class Path:
    """A path of the page's file system."""

    def __init__(self, path):
        self.path = str(path)

    def __str__(self):
        return self.path

    def __truediv__(self, name):
        return Path(self.path + "/" + name)

    @property
    def parent(self):
        """The folder that it is in."""
        return Path(self.path.rpartition("/")[0])

    @property
    def parents(self):
        """The folders above, the nearest first."""
        found, folder = [], self.parent
        while folder.path:
            found.append(folder)
            folder = folder.parent
        return found

    @property
    def parts(self):
        """The names that it is made of."""
        return tuple(self.path.split("/"))

    def with_name(self, name):
        """The path of a file beside it."""
        return self.parent / name

    def read_text(self, encoding=None):
        """The text of a file."""
        with open(self.path) as file:
            return file.read()
