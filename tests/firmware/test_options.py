"""The options by themselves: pulses, the second thermistor and the self-test, period by period."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import fan_options as options
from firmware import thermistor_fan as fan

PERIOD = 250


class Machine:
    """A board whose second thermistor gives `codes`."""

    def __init__(self, codes=()):
        self.codes = codes

    def ADC(self, pin):
        assert pin == 27
        return self


def looking(monkeypatch, total=None, machine=None, **constants):
    """Options with a counter that tells what `total()` gives, and the second thermistor of `machine`."""
    core = {**vars(fan), **constants, "read_codes": lambda adc: adc.codes}
    monkeypatch.setattr(options, "pulse_counter", lambda machine, number: total)
    return options.Options(machine, core)


def controller(duty=fan.FULL, state="run", mc=30_000):
    c = fan.Controller()
    c.duty, c.state, c.mc = duty, state, mc
    return c


class Pulses:
    """A counter to which `more` pulses come in every period."""

    def __init__(self, more):
        self.total, self.more = 0, more

    def __call__(self):
        self.total += self.more
        return self.total & 0xFFFF_FFFF


def look(o, c):
    return o.look(c, [2290] * fan.SAMPLES, PERIOD)


def test_ten_pulses_in_a_quarter_of_a_second_are_1200_turns_a_minute(monkeypatch):
    o = looking(monkeypatch, Pulses(10), TACH_PIN=3)
    c = controller()
    look(o, c)
    # 10 pulses are 5 turns; four quarters a second, sixty seconds
    assert (look(o, c), o.rpm) == ((10, None, False), 1200)


def test_what_is_counted_while_the_ground_is_chopped_is_no_speed(monkeypatch):
    # 30 Hz of PWM are 7 pulses a period: a fan that stands would seem to turn at 840 a minute
    o = looking(monkeypatch, Pulses(7), TACH_PIN=3)
    slow = controller(duty=400)
    assert [look(o, slow)[0] for _ in range(20)] == [None] * 20 and o.rpm == -1


def test_the_first_period_at_full_speed_is_not_counted_since_it_began_chopped(monkeypatch):
    o = looking(monkeypatch, Pulses(7), TACH_PIN=3)
    look(o, controller(duty=400))
    assert [look(o, controller())[0] for _ in range(3)] == [None, 7, 7]


def test_a_fan_that_runs_slowly_is_held_on_for_two_periods_every_quarter_of_a_minute(monkeypatch):
    o = looking(monkeypatch, Pulses(5), TACH_PIN=3)
    slow, held = controller(duty=400), controller(state="test")
    asked = [look(o, slow)[2] for _ in range(60)]
    assert asked == [False] * 59 + [True]  # 15 s are sixty periods
    assert [look(o, held) for _ in range(2)] == [(None, None, True), (5, None, False)]
    assert [look(o, slow)[2] for _ in range(59)] == [False] * 59


def test_a_fan_at_rest_is_not_woken_to_be_counted(monkeypatch):
    o = looking(monkeypatch, Pulses(0), TACH_PIN=3)
    assert not any(look(o, controller(duty=0, state="off"))[2] for _ in range(200))


@pytest.mark.parametrize("pulses", [0, 1])
def test_a_fan_that_does_not_turn_is_held_on_until_it_is_found_to_stand(pulses, monkeypatch):
    o = looking(monkeypatch, Pulses(pulses), TACH_PIN=3)
    c = fan.Controller()
    told = []
    for _ in range(250):
        c.step([2290] * fan.SAMPLES, PERIOD, *look(o, c))
        told.append(c.state)
    # In boot it is at full speed and standing: 5 s until stall, of which the first period is not counted
    assert told[20] == "stall" and c.duty == fan.FULL


def test_a_wire_with_a_fast_pwm_on_it_tells_an_impossible_speed_and_is_a_fault(monkeypatch):
    # The counter's dead time of 1.024 ms lets 25 kHz through as 1 / 1.064 ms, 940 a second: 28,200 rpm
    for drive in ("2-wire", "4-wire"):
        o = looking(monkeypatch, Pulses(235), TACH_PIN=3, DRIVE=drive)
        look(o, controller())
        assert look(o, controller()) == (None, "tach", False)


def test_the_fastest_believable_fan_is_faster_than_any_and_slower_than_the_dead_time(monkeypatch):
    # 12,000 a minute and two pulses a turn are 400 Hz, 2.5 ms; the wire is low for half of it
    assert 60_000 / (options.FASTEST_RPM * fan.TACH_PULSES) / 2 > 1.024
    # and a fan with four pulses a turn is still told apart from noise: 940 a second would be 14,100 a minute
    assert options.FASTEST_RPM < 940 * 60 / 4


def test_the_count_wraps_unnoticed(monkeypatch):
    pulses = Pulses(10)
    pulses.total = 2**32 - 15
    o = looking(monkeypatch, pulses, TACH_PIN=3)
    o.told = pulses.total
    assert [look(o, controller())[0] for _ in range(3)] == [None, 10, 10]


@pytest.mark.parametrize("name", ["4-wire", "D"])
def test_a_4_wire_fan_is_counted_in_every_period(name, monkeypatch):
    o = looking(monkeypatch, Pulses(5), TACH_PIN=3, DRIVE=name)
    assert [look(o, controller(duty=400)) for _ in range(3)] == [(5, None, False)] * 3


@pytest.mark.parametrize("name", ["LED", "A"])
def test_a_tachometer_with_an_led_is_refused(name, monkeypatch):
    with pytest.raises(ValueError, match="LED has no tachometer"):
        looking(monkeypatch, Pulses(0), TACH_PIN=3, DRIVE=name)


# 2290 is 30.45 °C, 2414 is 33.37 °C and 2424 is 33.61 °C; 2160 is 27.50 °C and 2154 is 27.36 °C.
@pytest.mark.parametrize(
    "second, fault",
    [
        (2290, None),
        (2414, None),
        (2424, "differ"),
        (2160, None),
        (2154, "differ"),
        (0, "differ"),
        (4095, "differ"),
    ],
)
def test_two_thermistors_agree_within_three_kelvin_or_it_is_a_fault(second, fault, monkeypatch):
    o = looking(monkeypatch, machine=Machine([second] * 15), SECOND_PIN=27)
    assert look(o, controller()) == (None, fault, False)


def test_one_spike_of_the_second_thermistor_is_no_fault(monkeypatch):
    o = looking(monkeypatch, machine=Machine([2290] * 8 + [0] * 7), SECOND_PIN=27)
    assert look(o, controller())[1] is None


@pytest.mark.parametrize("first", [0, 4095])
def test_a_first_thermistor_that_is_broken_keeps_its_own_name(first, monkeypatch):
    o = looking(monkeypatch, machine=Machine([2290] * 15), SECOND_PIN=27)
    assert o.look(controller(), [first] * 15, PERIOD) == (None, None, False)


def self_tested(monkeypatch, temperatures, duty=300, every=60_000):
    """What a self-test said for temperatures [m°C], one a period, the fan held whenever it asked."""
    o = looking(monkeypatch, SELF_TEST_MS=every)
    c, told = controller(duty=duty), []
    for mc in temperatures:
        c.mc = mc
        _, fault, hold = look(o, c)
        c.state, c.duty = ("test", fan.FULL) if hold else (fault or "run", duty)
        told.append(fault or hold)
    return told


def test_the_self_test_ends_as_soon_as_the_reading_answers(monkeypatch):
    # every minute: 240 periods; then a fall of 0.3 K in steps of 0.1 K
    told = self_tested(monkeypatch, [30_000] * 240 + [29_900, 29_800, 29_700] + [29_700] * 100)
    assert told == [False] * 239 + [True] * 3 + [False] * 101


def test_a_reading_that_does_not_answer_within_a_minute_is_a_fault_until_it_does(monkeypatch):
    told = self_tested(
        monkeypatch, [30_000] * 240 + [29_701] * 240 + [29_701] * 50 + [29_402] * 2 + [29_401] * 3
    )
    assert told[239:479] == [True] * 240
    assert told[479:532] == ["deaf"] * 53
    assert told[532:] == [False] * 3


def test_ten_minutes_deaf_are_followed_by_another_try_that_any_change_answers(monkeypatch):
    # Deaf after a minute and a test of a minute; 2400 periods later it is made again, at once
    before = [30_000] * (240 + 240)
    for change, answer in ((300, False), (299, True)):
        told = self_tested(monkeypatch, before + [30_000] * 2402 + [30_000 + change] * 300)
        assert told[479:2879] == ["deaf"] * 2400 and told[2880:2882] == [True] * 2, change
        assert told[2884] is answer
        assert ("deaf" in told[2885:]) is answer
    assert "deaf" not in self_tested(monkeypatch, [30_000] * 480 + [29_700] * 5)[480:]


class Relay:
    """A pin of the board, and what it was set to."""

    OUT = 1
    level = None

    def __init__(self, number, mode, value):
        assert (number, mode) == (6, self.OUT)
        Relay.level = value

    def value(self, level):
        Relay.level = level


class Relays:
    """A board whose pins are relays."""

    Pin = Relay


def guarded(monkeypatch, seconds_and_states, weak=()):
    """Level of the alarm's pin after each (uptime [s], state); cooling does nothing at the seconds `weak`."""
    o = looking(monkeypatch, machine=Relays(), ALARM_PIN=6)
    assert Relay.level == 0
    told = []
    for seconds, state in seconds_and_states:
        c = controller(state=state)
        c.weak = seconds in weak
        o.guard(c, 1000 * seconds)
        told.append(int(Relay.level))
    return told


