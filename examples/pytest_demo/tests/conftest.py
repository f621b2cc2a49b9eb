import pytest

from shop.cart import Cart
from shop.catalogue import Article
from shop.services import Payments, Warehouse


@pytest.fixture
def tea():
    return Article("tea-1", "Green tea", 650)


@pytest.fixture
def pot():
    return Article("pot-1", "Tea pot", 3490)


@pytest.fixture
def cart(tea, pot):
    filled = Cart()
    filled.add(tea, 2)
    filled.add(pot)
    return filled


@pytest.fixture
def warehouse():
    return Warehouse({"tea-1": 10, "pot-1": 1}, latency=0.08)


@pytest.fixture
def payments():
    return Payments(latency=0.15)
