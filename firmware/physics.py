"""The physics of the thermistor, its divider and the converter that reads it. Formulas only."""

import math

ZERO_CELSIUS = 273.15  # [K]
T25 = 298.15  # 25 °C [K]
CODES = 4096  # of a 12-bit converter [1]


def kelvin(*, celsius):
    """Absolute temperature.

    Args:
        celsius: temperature [°C].

    Returns:
        Temperature [K].

    Source: BIPM, The International System of Units, 9th edition, section 2.3.1.

    >>> kelvin(celsius=25)
    298.15
    """
    return celsius + ZERO_CELSIUS


def thermistor_resistance(*, celsius, r25, beta):
    """Resistance of a thermistor by the beta equation.

    Args:
        celsius: its temperature [°C].
        r25: its resistance at 25 °C [ohm].
        beta: how steeply the logarithm of its resistance falls with 1/T [K].

    Returns:
        Resistance [ohm].

    Holds for: NTC thermistors within about 50 K of the two temperatures between which beta was measured.
    Source: Steinhart and Hart 1968, doi:10.1016/0011-7471(68)90057-0, without the cubic term.

    >>> thermistor_resistance(celsius=25, r25=10_000, beta=3950)
    10000.0
    """
    return r25 * math.exp(beta * (1 / kelvin(celsius=celsius) - 1 / T25))


def thermistor_celsius(*, thermistor_ohms, r25, beta):
    """Temperature of a thermistor by the beta equation, solved for it.

    Args:
        thermistor_ohms: its resistance [ohm].
        r25: its resistance at 25 °C [ohm].
        beta: how steeply the logarithm of its resistance falls with 1/T [K].

    Returns:
        Temperature [°C].

    Holds for: NTC thermistors within about 50 K of the two temperatures between which beta was measured.
    Source: the inverse of `thermistor_resistance`.

    >>> round(thermistor_celsius(thermistor_ohms=10_000, r25=10_000, beta=3950), 9)
    25.0
    """
    return 1 / (1 / T25 + math.log(thermistor_ohms / r25) / beta) - ZERO_CELSIUS


def divider_share(*, celsius, r25, beta, divider_ohms):
    """Part of the supply that reaches the converter's pin, with the thermistor on the supply's side.

    Args:
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Share, between 0 and 1 [1].

    Holds for: a pin that draws no current; the converter's input takes well below 1 µA.
    Source: Ohm's law for two resistors in series.

    >>> divider_share(celsius=25, r25=10_000, beta=3950, divider_ohms=10_000)
    0.5
    """
    return divider_ohms / (divider_ohms + thermistor_resistance(celsius=celsius, r25=r25, beta=beta))


def divider_voltage(*, supply_volts, celsius, r25, beta, divider_ohms):
    """Voltage at the converter's pin.

    Args:
        supply_volts: at the thermistor's other end [V].
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Voltage [V].

    Source: Ohm's law for two resistors in series.

    >>> divider_voltage(supply_volts=3.3, celsius=25, r25=10_000, beta=3950, divider_ohms=10_000)
    1.65
    """
    return supply_volts * divider_share(celsius=celsius, r25=r25, beta=beta, divider_ohms=divider_ohms)


def adc_code(*, volts, reference_volts):
    """Code that an ideal 12-bit converter gives.

    Args:
        volts: at its pin, from 0 to just below the reference [V].
        reference_volts: at its reference pin, ADC_VREF [V].

    Returns:
        Code, 0 to 4095 [code].

    Source: RP2040 datasheet, section 4.9.

    >>> adc_code(volts=1.65, reference_volts=3.3)
    2048
    """
    return math.floor(CODES * volts / reference_volts)


def code_celsius(*, code, r25, beta, divider_ohms):
    """Temperature in the middle of a code's bin.

    Args:
        code: of the 12-bit converter [code].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Temperature [°C].

    Holds for: a divider that hangs on the converter's own reference.
    Source: the inverse of `adc_code` and `divider_share`.

    >>> round(code_celsius(code=2048, r25=10_000, beta=3950, divider_ohms=10_000), 2)
    25.01
    """
    share = (code + 0.5) / CODES
    return thermistor_celsius(thermistor_ohms=divider_ohms * (1 - share) / share, r25=r25, beta=beta)


