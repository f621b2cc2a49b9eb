"""The two services of the shop, as far as its tests need them. Each call takes its time."""

import time


class OutOfStock(Exception):
    pass


class Declined(Exception):
    pass


class Warehouse:
    def __init__(self, stock, latency=0.0):
        self._stock = dict(stock)
        self._latency = latency

    def available(self, sku):
        time.sleep(self._latency)
        return self._stock.get(sku, 0)

    def reserve(self, sku, quantity):
        if self.available(sku) < quantity:
            raise OutOfStock(sku)
        self._stock[sku] -= quantity

    def put_back(self, sku, quantity):
        time.sleep(self._latency)
        self._stock[sku] = self._stock.get(sku, 0) + quantity


class Payments:
    LIMITS = {"gold": 100_000, "silver": 20_000, "blocked": 0}

    def __init__(self, latency=0.0):
        self._latency = latency
        self.charged = []

    def charge(self, card, amount):
        time.sleep(self._latency)
        if amount > self.LIMITS.get(card, 0):
            raise Declined(card)
        self.charged.append((card, amount))
        return len(self.charged)
