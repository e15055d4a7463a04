"""What a battery gives, from its energy and what is drawn."""


def tokens_per_charge(*, battery_energy, power, tokens_per_second):
    """Tokens that one charge of a battery pays for.

    Args:
        battery_energy: what the full battery gives [J].
        power: drawn by the whole board while it decodes [W].
        tokens_per_second: new tokens of the one query [token/s].

    Returns:
        New tokens until the battery is empty [token].

    Holds for: a constant power, and a battery that gives all that it holds.
    Source: definition.

    >>> tokens_per_charge(battery_energy=36000, power=10, tokens_per_second=5)
    18000.0
    """
    seconds = battery_energy / power
    return seconds * tokens_per_second
