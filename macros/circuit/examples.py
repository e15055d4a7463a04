"""Circuits to start from: a title, and a text or the name of a circuit that the pages show."""

EXAMPLES = (
    ("A fan on a Pico, switched by a MOSFET", "with-fan"),
    ("An LED on a Pico", "with-led"),
    ("A fan of 12 V on a Pico", "with-12-volt-fan"),
    ("A fan of 12 V with its tachometer", "with-12-volt-tachometer"),
    ("A fan that a reset leaves on", "with-fail-on-fan"),
    ("A fan with four wires", "with-4-wire-fan"),
    ("A fan, and a relay that cuts off the heat", "with-alarm-relay"),
    ("A fan with a second thermistor", "with-second-thermistor"),
    ("A first sketch, which would do harm", "seed"),
    (
        "A voltage divider with a voltmeter",
        """\
DC_9---R_10k--+--R_4.7k--+--G
              |          |
              +-----V----+
""",
    ),
    (
        "A bridge",
        """\
DC_10---+--R_1k--+--R_2k--+--G
        |        |        |
        |        R_470    |
        |        |        |
        +--R_3k--+--R_1k--+
""",
    ),
    (
        "A low-pass filter",
        """\
AC_1V_1kHz--R_1k--+--V--G
                  |
                  C_100n
                  |
                  G
""",
    ),
    (
        "A transistor that lights an LED",
        """\
DC_5---+--R_330--aLED_2V_c--+
       |                    |
       |                    d
       +--R_10k--+---------gT
                 |          s
                 R_100k     |
                 |          |
                 G          G
""",
    ),
    ("A relay with its fuse, its transistor and a button", "relay-and-button"),
    (
        "An amplifier that multiplies by eleven",
        """\
G--R_1k--+----R_10k----+
         |             |
         |      DC_5   |
         |      |      |
         +---n  v      |
             OPAMP__o--+--R_10k--G
            +p  g
            |   |
   DC_200m--+   G
""",
    ),
    (
        "A potentiometer on an ADC pin",
        """\
RPI_PICO_W__gnd__gpio26Adc__3.3V@36
            |    |          |
            |  +-+          |
            |  |  +---------+
            |  |  |
     P_10k__1__2__3
""",
    ),
    (
        "Mistakes: see what is said",
        """\
+--R10k---+--RESISTOR--G
|         |
|     C_1x-+
|
+-pDC_5_n-+
""",
    ),
)