def celsius_per_code(*, celsius, r25, beta, divider_ohms):
    """Change of temperature that moves the reading by one code.

    Args:
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Step [°C/LSB].

    Source: derivative of `code_celsius`.

    >>> round(celsius_per_code(celsius=25, r25=10_000, beta=3950, divider_ohms=10_000), 4)
    0.022
    """
    share = divider_share(celsius=celsius, r25=r25, beta=beta, divider_ohms=divider_ohms)
    return kelvin(celsius=celsius) ** 2 / (beta * CODES * share * (1 - share))


def noise_error(*, noise_codes, n_samples, celsius, r25, beta, divider_ohms):
    """Standard deviation that the converter's noise leaves in a median.

    Args:
        noise_codes: standard deviation of one sample [LSB].
        n_samples: samples in the median [1].
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Standard deviation [°C].

    Holds for: independent samples with normal noise, many of them.
    Source: Kenney and Keeping 1962, Mathematics of Statistics: the median's variance is pi/2 of the mean's.

    >>> round(noise_error(noise_codes=2, n_samples=15, celsius=25, r25=10_000, beta=3950,
    ...                   divider_ohms=10_000), 3)
    0.014
    """
    median_codes = noise_codes * math.sqrt(math.pi / (2 * n_samples))
    return median_codes * celsius_per_code(celsius=celsius, r25=r25, beta=beta, divider_ohms=divider_ohms)


def resistance_error(*, tolerance, celsius, beta):
    """Error from a thermistor or a divider resistor that is off by its tolerance.

    Args:
        tolerance: relative: 0.01 for a 1 % part [1].
        celsius: temperature of the thermistor [°C].
        beta: of the thermistor [K].

    Returns:
        Error [°C].

    Holds for: small tolerances; both resistors move the ratio alike.
    Source: derivative of the beta equation.

    >>> round(resistance_error(tolerance=0.01, celsius=25, beta=3950), 3)
    0.225
    """
    return tolerance * kelvin(celsius=celsius) ** 2 / beta


def beta_error(*, tolerance, celsius):
    """Error from a beta that is off by its tolerance; none at 25 °C, where R25 is given.

    Args:
        tolerance: relative: 0.01 for 1 % [1].
        celsius: temperature of the thermistor [°C].

    Returns:
        Error [°C].

    Holds for: small tolerances.
    Source: derivative of the beta equation.

    >>> round(beta_error(tolerance=0.01, celsius=35), 3)
    0.103
    """
    return tolerance * kelvin(celsius=celsius) * abs(kelvin(celsius=celsius) - T25) / T25


def reference_droop(*, reference_amperes, filter_ohms, supply_volts):
    """Part by which the converter's reference lies below the supply that feeds the divider.

    Args:
        reference_amperes: current into ADC_VREF [A].
        filter_ohms: resistor of the board's filter in front of it [ohm].
        supply_volts: 3V3 [V].

    Returns:
        Droop [1].

    Source: Raspberry Pi Pico datasheet, section 4.3: 200 ohm, about 150 µA.

    >>> round(reference_droop(reference_amperes=150e-6, filter_ohms=200, supply_volts=3.3), 5)
    0.00909
    """
    return reference_amperes * filter_ohms / supply_volts


def reference_error(*, droop, celsius, r25, beta, divider_ohms):
    """Error from a reference that lies below the supply of the divider: it reads hotter than it is.

    Args:
        droop: part by which the reference is lower [1].
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Error [°C].

    Holds for: small droops.
    Source: derivative of `code_celsius`.

    >>> round(reference_error(droop=0.00909, celsius=25, r25=10_000, beta=3950, divider_ohms=10_000), 3)
    0.409
    """
    share = divider_share(celsius=celsius, r25=r25, beta=beta, divider_ohms=divider_ohms)
    return droop * kelvin(celsius=celsius) ** 2 / (beta * (1 - share))


