"""Fields of a `quantization_config`: read with what they may be, or refused."""

from ...errors import InputError, shown


def number(config, keys, where, allowed=None):
    """A whole number under one of `keys`: one of `allowed`, or, of a group, from 1, or -1 for all inputs."""
    key = next((key for key in keys if key in config), keys[0])
    value = config.get(key)
    right = value in allowed if allowed else type(value) is int and (value == -1 or 1 <= value <= 2**20)
    if type(value) is not int or not right:
        expected = f"one of {', '.join(map(str, allowed))}" if allowed else "a whole number from 1, or -1"
        raise InputError(f"{where}: {key} is {shown(value)}; expected {expected}")
    return value


def flag(config, key, where, allowed=(True, False)):
    """true or false under `key`; false where it is not there."""
    value = config.get(key, False)
    value = False if value is None else value
    if not isinstance(value, bool) or value not in allowed:
        expected = " or ".join("true" if one else "false" for one in allowed)
        raise InputError(f"{where}: {key} is {shown(value)}; expected {expected}")
    return value


def word(config, key, where, allowed, missing=None):
    """One of the texts `allowed` under `key`; `missing` where it is not there or null."""
    value = config.get(key)
    value = missing if value is None else value
    if not isinstance(value, str) or value not in allowed:
        raise InputError(f"{where}: {key} is {shown(value)}; expected one of {', '.join(allowed)}")
    return value
