import pytest

NAMES = [
    "plain",
    "a b",
    "a  b",
    " a b",
    "a\tb",
    "[brackets]",
    "]closing[",
    "with::colons",
    "x.py::test_y[1]",
    "with/slash",
    "../up",
    "ünïcödé",
    "日本語",
    "emoji 🎉",
    "new\nline",
    "nul\0byte",
    "quote'\"`$(x)",
    "back\\slash",
    "-x",
    "--maxfail=1",
    "@file",
    "#comment",
    "",
    "x" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_str(name):
    pass


@pytest.mark.parametrize("name", NAMES, ids=["{}:{}".format(i, n) for i, n in enumerate(NAMES)])
def test_id(name):
    pass


@pytest.mark.parametrize("name", ["a b", "a  b"], ids=["a b", "a  b"])
def test_only_one_of_the_two_spacings_fails(name):
    assert name == "a b"


@pytest.mark.parametrize("octets", [b"\x1e", b"\xff\xfe", b"text"])
def test_bytes(octets):
    pass


@pytest.mark.parametrize("left", [1, 2])
@pytest.mark.parametrize("right", ["x", "y"])
def test_product(left, right):
    assert (left, right) != (2, "y")


@pytest.mark.parametrize("nothing", [])
def test_empty_set(nothing):
    pass


def test_prüfung():
    pass
