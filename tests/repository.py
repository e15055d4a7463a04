"""Repositories of git that tests make."""

import subprocess


def git(folder, *words):
    """Runs git in a folder, as somebody with a name and an address."""
    named = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *named, *words], cwd=folder, check=True)
