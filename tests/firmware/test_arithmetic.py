"""The board computes in 32-bit floats, CPython in 64: does the script decide alike?

MicroPython for the RP2040 has single-precision floats: every constant, every division and every function of
`math` is rounded to 24 bits. Here the script's own source is rewritten so that NumPy's float32 does the same.
"""

import ast
import math
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import thermistor_fan as fan
from tests.firmware import inverse

SOURCE = Path(fan.__file__).read_text(encoding="utf-8")


class SinglePrecision(ast.NodeTransformer):
    """Wraps float constants and the operands of divisions and powers into single()."""

    def single(self, node):
        return ast.copy_location(ast.Call(ast.Name("single", ast.Load()), [node], []), node)

    def visit_Constant(self, node):
        return self.single(node) if isinstance(node.value, float) else node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, (ast.Div, ast.Pow)):
            node.left, node.right = self.single(node.left), self.single(node.right)
        return node


def on_the_board(**constants):
    """The script's names, computing in single precision."""
    single = np.float32
    narrow = types.SimpleNamespace(
        log=lambda x: np.log(single(x)), exp=lambda x: np.exp(single(x)), sqrt=lambda x: np.sqrt(single(x))
    )
    tree = ast.fix_missing_locations(SinglePrecision().visit(ast.parse(SOURCE)))
    names = {"__name__": "thermistor_fan", "single": single}
    exec(compile(tree, "thermistor_fan.py", "exec"), names)
    names.update(math=narrow, **constants)
    return names


BOARD = on_the_board()
ANSWERING = range(fan.OPEN_BELOW, fan.SHORT_ABOVE + 1)


def test_the_emulation_is_of_single_precision():
    assert BOARD["kelvin_by_beta"](9000.0).dtype == np.float32
    assert BOARD["ohms_of_code"](1000).dtype == np.float32


@pytest.mark.parametrize(
    "constants",
    [{}, {"STEINHART_HART": (1.129148e-3, 2.34125e-4, 8.76741e-8)}],
    ids=["beta", "steinhart-hart"],
)
def test_the_board_reads_every_code_within_a_millikelvin(constants, monkeypatch):
    for name, value in constants.items():
        monkeypatch.setattr(fan, name, value)
    board = on_the_board(**constants)
    assert max(abs(int(board["milli_celsius"](code)) - fan.milli_celsius(code)) for code in ANSWERING) <= 1


def test_the_board_stays_monotone_and_keeps_every_code_apart():
    temperatures = [int(BOARD["milli_celsius"](code)) for code in ANSWERING]
    assert all(below < above for below, above in zip(temperatures, temperatures[1:]))
    # The middle of a bin is half a code from its edges; a float of 24 bits is nowhere near that.
    assert [inverse.code_of_milli_celsius(mc) for mc in temperatures] == list(ANSWERING)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-90, 90), min_size=30, max_size=120))
def test_a_run_of_readings_gives_the_same_duties_within_one_count(steps):
    """One count of duty is one permille; what integrates is an int in both, so errors do not grow."""
    board, desk = BOARD["Controller"](), fan.Controller()
    code = 2270
    for step in steps:
        code = max(2000, min(2600, code + step))  # 4 K in a period would be a jump
        board.step([code] * fan.SAMPLES, 250)
        desk.step([code] * fan.SAMPLES, 250)
        assert board.state == desk.state
        assert abs(int(board.duty) - desk.duty) <= 1


def test_nothing_of_the_control_law_is_a_float():
    controller = fan.Controller()
    for code in [2270] * 25 + [2290] * 50 + [2400] * 20:
        controller.step([code] * fan.SAMPLES, 250)
        words = ("state", "weak", "held")
        numbers = [value for name, value in vars(controller).items() if name not in words]
        assert {type(number) for number in numbers} == {int}


@given(st.integers(0, 1000))
def test_a_duty_survives_the_rounding_of_the_pwm(duty):
    # 25 kHz, the fastest drive, leaves 5000 steps of 125 MHz: five for each permille
    count = (fan.duty_u16(duty) * 5000 + 65535 // 2) // 65535
    assert abs(count - 5 * duty) <= 1
    assert (fan.duty_u16(1000), fan.duty_u16(0)) == (65535, 0)


def test_the_numbers_that_integrate_stay_small():
    # A small int of the RP2040's MicroPython has 31 bits: beyond, every period would allocate
    integral = fan.FULL * (1000 * fan.INTEGRAL_MS // fan.GAIN)
    step = (fan.HIGHEST_MC - fan.LOWEST_MC) * 4 * fan.PERIOD_MS
    assert integral + step < 2**30
    assert fan.DRIFT * fan.DRIFT_MS < 2**30
    assert 1000 * (fan.HIGHEST_MC + fan.LARGEST_OFFSET_MC - fan.NO_TEMPERATURE_MC) < 2**30
    assert math.isclose(fan.FULL / fan.GAIN, 4)  # 4 K too hot asks for full speed, as the comment says
