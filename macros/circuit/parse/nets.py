"""Which wire cells are joined, and what each such group joins. Core: runs in MicroPython too."""

from ..grid import WIDTH, at, cell_of
from ..netlist import Net


class Nets:
    """Wire cells in groups, and the Net of each group."""

    def __init__(self):
        self.up = {}  # union-find: cell -> its parent
        self.links = []  # pairs of cells that are joined directly
        self.of_root = {}  # root of a group -> its Net

    def root(self, cell):
        """The cell that stands for all that are joined with this one."""
        up = self.up
        while up[cell] != cell:
            up[cell] = up[up[cell]]
            cell = up[cell]
        return cell

    def join(self, one, other):
        """Makes one group of two cells' groups."""
        self.links.append((one, other))
        one = self.root(one)
        other = self.root(other)
        if one != other:
            self.up[max(one, other)] = min(one, other)

    def of(self, cell):
        """The Net of a wire cell."""
        return self.of_root[self.root(cell)]

    def connect(self, component, port, net, contact):
        """Gives a contact to a port, and the port to its net."""
        port.contacts.append(contact)
        if port.net is None:
            port.net = net
            net.pins.append((component, port))
        elif port.net is not net:  # one port reached from several sides is one net
            self.merge(port.net, net)

    def merge(self, net, other):
        """Makes `other` a part of `net`."""
        for _, port in other.pins:
            port.net = net
        net.pins.extend(other.pins)
        net.cells.extend(other.cells)
        net.links.extend(other.links)
        net.open_ends.extend(other.open_ends)
        net.spoilt = net.spoilt or other.spoilt
        one = self.root(_cell(net))
        two = self.root(_cell(other))
        self.up[two] = one
        self.of_root[one] = net
        other.cells = []
        other.pins = []
        other.merged = True


def _cell(net):
    """One wire cell of a net, as the parser counts."""
    line, column, _ = net.cells[0]
    return cell_of(line - 1, column - 1)


def build(sheet):
    """Makes a Net of each group of wire cells, in reading order."""
    nets = sheet.nets
    for cell in sheet.wires:
        root = nets.root(cell)
        if root not in nets.of_root:
            nets.of_root[root] = Net()
            sheet.circuit.nets.append(nets.of_root[root])
        nets.of_root[root].cells.append(at(cell) + (sheet.cells[cell],))
    for one, other in nets.links:
        nets.of(one).links.append((at(one), at(other)))
    for cell, sides in sheet.ends:
        nets.of(cell).open_ends.append(at(cell) + (sides,))
    sheet.circuit.open_ends = len(sheet.ends)
    _spoil(sheet)


def _spoil(sheet):
    """Marks what has a mistake, and what bad characters touch: other faults there may come of them."""
    nets = sheet.nets
    for cell in sheet.bad:
        for row in (cell - WIDTH, cell, cell + WIDTH):
            for near in (row - 1, row, row + 1):
                if near in nets.up:
                    sheet.bad_nets[nets.root(near)] = True
                    sheet.faulty[near] = True
                elif near in sheet.owner:
                    sheet.owner[near][0].spoilt = True
    for cell in sheet.faulty:
        nets.of(cell).spoilt = True
