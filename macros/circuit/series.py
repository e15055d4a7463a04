"""What stands in a row with a part, so that its current has no other way. Core: runs in MicroPython too."""

PASSED = ("R", "FUSE", "L")  # what a current passes and nothing else decides


def among(net, nets):
    """True where a net is one of some. (Nets compare by what they are, not by what they hold.)"""
    return any(net is one for one in nets)


def reached(net, part):
    """The net at an end of a part, and those behind it that all of the part's current reaches, in order."""
    nets, last = [net], part
    while len(net.pins) == 2:
        (other,) = [other for other, _ in net.pins if other is not last] or [last]
        if other is last or other.kind.name not in PASSED:
            break
        net = [port.net for port in other.ports if port.net is not net][0]
        if among(net, nets):
            break  # around a ring
        nets.append(net)
        last = other
    return nets
