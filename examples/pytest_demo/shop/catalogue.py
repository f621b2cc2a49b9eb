"""What is for sale, and for how much. Money is in cents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    sku: str
    name: str
    price: int

    def __post_init__(self):
        if self.price < 0:
            raise ValueError(f"{self.sku}: a price cannot be negative")


def as_text(cents):
    """1999 -> '19.99'"""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def from_text(text):
    """'19.99' -> 1999; '19' and '19.9' are fine, too."""
    whole, _, fraction = text.partition(".")
    if len(fraction) > 2:
        raise ValueError(f"{text}: more than two decimals")
    return int(whole) * 100 + int((fraction + "00")[:2])
