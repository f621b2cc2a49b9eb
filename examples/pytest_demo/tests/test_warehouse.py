import pytest

from shop.services import OutOfStock, Warehouse

pytestmark = pytest.mark.service


@pytest.mark.parametrize(("sku", "count"), [("tea-1", 10), ("pot-1", 1), ("cup-1", 0)])
def test_available(warehouse, sku, count):
    assert warehouse.available(sku) == count


@pytest.mark.parametrize("quantity", [1, 3, 10])
def test_reserving_takes_away(warehouse, quantity):
    warehouse.reserve("tea-1", quantity)
    assert warehouse.available("tea-1") == 10 - quantity


@pytest.mark.parametrize(("sku", "quantity"), [("tea-1", 11), ("pot-1", 2), ("cup-1", 1)])
def test_reserving_too_many(warehouse, sku, quantity):
    with pytest.raises(OutOfStock, match=sku):
        warehouse.reserve(sku, quantity)


def test_putting_back(warehouse):
    warehouse.reserve("tea-1", 10)
    warehouse.put_back("tea-1", 4)
    assert warehouse.available("tea-1") == 4


@pytest.mark.parametrize("latency", [0.05, 0.1, 0.2, 0.4])
def test_slow_warehouses_answer_too(latency):
    assert Warehouse({"tea-1": 1}, latency).available("tea-1") == 1
