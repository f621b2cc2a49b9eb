"""A cart: articles, how many of each, and what they cost together."""


class Cart:
    def __init__(self):
        self._lines = {}  # article: quantity

    def add(self, article, quantity=1):
        if quantity < 1:
            raise ValueError("a quantity is at least 1")
        self._lines[article] = self._lines.get(article, 0) + quantity

    def remove(self, article, quantity=1):
        left = self._lines.get(article, 0) - quantity
        if left < 0:
            raise KeyError(f"there are not so many of {article.sku} in the cart")
        if left == 0:
            del self._lines[article]
        else:
            self._lines[article] = left

    def __len__(self):
        return sum(self._lines.values())

    def __iter__(self):
        return iter(self._lines.items())

    def subtotal(self):
        return sum(article.price * quantity for article, quantity in self)

    def total(self, discount=0, free_shipping_from=5000, shipping=490):
        """What is to pay, with `discount` in percent."""
        if not 0 <= discount <= 100:
            raise ValueError("a discount is between 0 and 100 percent")
        goods = self.subtotal() * (100 - discount) // 100
        return goods if goods >= free_shipping_from or not goods else goods + shipping
