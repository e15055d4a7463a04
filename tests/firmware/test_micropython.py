"""The same file in the real interpreter."""

import json

from firmware import thermistor_fan as fan
from tests.firmware import interpreter


def test_micropython_reads_every_code_as_cpython_does():
    printed = interpreter.run(
        "import json\nfrom firmware import thermistor_fan as fan\n"
        "print(json.dumps([fan.milli_celsius(code) for code in range(4096)]))"
    )
    assert json.loads(printed) == [fan.milli_celsius(code) for code in range(4096)]
