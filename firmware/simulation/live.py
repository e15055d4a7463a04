"""The board in slices of virtual time, for whoever shows it while it runs and puts a hand on it in between.

The script's main() never returns, and a page cannot answer a click while it runs. So main() is left where its
loop has nothing to lose: wait() is the last that happens in it, and all that the script knows then is in its
Station. `Paused` leaves it there; the next slice calls main() again, which is given the Station that it had,
while nothing that main() does on its way in or out reaches the board.
"""

from firmware.simulation.board import CIRCUITS, Reset
from firmware.simulation.run import BOOT_S, Bench, parse

IDLE_US = 50_000  # steps of time where no program runs, the same for slices of any length
SAMPLE_US = 250_000
STUCK_US = 30_000_000  # a period that is not over so long after its slice counts as a hang


class Paused(BaseException):
    """The slice is over; the program stands at the end of a period."""


class Hung(BaseException):
    """The program does nothing any more, not even its `finally`; the board does."""


def circuit(script):
    """The board's word for what a script's DRIVE names: a letter needs in DRIVES what its word needs."""
    said, drives = script.get("DRIVE"), script.get("DRIVES", {})
    alike = [word for word in CIRCUITS if word in drives and drives[word] == drives.get(said)]
    return said if said in CIRCUITS or not alike else alike[0]


class LiveBench(Bench):
    """A board that runs up to any time; phase is "boot", "running", "hung", or "ended" when main() has ended.

    What happens is kept until drain(): samples, and the lines that the script prints.
    """

    def __init__(self, world=None, source=None):
        self.lines = []  # what the text prints while it is read here, it prints again when the board starts
        super().__init__(world, source=source)
        self.board.drive = circuit(self.script)  # wired up as an edited script says
        self.board.on_line = None  # no record of the whole run: it may last for days
        self.until_us = self.sample_us = 0
        self.lines = []  # (time [ms], text)
        self.samples = []
        self.row = {}  # the last line of the log
        self.sample()
        self.boot("power")

    def printed_line(self, *parts, **_how):
        text = " ".join([str(part) for part in parts])
        self.lines.append((self.board.now_us // 1000, text))
        if text.startswith("t_ms:"):
            try:
                self.row = parse(text)
            except (ValueError, KeyError):  # an edited script may print what it likes
                self.row = {}

    def boot(self, cause):
        """The chip starts: pins float, and after a second the script begins anew."""
        self.board.power_on(cause)
        self.board.breakage.clear()
        self.phase = "boot"
        self.boot_us = self.board.now_us + int(BOOT_S * 1_000_000)
        self.station = None
        self.row = {}

    def start(self):
        """The script from its first line; main() can be left and entered again."""
        self.script = self.load(self.source)
        fan_on, station_of = self.script["fan_on"], self.script["Station"]

        def fan_on_outside(machine):
            if not self.left:
                fan_on(machine)

        def station_again(machine):
            if self.station is None:
                self.station = station_of(machine)
                self.station.wait = self.waiting(self.station.wait)
            self.left = False
            return self.station

        self.script.update({"fan_on": fan_on_outside, "Station": station_again})
        self.left = False  # main() is on its way in or out for a pause only
        self.phase = "running"

    def waiting(self, wait):
        def waits():
            wait()
            if self.board.now_us >= self.until_us:
                self.left = True
                raise Paused

        return waits

    def run_until(self, us):
        """Runs to the first moment from `us` on at which it can be left."""
        self.until_us = us
        while self.board.now_us < us:
            try:
                if self.phase == "running":
                    self.enter()
                else:
                    self.board.advance(IDLE_US)
                    if self.phase == "boot" and self.board.now_us >= self.boot_us:
                        self.start()
            except Paused:
                return
            except Hung:
                self.phase = "hung"
            except Reset:
                self.boot("watchdog")

    def enter(self):
        try:
            self.run_main()
        except (Exception, SystemExit) as problem:  # the prompt prints what left the script
            self.printed_line("%s: %s" % (type(problem).__name__, problem))
        self.phase = "ended"

    def hang(self):
        """The converter's next reading never comes."""
        self.board.breakage["adc"] = self.stick

    def stick(self):
        self.board.breakage.clear()
        self.left = True
        raise Hung

    def sample(self):
        """Notes every quarter of a second what can be seen, whatever the program does."""
        if self.board.now_us > self.until_us + STUCK_US:
            self.stick()
        board, world = self.board, self.world
        self.samples.append((
            board.now_us // 1000,
            round(world.thing_c * 1000),
            self.row.get("mc"),
            round(board.fan_level() * 1000),
            round(world.fan.speed * world.fan.top_rpm),
            board.levels.get("LED", board.levels.get(25, 0)),
        ))  # fmt: skip
        self.sample_us += SAMPLE_US
        board.at(self.sample_us / 1_000_000, self.sample)

    def drain(self):
        """What was seen and printed since it was last asked for."""
        drained = self.samples, self.lines
        self.samples, self.lines = [], []
        return drained
