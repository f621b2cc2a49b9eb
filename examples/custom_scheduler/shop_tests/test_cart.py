"""Passes from top to bottom. test_cart_holds_the_apple relies on the test before it."""

cart = []


def test_apple_goes_into_the_cart():
    cart.append("apple")
    assert cart == ["apple"]


def test_cart_holds_the_apple():
    assert "apple" in cart


def test_prices_add_up():
    assert sum([0.5, 0.25]) == 0.75


def test_names_are_upper_case():
    assert "apple".upper() == "APPLE"
