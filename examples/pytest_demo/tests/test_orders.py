import pytest

from shop import orders
from shop.cart import Cart
from shop.services import Declined, OutOfStock

pytestmark = pytest.mark.service


def test_order_is_paid(cart, warehouse, payments):
    assert orders.place(cart, "gold", warehouse, payments) == 1
    assert payments.charged == [("gold", cart.total())]


def test_order_takes_from_the_stock(cart, warehouse, payments):
    orders.place(cart, "gold", warehouse, payments)
    assert warehouse.available("tea-1") == 8


def test_empty_cart_is_refused(warehouse, payments):
    with pytest.raises(ValueError, match="empty"):
        orders.place(Cart(), "gold", warehouse, payments)


@pytest.mark.parametrize("card", ["blocked", "unknown"])
def test_declined_order_gives_everything_back(cart, warehouse, payments, card):
    with pytest.raises(Declined):
        orders.place(cart, card, warehouse, payments)
    assert warehouse.available("tea-1") == 10


def test_order_without_stock_costs_nothing(cart, pot, warehouse, payments):
    cart.add(pot)
    with pytest.raises(OutOfStock, match="pot-1"):
        orders.place(cart, "gold", warehouse, payments)
    assert payments.charged == []


@pytest.mark.parametrize("quantity", [1, 2, 5, 10])
def test_orders_of_any_size(tea, warehouse, payments, quantity):
    cart = Cart()
    cart.add(tea, quantity)
    assert orders.place(cart, "silver", warehouse, payments) == 1
