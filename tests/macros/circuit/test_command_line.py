"""The command line: what it prints, where, and its exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FAN = "firmware/circuits/with-fan.txt"


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "macros.circuit", *words], cwd=ROOT, capture_output=True, text=True
    )


def test_netlist_gives_json_in_the_promised_shape():
    done = run("netlist", "--json", "tests/data/circuits/04-dc-r-g.txt")
    netlist = json.loads(done.stdout)
    assert done.returncode == 0 and list(netlist) == ["components", "nets", "open_ends", "warnings"]
    resistor = next(c for c in netlist["components"] if c["id"] == "R1")
    assert resistor == {
        "id": "R1",
        "kind": "R",
        "value": 10.0,
        "unit": "ohm",
        "ports": ["1", "2"],
        "at": [1, 9],
        "symmetric": True,
    }
    assert {frozenset(net["pins"]) for net in netlist["nets"]} == {
        frozenset({"DC1.p", "R1.1"}),
        frozenset({"R1.2", "G1.1", "DC1.n"}),
    }


def test_the_format_is_said_in_either_way():
    assert run("netlist", "--format", "json", FAN).stdout == run("netlist", "--json", FAN).stdout
    assert run("netlist", "--format", "text", FAN).stdout == run("netlist", FAN).stdout


def test_netlist_writes_for_spice_and_refuses_what_has_no_value(tmp_path):
    deck = run("netlist", "--format", "spice", FAN).stdout
    assert deck.startswith("* with-fan\n") and "\nR3 N2 0 100k\n" in deck and deck.endswith("\n.op\n.end\n")
    bad = tmp_path / "bad.txt"
    bad.write_text("DC_5--R--G\n")
    done = run("netlist", "--format", "spice", str(bad))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == f"{bad}:1:7: R1 has no value: write one, as R_10k\n"


def test_netlist_writes_for_kicad():
    done = run("netlist", "--format", "kicad", FAN)
    assert done.returncode == 0 and done.stdout.startswith('(export (version "E")\n')
    assert '(source "with-fan.txt")' in done.stdout and done.stdout.count("(comp ") == 8
    assert '(node (ref "U1") (pin "31") (pinfunction "gpio26Adc"))' in done.stdout


def test_several_values_are_listed():
    fan = next(c for c in json.loads(run("netlist", "--json", FAN).stdout)["components"] if c["id"] == "FAN1")
    assert fan["values"] == [{"value": 5.0, "unit": "V"}, {"value": 0.2, "unit": "A"}]


def test_errors_go_to_stderr_with_position_and_caret(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("DC_5--R10k--G\n\nDC_5--FAN_5--G\n")
    done = run("netlist", str(bad))
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and done.stdout == "" and len(lines) == 6
    assert lines[0].startswith(f"{bad}:1:8: missing underscore: 'R10k' should be 'R_10k'")
    assert lines[1:3] == ["    DC_5--R10k--G", "           ^"]
    assert lines[3].startswith(f"{bad}:3:11: missing unit")


def test_mistakes_of_one_kind_are_one_line_with_a_caret_each(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("DC_5--R10k--C1u--G\n\nDC_5--R10k--G\n")
    assert run("netlist", str(bad)).stderr.splitlines() == [
        f"{bad}:1:8: missing underscore: 'R10k' should be 'R_10k'; {bad}:1:14: 'C1u' should be 'C_1u'; "
        f"{bad}:3:8: 'R10k' should be 'R_10k' [missing-underscore]",
        "    DC_5--R10k--C1u--G",
        "           ^     ^",
        "    DC_5--R10k--G",
        "           ^",
    ]
    bad.write_text("--R_1k--\n")
    lines = run("netlist", str(bad)).stderr.splitlines()
    assert len(lines) == 3 and lines[0].endswith(f"; also at {bad}:1:8 [dangling-wire]")
    assert lines[2] == "    ^      ^"


def test_of_many_mistakes_of_one_kind_the_first_are_told_and_the_rest_counted(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("G--R1--G\n\n" * 12)
    lines = run("netlist", str(bad)).stderr.splitlines()
    assert "(and 4 more) [missing-underscore]" in lines[0] and len(lines) == 1 + 2 * 8


def test_open_ends_need_the_flag_fragment():
    assert run("netlist", "tests/data/circuits/07-diode-h.txt").returncode == 1
    done = run("netlist", "--fragment", "--json", "tests/data/circuits/07-diode-h.txt")
    assert done.returncode == 0 and json.loads(done.stdout)["open_ends"] == 2


def test_draw_gives_one_line_of_svg():
    done = run("draw", FAN)
    assert done.returncode == 0 and done.stdout.startswith("<svg ") and done.stdout.count("\n") == 1


def test_solve_gives_every_state_of_the_pins():
    states = json.loads(run("solve", "--json", FAN).stdout)["states"]
    assert [state["pins"] for state in states] == [{"gpio2": "low"}, {"gpio2": "high"}]
    assert -states[1]["currents"]["RPI_PICO_W1.VBUS"] == pytest.approx(0.1996, abs=5e-5)  # 5 V / 25.05 ohm
    assert "199.6 mA" in run("solve", FAN).stdout


def test_check_passes_the_designs_and_stops_the_seed():
    assert run("check", FAN).returncode == 0
    done = run("check", "firmware/circuits/seed.txt")
    assert done.returncode == 1 and "firmware/circuits/seed.txt:11:13: R1 is 10 Ω" in done.stderr
    told = json.loads(run("check", "--json", "firmware/circuits/seed.txt").stdout)
    assert told["passed"] is False and {f["rule"] for f in told["findings"] if f["level"] == "error"} == {
        "gpio-current",
        "flyback",
        "firmware",
    }


def test_mistakes_of_one_kind_share_a_line_as_the_parsers_do(tmp_path):
    file = tmp_path / "two.txt"
    file.write_text("DC_12_9A--R_10--G\n\nDC_12_9A--R_20--G\n\nDC_5--aLED_c--R_1k--G\n")
    done = run("check", str(file), "--script", "none")
    (power,) = [line for line in done.stderr.split("\n") if line.endswith("[power]")]
    # 144 / 10 and 144 / 20
    assert "R1 turns 14.4 W" in power and f"{file}:3:11: R2 turns 7.2 W" in power
    (values,) = [line for line in done.stderr.split("\n") if line.endswith("[values]")]
    assert "warning: LED1 has no value" in values and done.returncode == 1


def test_sources_that_contradict_each_other_point_at_the_last_of_them(tmp_path):
    # Two sources of two voltages across one pair of nodes: neither alone is wrong.
    file = tmp_path / "both.txt"
    file.write_text("\nDC_5---DC_9\n")
    done = run("check", str(file), "--script", "none")
    said = [line for line in done.stderr.split("\n") if line.endswith("[short]")]
    assert said == [f"{file}:2:8: sources contradict each other: two voltages across the same nodes [short]"]
    assert "    DC_5---DC_9\n           ^\n" in done.stderr and done.returncode == 1


def test_a_source_follower_points_at_its_transistor(tmp_path):
    file = tmp_path / "follower.txt"
    file.write_text("\n   DC_12\n   |\n   d\n+-gT\n|  s\n|  |\n|  R_1k\n|  |\n|  G\n|\n+--DC_3.3\n")
    done = run("check", str(file), "--script", "none")
    assert f"{file}:5:4: T1 has no state to rest in" in done.stderr and done.returncode == 1
    solved = run("solve", str(file))
    assert f"{file}:5:4: T1 has no state to rest in" in solved.stderr and solved.returncode == 1


def test_check_takes_the_drive_that_a_design_needs():
    design = "firmware/circuits/with-fail-on-fan.txt"
    done = run("check", design)
    assert done.returncode == 1 and 'this circuit needs DRIVE = "fail-on"' in done.stderr
    done = run("check", design, "--drive", "fail-on")
    assert (
        done.returncode == 0 and done.stderr == "" and "beta and drive are those of the script" in done.stdout
    )
    assert run("check", design, "--drive", "4-wire").returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ("netlist", "no-such-file.txt"),
        ("netlist", "."),
        ("nonsense", FAN),
        ("netlist",),
        (),
        ("netlist", FAN, "--colour"),
        ("netlist", FAN, "--format", "xml"),
        ("netlist", FAN, "--json", "--format", "spice"),
        ("netlist", FAN, "--json", "--format", "kicad"),
        ("draw", FAN, "--format", "spice"),
        ("check", FAN, "--drive", "3-wire"),
        ("check", FAN, "--drive", "4-wire", "--script", "none"),
        ("draw", FAN, "--drive", "4-wire"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(words):
    done = run(*words)
    assert done.returncode == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1


def test_bytes_that_are_no_text_are_refused_with_a_position(tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"DC_5--R_1\xff--G\n")
    done = run("netlist", str(bad))
    assert done.returncode == 1 and f"{bad}:1:10: bad character" in done.stderr


def test_a_megabyte_of_plus_is_refused_where_it_becomes_too_large(tmp_path):
    big = tmp_path / "big.txt"
    big.write_text("+" * 1_000_000)
    done = run("netlist", str(big))
    assert done.returncode == 1 and f"{big}:1:1: " in done.stderr and "[too-large]" in done.stderr


def test_parts_of_which_none_is_common_have_their_table_too(tmp_path):
    file = tmp_path / "chip.txt"
    file.write_text("DC_5--3v3__gnd__CHIP\n           |\n           G\n")
    done = run("parts", str(file))
    assert done.returncode == 0 and "CHIP1: chip\n    Common part: none known" in done.stdout
    assert "Traceback" not in done.stderr
