"""Two tests that would get into each other's way in one folder. The run's copies keep them apart."""

from pathlib import Path


def test_writes():
    Path("written_by_a_test").write_text("here")
    assert Path("test_writes_here.py").exists()


def test_knows_its_folder():
    assert Path.cwd() == Path(__file__).parent
