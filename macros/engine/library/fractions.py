"""What MicroPython lacks of `fractions`: exact ratios of whole numbers."""


def _common(a, b):
    while b:
        a, b = b, a % b
    return a


class Fraction:
    """The ratio of two whole numbers, in lowest terms."""

    def __init__(self, numerator=0, denominator=1):
        if isinstance(numerator, Fraction):
            denominator *= numerator.denominator
            numerator = numerator.numerator
        elif isinstance(numerator, float):
            while numerator != int(numerator):
                numerator *= 2
                denominator *= 2
            numerator = int(numerator)
        if isinstance(denominator, Fraction):
            numerator *= denominator.denominator
            denominator = denominator.numerator
        common = _common(numerator, denominator)
        if common < 0 < denominator or denominator < 0 < common:
            common = -common
        self.numerator = numerator // common
        self.denominator = denominator // common

    def _with(self, other):
        return other if isinstance(other, Fraction) else Fraction(other)

    def __add__(self, other):
        if isinstance(other, float):
            return float(self) + other
        other = self._with(other)
        return Fraction(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )

    __radd__ = __add__

    def __sub__(self, other):
        return self + -1 * other

    def __rsub__(self, other):
        return other + -1 * self

    def __mul__(self, other):
        if isinstance(other, float):
            return float(self) * other
        other = self._with(other)
        return Fraction(self.numerator * other.numerator, self.denominator * other.denominator)

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, float):
            return float(self) / other
        other = self._with(other)
        return Fraction(self.numerator * other.denominator, self.denominator * other.numerator)

    def __rtruediv__(self, other):
        if isinstance(other, float):
            return other / float(self)
        return self._with(other) / self

    def __floordiv__(self, other):
        ratio = self / other
        return ratio.numerator // ratio.denominator

    def __neg__(self):
        return Fraction(-self.numerator, self.denominator)

    def __eq__(self, other):
        return float(self) == other if isinstance(other, float) else self._same(self._with(other))

    def _same(self, other):
        return self.numerator == other.numerator and self.denominator == other.denominator

    def __lt__(self, other):
        other = self._with(other)
        return self.numerator * other.denominator < other.numerator * self.denominator

    def __le__(self, other):
        return self == other or self < other

    def __gt__(self, other):
        return not self <= other

    def __ge__(self, other):
        return not self < other

    def __hash__(self):
        return hash((self.numerator, self.denominator)) if self.denominator != 1 else hash(self.numerator)

    def __bool__(self):
        return self.numerator != 0

    def __float__(self):
        return self.numerator / self.denominator

    def __int__(self):
        return int(self.numerator / abs(self.numerator)) * (abs(self.numerator) // self.denominator)

    def __repr__(self):
        return "Fraction(%d, %d)" % (self.numerator, self.denominator)
