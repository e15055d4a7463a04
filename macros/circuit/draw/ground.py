"""The sign for ground. Core: runs in MicroPython too."""

from ..symbols import GROUND, GROUND_DOWN, GROUND_HALF
from .shape import Shape, put

TURNS = {"S": "", "N": " scale(1 -1)", "E": " rotate(-90)", "W": " rotate(90)"}


class Ground(Shape):
    """Ground, which hangs where no wire is."""

    def __init__(self, component):
        super().__init__(component)
        self.column = component.at[1]
        taken = [contact.side for contact in component.ports[0].contacts]
        free = [side for side in "SNEW" if side not in taken]
        self.side = free[0] if free else "S"

    def room(self, plan):
        plan.item(self.row, self.column, GROUND_DOWN, self.column, GROUND_DOWN)

    def block(self, plan):
        self.x = plan.X[self.column]
        reach = {"S": (2, GROUND_DOWN), "N": (GROUND_DOWN, 2)}.get(self.side, (GROUND_HALF, GROUND_HALF))
        plan.block(self.row, self.x - GROUND_DOWN, self.x + GROUND_DOWN, reach[0], reach[1])

    def leads(self, plan, port):
        return [[plan.point(contact.wire), (self.x, plan.Y[self.row])] for contact in port.contacts]

    def markup(self, plan):
        return put(self.x, plan.Y[self.row], TURNS[self.side], GROUND)
