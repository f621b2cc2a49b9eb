"""An order: everything reserved and paid, or nothing."""

from shop.services import Declined, OutOfStock


def place(cart, card, warehouse, payments):
    """Returns the number of the payment. When it raises, nothing is reserved or paid."""
    if not len(cart):
        raise ValueError("the cart is empty")
    reserved = []
    try:
        for article, quantity in cart:
            warehouse.reserve(article.sku, quantity)
            reserved.append((article.sku, quantity))
        return payments.charge(card, cart.total())
    except (OutOfStock, Declined):
        for sku, quantity in reserved:
            warehouse.put_back(sku, quantity)
        raise
