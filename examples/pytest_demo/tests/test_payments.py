import pytest

from shop.services import Declined, Payments

pytestmark = pytest.mark.service


def test_charging_keeps_account(payments):
    payments.charge("gold", 1000)
    payments.charge("gold", 500)
    assert payments.charged == [("gold", 1000), ("gold", 500)]


@pytest.mark.parametrize("amount", [1, 20_000])
@pytest.mark.parametrize("card", ["gold", "silver"])
def test_within_the_limit(payments, card, amount):
    assert payments.charge(card, amount) == 1


@pytest.mark.parametrize(
    ("card", "amount"), [("gold", 100_001), ("silver", 20_001), ("blocked", 1), ("unknown", 1)]
)
def test_above_the_limit(payments, card, amount):
    with pytest.raises(Declined, match=card):
        payments.charge(card, amount)
    assert payments.charged == []


@pytest.mark.parametrize("latency", [0.1, 0.2, 0.3, 0.4])
def test_slow_payments_arrive_too(latency):
    assert Payments(latency).charge("gold", 100) == 1
