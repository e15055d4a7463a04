"""Names of nets, and circuits that no net joins. Core: runs in MicroPython too."""


def name_nets(circuit):
    """Sorts nets by their first pin and names them: GND, a board's port, or a number."""
    nets = [net for net in circuit.nets if net.pins]
    # Positions end in a number that makes them differ: MicroPython's sort is not stable.
    keys = []
    for i in range(len(nets)):
        keys.append((min([(port.at or component.at) for component, port in nets[i].pins]), i))
    keys.sort()
    circuit.nets = [nets[i] for _, i in keys] + [net for net in circuit.nets if not net.pins]
    taken = {}
    count = 0
    for net in circuit.nets:
        net.pins.sort(key=lambda pin: (pin[0].at, pin[1].at or (0, 0), pin[1].name))
        name = _own_name(net)
        if not name or name in taken:
            count += 1
            while "N" + str(count) in taken:
                count += 1
            name = "N" + str(count)
        taken[name] = True
        net.name = name


def _own_name(net):
    """The name that a net brings along, or nothing."""
    if net.ground:
        return "GND"
    for component, port in net.pins:
        if component.kind.board:
            return port.name
    return ""


def warn_of_islands(circuit):
    """Warns of several circuits that no net joins."""
    group = {}
    for component in circuit.components:
        group[component.id] = component.id

    def root(name):
        while group[name] != name:
            group[name] = group[group[name]]
            name = group[name]
        return name

    for net in circuit.nets:
        for component, _ in net.pins[1:]:
            one, other = root(net.pins[0][0].id), root(component.id)
            if one != other:
                group[other] = one
    count = 0
    for name in group:
        count += 1 if group[name] == name else 0
    if count > 1 and not circuit.problems:
        circuit.warnings.append("%d disjoint circuits: no wire joins them" % count)
