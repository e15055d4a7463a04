"""The same file in the real interpreter: every code, and the calibration on a real file system."""

import json

import pytest

from firmware import thermistor_fan as fan
from tests.firmware import interpreter

# The script as a module on a simulated board, with the interpreter's own files.
ON_A_BOARD = """
import sys, json, os
from firmware.simulation.board import Board, machine_of, os_of, time_of
from firmware.simulation.plant import World
world = World(noise=0)
world.thing_c = world.bead_c = 26.0
board = Board(world)
sys.modules["machine"], sys.modules["time"] = machine_of(board), time_of(board)
class OS:  # the board's name and this machine's files
    uname, rename = os_of(board).uname, os.rename
sys.modules["os"] = OS
from firmware import thermistor_fan as fan
"""


def on_a_board(program, folder):
    return interpreter.run(ON_A_BOARD + program, cwd=folder)


def test_micropython_reads_every_code_as_cpython_does():
    printed = interpreter.run(
        "import json\nfrom firmware import thermistor_fan as fan\n"
        "print(json.dumps([fan.milli_celsius(code) for code in range(4096)]))"
    )
    assert json.loads(printed) == [fan.milli_celsius(code) for code in range(4096)]


def test_a_calibration_is_stored_and_used_after_a_reset(tmp_path):
    printed = on_a_board(
        "print(fan.calibrate(26500))\nstation = fan.Station(sys.modules['machine'])\n"
        "station.step()\nprint(station.controller.mc)",
        tmp_path,
    )
    offset, *told, mc = printed.split("\n")[:-1]
    assert 470 <= int(offset) <= 530  # half a kelvin, within one code of 22 mK and the bin's middle
    assert json.loads((tmp_path / fan.CALIBRATION).read_text()) == {"offset_mc": int(offset)}
    assert not any("calibration" in line for line in told)
    assert abs(int(mc) - 26_500) <= 30
    assert [path.name for path in tmp_path.iterdir()] == [fan.CALIBRATION]


@pytest.mark.parametrize(
    "attempt, word",
    [
        ("fan.calibrate(40000)", "beyond"),
        ("fan.calibrate(26.5)", "whole number"),
        ("world.sensor = 0\n    fan.calibrate(26500)", "no thermistor"),
        ("def full(name, mode='r'): raise OSError(28)\n    fan.open = full\n    fan.calibrate(26500)", "28"),
    ],
    ids=["too far off", "degrees for millidegrees", "sensor open", "flash full"],
)
def test_a_calibration_that_fails_leaves_the_old_one_whole(attempt, word, tmp_path):
    before = '{"offset_mc": -120}'
    (tmp_path / fan.CALIBRATION).write_text(before)
    printed = on_a_board(
        f"try:\n    {attempt}\n    print('stored')\n"
        "except (ValueError, OSError) as problem:\n    print('refused', problem)",
        tmp_path,
    )
    assert printed.startswith("refused") and word in printed
    assert (tmp_path / fan.CALIBRATION).read_text() == before


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"[" * 400, b'{"offset_mc": 1e3}', b'{"offset_mc": NaN}']
)
def test_a_broken_calibration_file_is_ignored_with_a_message(content, tmp_path):
    (tmp_path / fan.CALIBRATION).write_bytes(content)
    printed = on_a_board(
        "station = fan.Station(sys.modules['machine'])\nprint(station.controller.offset_mc)", tmp_path
    )
    assert "# calibration ignored" in printed and printed.endswith("\n0\n")


def test_importing_the_script_touches_no_hardware():
    printed = interpreter.run("from firmware import thermistor_fan\nprint('machine' in sys.modules)")
    assert printed == "False\n"


def test_the_file_run_as_the_main_program_starts_itself(tmp_path):
    """As main.py on the board, and as text pasted at the prompt, its name is __main__."""
    printed = on_a_board(
        "def stop():\n    raise KeyboardInterrupt\nboard.at(20, stop)\n"
        "exec(open(fan.__file__).read(), {'__name__': '__main__'})\n"
        "print(board.fan_level())",
        tmp_path,
    )
    lines = printed.split("\n")
    assert lines[0] == f"# thermistor_fan {fan.__version__}" and lines[2].startswith("t_ms:")
    assert lines[-3:] == ["# stopped; the fan stays on", "1.0", ""]


LITTLEFS = """

class Flash:
    \"\"\"64 KiB whose power goes after `left` bytes have been written; an erased block counts as one.\"\"\"
    data = bytearray(65536)
    left = 1 << 30
    def readblocks(self, block, buf, offset=0):
        at = block * 4096 + offset
        buf[:] = self.data[at:at + len(buf)]
    def spend(self, at, new):
        for i in range(len(new)):
            if self.left <= 0:
                raise PowerCut
            self.left -= 1
            self.data[at + i] = new[i]
    def writeblocks(self, block, buf, offset=None):
        at = block * 4096 + (offset or 0)
        self.spend(at, buf)
    def ioctl(self, op, arg):
        if op == 4:
            return len(self.data) // 4096
        if op == 5:
            return 4096
        if op == 6:
            if self.left <= 0:
                raise PowerCut
            self.left -= 1
            self.data[arg * 4096:arg * 4096 + 4096] = b"\\xff" * 4096
            return 0

class PowerCut(Exception):
    pass

def put(text):
    with open("/pico/thermistor_fan.json", "w") as file:
        file.write(text)

flash = Flash()
os.VfsLfs2.mkfs(flash)
os.mount(os.VfsLfs2(flash), "/pico")
os.chdir("/pico")
put('{"offset_mc": -120}')
before = bytes(flash.data)
os.umount("/pico")
found = []
for byte in range(2000):
    flash.data[:] = before
    flash.left = 1 << 30
    os.mount(os.VfsLfs2(flash, progsize=32, readsize=32), "/pico")
    os.chdir("/pico")
    flash.left = byte
    try:
        fan.calibrate(26500)
        ended = True
    except (PowerCut, OSError):
        ended = False
    cut = flash.left <= 0
    try:
        os.umount("/pico")
    except OSError:
        pass
    flash.left = 1 << 30
    os.mount(os.VfsLfs2(flash, progsize=32, readsize=32), "/pico")
    os.chdir("/pico")
    station = fan.Station(sys.modules["machine"])
    found.append((ended, station.controller.offset_mc))
    os.umount("/pico")
    if not cut:
        break
print(json.dumps(found))
"""


def test_a_power_cut_at_any_byte_on_the_boards_own_file_system_leaves_a_whole_calibration(tmp_path):
    """littlefs is what the board has; the same code, on a flash that forgets what comes after the cut."""
    printed = on_a_board(LITTLEFS, tmp_path).splitlines()
    found = json.loads(printed[-1])
    assert len(found) > 100 and found[-1][0] is True
    offsets = [offset for _, offset in found]
    new = offsets[-1]
    assert 470 <= new <= 530 and set(offsets) == {-120, new}
    # once stored it stays stored, and what calibrate() said was done is done
    assert sorted(offsets) == offsets
    assert all(offset == new for ended, offset in found if ended)
    assert not any("calibration" in line for line in printed)
