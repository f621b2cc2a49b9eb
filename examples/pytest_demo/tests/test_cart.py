import pytest

from shop.cart import Cart


def test_new_cart_is_empty():
    assert len(Cart()) == 0
    assert Cart().total() == 0


def test_adding_counts(cart):
    assert len(cart) == 3


def test_adding_again_adds_up(cart, tea):
    cart.add(tea, 4)
    assert dict(cart)[tea] == 6


@pytest.mark.parametrize("quantity", [0, -1])
def test_adding_nothing_is_refused(cart, tea, quantity):
    with pytest.raises(ValueError, match="at least 1"):
        cart.add(tea, quantity)


def test_removing_some(cart, tea):
    cart.remove(tea)
    assert dict(cart)[tea] == 1


def test_removing_all_removes_the_line(cart, tea, pot):
    cart.remove(tea, 2)
    assert dict(cart) == {pot: 1}


def test_removing_too_many_is_refused(cart, pot):
    with pytest.raises(KeyError, match="pot-1"):
        cart.remove(pot, 2)


def test_subtotal(cart):
    assert cart.subtotal() == 2 * 650 + 3490


@pytest.mark.parametrize(
    ("discount", "total"), [(0, 4790 + 490), (10, 4311 + 490), (50, 2395 + 490), (100, 0)]
)
def test_total_with_discount(cart, discount, total):
    assert cart.total(discount) == total


@pytest.mark.parametrize("discount", [-1, 101])
def test_impossible_discount(cart, discount):
    with pytest.raises(ValueError, match="percent"):
        cart.total(discount)


def test_shipping_is_free_for_large_carts(cart, tea):
    cart.add(tea)
    assert cart.total() == cart.subtotal()
