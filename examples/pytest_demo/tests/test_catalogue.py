import pytest

from shop.catalogue import Article, as_text, from_text


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (99, "0.99"), (100, "1.00"), (1999, "19.99"), (-250, "-2.50")],
)
def test_money_as_text(cents, text):
    assert as_text(cents) == text


@pytest.mark.parametrize(("text", "cents"), [("19", 1900), ("19.9", 1990), ("19.99", 1999)])
def test_text_as_money(text, cents):
    assert from_text(text) == cents


def test_text_with_too_many_decimals():
    with pytest.raises(ValueError, match="two decimals"):
        from_text("1.999")


@pytest.mark.xfail(reason="whole and fraction are taken apart without a look at the sign")
def test_negative_text_as_money():
    assert from_text("-2.50") == -250


def test_price_is_never_negative():
    with pytest.raises(ValueError, match="negative"):
        Article("tea-1", "Green tea", -1)


def test_articles_are_equal_by_value(tea):
    assert tea == Article("tea-1", "Green tea", 650)


@pytest.mark.skip(reason="the shop has one currency so far")
def test_prices_in_other_currencies():
    raise NotImplementedError