def test_the_heat_comes_on_after_a_minute_and_after_a_fault_rests_for_another(monkeypatch):
    told = guarded(
        monkeypatch,
        [(1, "boot"), (59, "run"), (60, "run"), (99, "kick"), (100, "open"), (107, "run"), (159, "off"),
         (160, "off"), (161, "latched")],
    )  # fmt: skip
    assert told == [0, 0, 1, 1, 0, 0, 0, 1, 0]


def test_cooling_that_does_nothing_ends_the_heat_also_while_the_fan_is_tested_and_it_returns_after_a_rest(
    monkeypatch,
):
    told = guarded(
        monkeypatch, [(60, "run"), (100, "weak"), (120, "test"), (159, "run"), (160, "run")], weak=(100, 120)
    )
    assert told == [1, 0, 0, 0, 1]


def test_a_fan_that_already_runs_fast_is_not_tested(monkeypatch):
    assert not any(self_tested(monkeypatch, [30_000] * 600, duty=701))
    assert any(self_tested(monkeypatch, [30_000] * 600, duty=700))


@given(st.lists(st.integers(-273_150, 191_000), max_size=60))
def test_no_reading_makes_the_self_test_raise(readings):
    o = options.Options(None, {**vars(fan), "SELF_TEST_MS": 250})
    for mc in readings:
        _, fault, hold = look(o, controller(duty=300, mc=mc))
        assert fault in (None, "deaf") and hold in (True, False)


def test_without_an_option_nothing_is_looked_at(monkeypatch):
    assert look(looking(monkeypatch), controller()) == (None, None, False)


def test_a_period_that_is_too_short_tells_no_speed(monkeypatch):
    # The first one lasts 2 ms: the one pulse in it would be 15,000 turns a minute, a fault
    o = looking(monkeypatch, Pulses(1), TACH_PIN=3, DRIVE="4-wire")
    c = controller()
    assert (o.look(c, [2290] * fan.SAMPLES, 2), o.rpm) == ((None, None, False), -1)
    assert (o.look(c, [2290] * fan.SAMPLES, 250)[0], o.rpm) == (1, 120)
