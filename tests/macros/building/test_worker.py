"""The processes that build for the author's server."""

import subprocess
import sys

from tests.conftest import ROOT

KILLED_AT_ONCE = """
from macros.building.worker import Child, orders_of

for _ in range(200):
    Child(lambda orders: list(orders_of(orders, lambda: None)), leads=True).kill()
"""


def test_a_process_that_is_killed_before_it_has_run_is_gone():
    # As by two edits in a row; it hung, since the process did not yet lead those that were to be killed.
    done = subprocess.run([sys.executable, "-c", KILLED_AT_ONCE], cwd=ROOT, timeout=120)
    assert done.returncode == 0
