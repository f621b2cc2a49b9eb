# SPDX-License-Identifier: MIT
"""A suite for the guide in docs/modal.md."""

import os
import pathlib


def test_it_is_in_a_sandbox():
    assert os.getcwd() == "/app"


def test_it_has_its_variables():
    assert os.environ["TOKEN"] == "none"


def test_it_leaves_a_picture():
    folder = pathlib.Path("screenshots")
    folder.mkdir()
    (folder / "page.png").write_bytes(b"a picture")
