"""Shows that each rule of check.py can be broken, and that clean files pass."""

import unittest
from pathlib import Path

import check

TOP = check.SPDX + "\n// Copyright (c) 2026 The Offload authors\n"


def rules(name, text):
    return [f"{line}: {rule}" for line, rule in check.breaches(Path(name), text)]


class CheckTest(unittest.TestCase):
    def include(self, name, header, rule=None):
        pragma = "#pragma once\n" if name.endswith(".hpp") else "\n"
        found = rules(name, f"{TOP}{pragma}#include {header}\n")
        if rule is None:
            self.assertEqual(found, [])
        else:
            self.assertEqual(len(found), 1, found)
            self.assertRegex(found[0], "^4: .*" + rule)

    def test_a_module_includes_lower_lines(self):
        self.include("include/offload/provider/concept.hpp", "<offload/core/error.hpp>")
        self.include("src/provider/local.cpp", "<offload/process/child.hpp>")
        self.include("cli/run.cpp", "<offload/runner/runner.hpp>")
        self.include("include/offload/core/error.hpp", "<offload/config/group.hpp>", "core must not")
        self.include("src/process/child.cpp", "<offload/runner/runner.hpp>", "process must not")

    def test_a_module_includes_no_sibling(self):
        self.include("src/report/junit.cpp", "<offload/history/record.hpp>", "report must not")

    def test_the_runner_includes_concepts_only(self):
        self.include("include/offload/runner/runner.hpp", "<offload/provider/concept.hpp>")
        self.include("src/runner/ledger.cpp", "<offload/provider/local.hpp>", "concept.hpp only")

    def test_the_front_door_is_for_users(self):
        self.include("examples/custom/main.cpp", "<offload/offload.hpp>")
        self.include("tests/consumer/first.cpp", "<offload/offload.hpp>")
        self.include("tests/core/error_test.cpp", "<offload/offload.hpp>", "for users")
        self.include("cli/main.cpp", '"offload/offload.hpp"', "for users")

    def test_a_public_header_shows_no_hidden_library(self):
        self.include("include/offload/core/error.hpp", "<vector>")
        self.include("include/offload/core/error.hpp", "<fmt/core.h>")
        for header in ("<regex>", "<unistd.h>", "<sys/wait.h>", "<toml++/toml.h>", "<git2.h>",
                       "<nlohmann/json.hpp>", "<re2/re2.h>", "<CLI/CLI.hpp>", "<range/v3/all.hpp>"):
            self.include("src/core/error.cpp", header)
            self.include("include/offload/core/error.hpp", header, "belongs in src/")

    def test_only_pure_bodies_use_ranges_in_a_public_header(self):
        self.include("include/offload/runner/items-inl.hpp", "<range/v3/view/enumerate.hpp>")
        self.include("include/offload/runner/items.hpp", "<range/v3/view/enumerate.hpp>",
                     "belongs in src/")

    def test_an_unknown_module_is_reported(self):
        self.assertIn("not in the module map", rules("src/misc/a.cpp", TOP)[0])
        self.include("src/runner/a.cpp", "<offload/misc/a.hpp>", "not in the module map")

    def test_a_quoted_include_stays_in_its_folder(self):
        self.include("src/report/junit.cpp", '"xml.hpp"')
        self.include("src/report/junit.cpp", '"../core/xml.hpp"', "same folder")

    def test_every_source_begins_with_its_license(self):
        self.assertEqual(rules("tests/a.cpp", "int a;\n"), ["1: two SPDX lines come first"])
        self.assertEqual(rules("include/offload/core/a.hpp", TOP), ["1: a header has #pragma once"])

    def test_a_file_has_an_end(self):
        self.assertEqual(rules("src/core/a.cpp", TOP + "\n" * 398), [])
        self.assertIn("at most 400", rules("src/core/a.cpp", TOP + "\n" * 399)[0])

    def test_code_neither_sleeps_nor_detaches_nor_suspends(self):
        for code in ("thread.detach();", "std::this_thread::sleep_for(1s);", "co_await x;"):
            self.assertEqual(len(rules("src/core/a.cpp", TOP + code)), 1, code)
            self.assertEqual(rules("src/core/a.cpp", TOP + "// " + code), [])

    def test_no_file_names_a_machine_or_a_registry(self):
        for text in ("/wo" + "rk/a", "/ro" + "ot/a", "a/.py" + "env/b", "https://py" + "pi.org/simple"):
            self.assertEqual(len(rules("docs/a.md", "line\n" + text)), 1, text)


if __name__ == "__main__":
    unittest.main()
