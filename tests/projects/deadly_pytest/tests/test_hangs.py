import os
import subprocess
import time


def test_before():
    pass


def test_hangs():
    time.sleep(3600)


def test_leaves_a_stubborn_grandchild():
    """Its number goes to the file `grandchild` in NASTY_STATE_DIR."""
    script = "trap '' TERM; echo $$ > \"$0\"; while :; do sleep 3600; done"
    folder = os.environ.get("NASTY_STATE_DIR")
    path = os.path.join(folder, "grandchild") if folder else os.devnull
    with subprocess.Popen(["sh", "-c", script, path]) as grandchild:
        grandchild.wait()


def test_after():
    pass
