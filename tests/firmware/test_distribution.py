"""The files made for download: the tested bytes, installed as published, compiled alike, told truly."""

import hashlib
import json
import re
import zipfile

import pytest

from firmware import distribution, facts
from firmware import thermistor_fan as fan
from tests.firmware import interpreter, record
from tests.serving import served


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """(folder, records) as the build makes them."""
    folder = tmp_path_factory.mktemp("published") / "firmware"
    return folder, distribution.build(folder, ["A design\n"])


@pytest.fixture
def address(published):
    """Where the published folder is served on the loopback."""
    with served(published[0]) as there:
        yield there


def test_mip_installs_exactly_the_published_bytes(published, address, tmp_path):
    target = tmp_path / "lib"
    interpreter.run(f"import mip\nmip.install({address!r}, target={str(target)!r})", path=())
    assert sorted(path.name for path in target.iterdir()) == ["fan_options.py", "thermistor_fan.py"]
    for file in (distribution.SCRIPT, distribution.OPTIONS):
        assert (target / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("chip", ["RP2040", "RP2350"])
@pytest.mark.parametrize("settings", [{}, {"TACH_PIN": 3, "SECOND_PIN": 27, "SELF_TEST_MS": 60_000}])
def test_what_mip_installs_runs_on_either_chip_with_and_without_its_options(
    published, address, tmp_path, chip, settings
):
    target = str(tmp_path / "lib")
    printed = interpreter.run(
        f"import mip\nmip.install({address!r}, target={target!r})\n"
        "from firmware.simulation import run\n"
        f"sys.modules.pop('fan_options')\nsys.path.insert(0, {target!r})\nimport fan_options\n"
        f"bench = run.Bench(source=open({target!r} + '/thermistor_fan.py').read(), settings={settings!r}, "
        f"chip={chip!r})\n"
        "print(bench.run(30), bench.rows[-1]['state'], fan_options.__file__)"
    )
    assert printed.splitlines()[-1] == f"stopped off {target}/fan_options.py"


def test_the_published_script_is_the_only_copy_byte_for_byte(published):
    assert (published[0] / "thermistor_fan.py").read_bytes() == distribution.SCRIPT.read_bytes()


def test_sizes_hashes_and_sums_are_those_of_the_files(published):
    folder, records = published
    assert sorted(path.name for path in folder.iterdir()) == sorted(r.name for r in records)
    for r in records:
        content = (folder / r.name).read_bytes()
        assert (r.size, r.sha256) == (len(content), hashlib.sha256(content).hexdigest()), r.name
    listed = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert listed == {r.name: r.sha256 for r in records if r.name not in ("SHA256SUMS", distribution.BUNDLE)}


def test_building_twice_gives_equal_bytes(published, tmp_path):
    again = distribution.build(tmp_path / "again", ["A design\n"])
    assert again == published[1]


def test_the_compiled_file_gives_equal_bytes_twice_and_no_path_of_this_machine():
    assert distribution.compiled() == distribution.compiled()
    assert str(distribution.HERE).encode() not in distribution.compiled()


def test_the_compiled_file_behaves_like_the_source(published, tmp_path):
    (tmp_path / "thermistor_fan.mpy").write_bytes((published[0] / "thermistor_fan.mpy").read_bytes())
    printed = interpreter.run(
        "import json, thermistor_fan as fan\n"
        "c = fan.Controller()\nduties = []\n"
        "for code in [2270] * 30 + [2330] * 40 + [0] * 4 + [2270] * 30:\n"
        "    c.step([code] * fan.SAMPLES, 250)\n    duties.append([c.duty, c.state])\n"
        "print(json.dumps([fan.__file__, duties, [fan.milli_celsius(code) for code in range(4096)]]))",
        cwd=tmp_path,
        path=(tmp_path,),
    )
    name, duties, temperatures = json.loads(printed)
    assert name.endswith(".mpy")
    controller, expected = fan.Controller(), []
    for code in [2270] * 30 + [2330] * 40 + [0] * 4 + [2270] * 30:
        controller.step([code] * fan.SAMPLES, 250)
        expected.append([controller.duty, controller.state])
    assert duties == expected
    assert temperatures == [fan.milli_celsius(code) for code in range(4096)]


def test_main_py_is_one_line_that_starts_the_script(tmp_path):
    assert distribution.MAIN.count("\n") == 1
    (tmp_path / "thermistor_fan.py").write_text("def main():\n    print('started')\n")
    assert interpreter.run(distribution.MAIN, path=(tmp_path,)) == "started\n"


def test_the_bundle_holds_the_single_files_the_circuits_and_how_to(published):
    with zipfile.ZipFile(published[0] / distribution.BUNDLE) as bundle:
        names = bundle.namelist()
        for name in (
            "thermistor_fan.py",
            "fan_options.py",
            "thermistor_fan.mpy",
            "main.py",
            "package.json",
            "SHA256SUMS",
        ):
            assert bundle.read(name) == (published[0] / name).read_bytes()
        assert {"README.txt", "wiring.txt", "BENCH.md"} <= set(names)
        circuits = sorted(path.name for path in (distribution.HERE / "circuits").glob("*.txt"))
        assert sorted(name.split("/")[1] for name in names if name.startswith("circuits/")) == circuits
        assert fan.__version__ in bundle.read("README.txt").decode()


def test_addresses_in_the_package_are_relative_and_published(published):
    package = json.loads((published[0] / "package.json").read_text())
    assert package["version"] == fan.__version__
    for _, url in package["urls"]:
        assert re.fullmatch(r"[a-z_]+\.py", url) and (published[0] / url).exists()


def test_the_record_of_tests_is_fresh():
    recorded = json.loads(distribution.TESTED.read_text(encoding="utf-8"))
    hint = "run: python tests/firmware/record.py"
    assert recorded["sha256"] == distribution.sha256(distribution.SCRIPT.read_bytes()), hint
    assert recorded["options_sha256"] == distribution.sha256(distribution.OPTIONS.read_bytes()), hint
    assert recorded["outline"] == record.outline_hashes(), hint
    assert list(recorded["tests"]) == [path.name for path in record.test_files()], hint


@pytest.mark.parametrize("name", ["SCRIPT", "OPTIONS"])
def test_a_script_that_was_not_tested_is_not_published(name, tmp_path, monkeypatch):
    changed = tmp_path / getattr(distribution, name).name
    changed.write_bytes(getattr(distribution, name).read_bytes() + b"\n")
    monkeypatch.setattr(distribution, name, changed)
    with pytest.raises(distribution.NotTested, match="make record"):
        distribution.build(tmp_path / "site", [])


def test_a_script_that_does_not_compile_is_refused(tmp_path):
    broken = tmp_path / "thermistor_fan.py"
    broken.write_text("def main(:\n")
    with pytest.raises(RuntimeError, match="SyntaxError"):
        distribution.compiled(broken)


def test_the_state_table_has_a_row_for_every_state_of_the_log():
    states = [state.name for state in facts.STATES]
    assert len(set(states)) == len(states)
    assert {"boot", "off", "kick", "run", "test", "weak", *fan.FAULTS} <= set(states)
    for state in facts.STATES:
        if state.name in (*fan.FAULTS, "boot", "kick", "weak", "crash", "stopped"):
            assert state.fan.startswith("full")


def test_the_table_of_constants_has_them_all_with_their_units():
    rows = {row.name: row for row in facts.constants()}
    assert rows["R_DIVIDER"].value == "10_000" and rows["R_DIVIDER"].unit == "ohm"
    assert rows["GAIN"].unit == "permille/K" and "full speed" in rows["GAIN"].why
    named = {name.strip() for row in rows.values() for name in row.name.split(",")}
    assert named == {name for name in vars(fan) if name.isupper()}


def test_the_error_budget_adds_up_to_what_was_worked_by_hand():
    budget = dict(facts.error_budget(celsius=25))
    # T^2/beta = 298.15^2/3950 = 22.5 K; a code is 22.5/1024 K; a 1 % part 0.225 K;
    # 30 mV of 3.3 V: 22.5 * 0.00909 / 0.5
    assert budget["one step of the converter"] == pytest.approx(0.0220, rel=0.01)
    assert budget["divider resistor off by 1 %"] == pytest.approx(0.225, rel=0.01)
    assert budget["reference below the supply by the filter's drop"] == pytest.approx(0.409, rel=0.01)
    # 3.3^2/20k = 0.5445 mW, half of it in the thermistor, 2 mW/K
    assert budget["heat of the thermistor's own current"] == pytest.approx(0.136, rel=0.01)


def test_no_wide_bin_lies_in_the_band_around_the_target():
    assert min(distance for _, _, distance in facts.dnl_codes()) > fan.DNL_MARGIN_MC / 1000
