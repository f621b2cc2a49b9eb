"""Runs the example runners on their sample projects.

usage: examples_test.py NAME ROOT PROGRAM
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

EXAMPLE, ROOT, PROGRAM = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
NO_CACHE = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": "-p no:cacheprovider",
            "OFFLOAD_AGENT": "0"}


def run(*arguments, **options):
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True, text=True, timeout=100, env=NO_CACHE, **options,
    )


class CustomFramework(unittest.TestCase):
    def test_it_reports_each_script_and_retries_the_failing_one(self):
        ran = run(ROOT / "examples/custom_framework/checks")

        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertIn("  Total:   4\n  Passed:  3\n  Failed:  1\n", ran.stdout)
        self.assertIn("  check_arithmetic.sh  (2 attempts)\n", ran.stdout)
        self.assertIn("the command ended with exit status 1", ran.stdout)

    def test_it_passes_when_all_scripts_do(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "check_it's $fine.sh").write_text("true\n")
            ran = run(folder)

        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("All tests passed!", ran.stdout)

    def test_it_says_why_it_cannot_list_tests(self):
        with tempfile.TemporaryDirectory() as folder:
            ran = run(folder)

        self.assertEqual(ran.returncode, 1)
        self.assertIn("Error: ls failed (exit status 2)", ran.stderr)

    def test_it_says_how_it_is_used(self):
        ran = run()

        self.assertEqual(ran.returncode, 1)
        self.assertIn("usage:", ran.stderr)


class CustomScheduler(unittest.TestCase):
    def test_one_order_passes_another_does_not_and_a_seed_gives_its_order_again(self):
        tests = ROOT / "examples/custom_scheduler/shop_tests"

        by_code = {}
        for seed in range(1, 20):
            ran = run(seed, tests)
            by_code[ran.returncode] = (seed, ran.stdout)
            if len(by_code) == 2:
                break

        self.assertEqual(set(by_code), {0, 1}, by_code)
        seed, output = by_code[1]
        self.assertIn("test_cart.py::test_cart_holds_the_apple", output)
        self.assertIn("  Failed:  1\n", output)
        self.assertEqual(run(seed, tests).returncode, 1)


class CopyingProvider(unittest.TestCase):
    def test_tests_write_to_copies_and_not_to_the_project(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / "tests/examples/test_writes_here.py", folder)
            ran = run(folder)

            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
            self.assertIn("  Passed:  2\n", ran.stdout)
            self.assertEqual(os.listdir(folder), ["test_writes_here.py"])


class NameEstimator(unittest.TestCase):
    def test_what_is_expected_to_be_slow_starts_first(self):
        with tempfile.TemporaryDirectory() as folder:
            body = ("    open('order', 'a').write(request.node.name + '\\n')\n"
                    "    time.sleep(0.3)\n")  # so that both sandboxes come up meanwhile
            names = [*(f"test_{i}" for i in range(5)), "test_slow"]
            (Path(folder) / "test_it.py").write_text(
                "import time\n" + "".join(f"def {name}(request):\n{body}" for name in names))
            ran = run(cwd=folder)
            order = (Path(folder) / "order").read_text().split()

        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("test_slow", order[:3], "it is the last one that is found")
        self.assertEqual(sorted(order), sorted(names))


class SlowTestReporter(unittest.TestCase):
    def test_it_prints_what_takes_long(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "test_it.py").write_text(
                "import time\ndef test_fast(): pass\ndef test_slow(): time.sleep(0.3)\n")
            ran = run(cwd=folder)

        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(ran.stdout, r"0\.3 s  test_it\.py::test_slow\n")
        self.assertNotIn("s  test_it.py::test_fast", ran.stdout.partition("Test Results:")[0])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], EXAMPLE], verbosity=2)
