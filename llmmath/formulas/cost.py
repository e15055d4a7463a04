"""What tokens cost, from a price and a power that the reader gives."""


def cost_per_million_tokens(*, price_per_hour, tokens_per_second):
    """Price of a million new tokens on hardware that is paid by the hour.

    Args:
        price_per_hour: for all accelerators together [currency/h].
        tokens_per_second: new tokens over all queries [token/s].

    Returns:
        Price, in the currency of the price given [currency].

    Holds for: hardware that is busy all the time; an idle hour costs as much.
    Source: definition.

    >>> cost_per_million_tokens(price_per_hour=3.6, tokens_per_second=1000)
    1.0
    """
    seconds = 10**6 / tokens_per_second
    return price_per_hour * seconds / 3600


def energy_per_million_tokens(*, power, tokens_per_second):
    """Energy of a million new tokens.

    Args:
        power: drawn by all accelerators together while they decode [W].
        tokens_per_second: new tokens over all queries [token/s].

    Returns:
        Energy [J]; 3.6 million of them are one kWh.

    Holds for: a constant power. A board's rated power is its most; a step bound by memory draws less.
    Source: definition.

    >>> energy_per_million_tokens(power=700, tokens_per_second=1000)
    700000.0
    """
    seconds = 10**6 / tokens_per_second
    return power * seconds