def divider_power(*, supply_volts, celsius, r25, beta, divider_ohms):
    """Power that thermistor and divider resistor turn into heat together.

    Args:
        supply_volts: across both [V].
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].

    Returns:
        Power [W].

    Source: Ohm's law.

    >>> round(divider_power(supply_volts=3.3, celsius=25, r25=10_000, beta=3950, divider_ohms=10_000), 7)
    0.0005445
    """
    return supply_volts**2 / (divider_ohms + thermistor_resistance(celsius=celsius, r25=r25, beta=beta))


def self_heating_error(*, supply_volts, celsius, r25, beta, divider_ohms, watts_per_kelvin):
    """How much hotter than its surroundings the thermistor's own current keeps it.

    Args:
        supply_volts: across thermistor and divider resistor [V].
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor from the pin to ground [ohm].
        watts_per_kelvin: dissipation constant; 0.0015 to 0.003 for a bead in still air [W/K].

    Returns:
        Error [°C].

    Source: definition of the dissipation constant, IEC 60539-1.

    >>> round(self_heating_error(supply_volts=3.3, celsius=25, r25=10_000, beta=3950, divider_ohms=10_000,
    ...                          watts_per_kelvin=0.002), 3)
    0.136
    """
    total_watts = divider_power(
        supply_volts=supply_volts, celsius=celsius, r25=r25, beta=beta, divider_ohms=divider_ohms
    )
    share = divider_share(celsius=celsius, r25=r25, beta=beta, divider_ohms=divider_ohms)
    return total_watts * (1 - share) / watts_per_kelvin


def misread_celsius(*, celsius, r25, beta, divider_ohms, assumed_divider_ohms):
    """Temperature that a script reads which was told another divider resistor than the fitted one.

    Args:
        celsius: temperature of the thermistor [°C].
        r25: thermistor at 25 °C [ohm].
        beta: of the thermistor [K].
        divider_ohms: resistor that is fitted [ohm].
        assumed_divider_ohms: resistor that the script computes with [ohm].

    Returns:
        Temperature [°C].

    Source: `thermistor_celsius` of the resistance that the script infers.

    >>> round(misread_celsius(celsius=25, r25=10_000, beta=3950, divider_ohms=10,
    ...                       assumed_divider_ohms=10_000), 1)
    -77.2
    """
    thermistor_ohms = thermistor_resistance(celsius=celsius, r25=r25, beta=beta)
    inferred_ohms = thermistor_ohms * assumed_divider_ohms / divider_ohms
    return thermistor_celsius(thermistor_ohms=inferred_ohms, r25=r25, beta=beta)


def pwm_steps(*, clock_hz, pwm_hz):
    """Steps of duty that a PWM slice has at a frequency.

    Args:
        clock_hz: system clock of the RP2040, 125 MHz [Hz].
        pwm_hz: frequency of the PWM [Hz].

    Returns:
        Steps [1].

    Holds for: frequencies that need no clock divider: above 1.9 kHz at 125 MHz.
    Source: RP2040 datasheet, section 4.5.2.

    >>> pwm_steps(clock_hz=125_000_000, pwm_hz=25_000)
    5000
    """
    return clock_hz // pwm_hz


def plant_celsius(*, ambient_celsius, load_kelvin, cooling, duty):
    """Where the cooled thing settles at a constant fan.

    Args:
        ambient_celsius: of the air [°C].
        load_kelvin: how far its heat lifts it above the air without the fan [K].
        cooling: by how many times the fan at full speed multiplies the heat carried off, less one [1].
        duty: fan's share of full speed [1].

    Returns:
        Temperature [°C].

    Holds for: one lump of heat whose conductance to the air grows linearly with the fan's speed.
    Source: Newton's law of cooling.

    >>> plant_celsius(ambient_celsius=22, load_kelvin=12, cooling=2, duty=0.5)
    28.0
    """
    return ambient_celsius + load_kelvin / (1 + cooling * duty)
