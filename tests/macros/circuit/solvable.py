"""Circuits that have an operating point: the worked cases, the project's designs, and some for each model."""

from pathlib import Path

CASES = Path(__file__).resolve().parents[2] / "data" / "circuits"
PARTS = CASES.parent / "parts"  # one or more for each part of `models`
SHOWN = Path(__file__).resolve().parents[3] / "macros" / "pages" / "circuits"
CIRCUITS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"

# Bridges, loops and one of every model, so that the solver is compared beyond the fan.
MORE = {
    "bridge": "DC_10---+--R_1k--+--R_2k--+--G\n        |        |        |\n        |        R_470    |\n"
    "        |        |        |\n        +--R_3k--+--R_1k--+\n",
    "two sources": "DC_5--R_1k--+--R_2.2k--DC_12\n            |\n            R_10k--G\n",
    "current source": "G--sI_2m_d--+--R_1k--G\n            |\n            +--R_3k--G\n",
    "rectifier": "DC_9--aDc--+--R_1k--G\n           |\n           +--aLED_1.8V_c--R_220--G\n",
    "diode off": "DC_300m--aDc--R_1k--G\n",
    "clamp": "DC_5--R_1k--+--R_10k--G\n            |\n            +--aDc--DC_3.3\n",
    "coil and junctions": "DC_1--R_10--L_1m--+--X--+--G\n                  |     |\n"
    "                  +--X--+\n",
    "microphone": "DC_9---R_10k--+--MICROPHONE--+--G\n              |              |\n"
    "              +-------V------+\n",
    "potentiometer": "RPI_PICO_W__gnd__gpio26Adc__3.3V@36\n            |    |          |\n"
    "            |  +-+          |\n"
    "            |  |  +---------+\n            |  |  |\n         P__1__2__3\n",
    "squid": "DC_1m--R_1--SQUID--G\n",
    "two pins": "RPI_PICO_W__1gp0__2gp1__3gnd\n            |     |     |\n            R_1k  R_2k  |\n"
    "            |     |     |\n            +-----+-----+\n",
}


def solvable():
    """`[(name, text)]` of every circuit whose operating point stands in tests/data/ngspice.json."""
    names = [
        "04-dc-r-g",
        "14-dc-r-loop",
        "19-pico-led-one-line",
        "20-pico-led-two-line",
        "30-pico-fan",
        "A-led-as-fan",
        "B-real-fan",
        "B-WRONG-diode-reversed",
    ]
    found = [(name, (CASES / f"{name}.txt").read_text()) for name in names]
    found += [(path.name, path.read_text()) for path in sorted(CIRCUITS.glob("*.txt"))]
    for folder in (PARTS, SHOWN):
        found += [(path.stem, path.read_text()) for path in sorted(folder.glob("*.txt"))]
    return found + list(MORE.items())
