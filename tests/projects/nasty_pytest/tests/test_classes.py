import unittest

import pytest


@pytest.fixture(scope="class")
def class_setups(request):
    request.cls.state = getattr(request.cls, "state", 0) + 1  # a nested class may come first


@pytest.mark.usefixtures("class_setups")
class TestPlain:
    state = 0

    def test_same(self):
        assert self.state >= 1

    def test_same_again(self):
        assert self.state >= 1

    class TestNested:
        def test_same(self):
            pass


class Base:
    def test_inherited(self):
        assert self.good


class TestGood(Base):
    good = True


class TestBad(Base):
    good = False


class Unit(unittest.TestCase):
    def setUp(self):
        self.numbers = [1, 2, 3]

    def test_same(self):
        self.assertEqual(len(self.numbers), 3)

    def test_fails(self):
        self.assertEqual(self.numbers, [1, 2, 4])

    @unittest.skip("skipped the old way")
    def test_is_skipped(self):
        pass

    @unittest.expectedFailure
    def test_fails_as_expected(self):
        self.fail()

    @unittest.expectedFailure
    def test_passes_unexpectedly(self):
        pass

    def test_one_subtest_of_three_fails(self):
        for number in self.numbers:
            with self.subTest(number=number):
                self.assertNotEqual(number, 2)

    def test_all_subtests_pass(self):
        for number in self.numbers:
            with self.subTest(number=number):
                self.assertLess(number, 4)


class BrokenSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("no class today")

    def test_one(self):
        pass

    def test_two(self):
        pass
