// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "causes/failure_causes.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Failures as the runners write them, kept until the causes are found.
class FailureCauses : public ::testing::Test {
 protected:
  void add(std::string test, std::string message, std::string text) {
    texts.push_back({std::move(test), std::move(message), std::move(text)});
  }
  std::vector<failure_cause> causes() {
    std::vector<bad_result> results;
    for (auto const& one : texts) { results.push_back({one.test, one.message, one.text}); }
    return causes_of(results);
  }

  struct owned_result {
    std::string test, message, text;
  };
  std::vector<owned_result> texts;
};

std::string pytest_price(int n, std::string_view address) {
  return fmt::format(
      "n = {0}\n\n    @pytest.mark.parametrize(\"n\", range(3))\n    def test_price(n):\n"
      ">       assert shop.price_of(n) == n * 2\nE       assert {1} == ({0} * 2)\n"
      "E        +  where {1} = <function price_of at {2}>({0})\n"
      "E        +    where <function price_of at {2}> = shop.price_of\n\n"
      "tests/test_a.py:4: AssertionError",
      n, n * 2 + 1, address);
}

std::string pytest_vat(std::string_view test, std::string_view address) {
  return fmt::format(
      "n = 0\n\n    def {0}(n):\n>       assert shop.Cart({{}}).total(n) > 0\n"
      "               ^^^^^^^^^^^^^^^^^^^^^^\n\ntests/{0}.py:7: \n"
      "_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ \n\n"
      "self = <shop.Cart object at {1}>, n = 0\n\n    def total(self, n):\n"
      ">       return round(n * self.rates[\"vat\"], 2)\nE       KeyError: 'vat'\n\n"
      "shop.py:5: KeyError",
      test, address);
}

TEST_F(FailureCauses, OfPytestAreTheValuesThatTestsFindWrong) {
  add("tests/test_a.py::test_price[1]", "assert 3 == (1 * 2)", pytest_price(1, "0x7fd11e1bb9c0"));
  add("tests/test_b.py::test_price[0]", "assert 1 == (0 * 2)", pytest_price(0, "0x7fce28eb3ba0"));
  add("tests/test_a.py::test_two", "assert 1 == 2",
      "def test_two():\n>   assert 1 == 2\nE   assert 1 == 2\n\ntests/test_a.py:9: AssertionError");

  auto const found = causes();

  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0].members, ElementsAre(0, 1));
  EXPECT_EQ(found[0].message, "assert 3 == (1 * 2)");
  EXPECT_EQ(found[1].place, "tests/test_a.py");
}

TEST_F(FailureCauses, OfPytestAreTheInnermostFunctionsOfTheProject) {
  add("tests/test_m.py::test_m[0]", "KeyError: 'vat'", pytest_vat("test_m", "0x7fd11e12f290"));
  add("tests/test_n.py::test_n[2]", "KeyError: 'vat'", pytest_vat("test_n", "0x7fce28ecf8d0"));
  add("tests/test_a.py::test_db[0]",
      "ConnectionRefusedError: [Errno 111] Connection refused: 127.0.0.1:5952",
      "tmp_path = PosixPath('/tmp/pytest-of-root/pytest-1614/test_db_0_0')\n\n"
      "    @pytest.fixture\n    def db(tmp_path):\n"
      ">       shop.connect(5000 + id(tmp_path) % 1000)\n\ntests/test_a.py:10: \n_ _ _ _ \n\n"
      "port = 5952\n\n    def connect(port):\n>       raise ConnectionRefusedError(111, port)\n"
      "E       ConnectionRefusedError: [Errno 111] Connection refused: 127.0.0.1:5952\n\n"
      "shop.py:9: ConnectionRefusedError");

  auto const found = causes();

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].tests, 2U);
  EXPECT_EQ(found[0].place, "shop.py, in total");
  EXPECT_EQ(found[1].place, "shop.py, in connect");
}

TEST_F(FailureCauses, OfPythonItselfAreReadToo) {
  add("tests/test_a.py::test_a", "ValueError: no",
      "Traceback (most recent call last):\n  File \"/srv/app/tests/test_a.py\", line 3, in test_a\n"
      "    load()\n  File \"/srv/app/shop/load.py\", line 9, in load\n    json.loads(x)\n"
      "  File \"/usr/lib/python3.11/json/__init__.py\", line 346, in loads\nValueError: no");

  EXPECT_EQ(causes()[0].place, "shop/load.py, in load");
}

std::string nextest_text(std::string_view function, int line) {
  return fmt::format(
      "\nthread 'tests::{0}' (27687) panicked at src/lib.rs:{1}:24:\n"
      "assertion `left == right` failed\n  left: 3\n right: 2\nstack backtrace:\n"
      "   0: __rustc::rust_begin_unwind\n"
      "             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/"
      "panicking.rs:689:5\n   3: core::panicking::assert_failed::<u32, u32>\n"
      "             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/"
      "panicking.rs:394:5\n   4: shop::{0}\n             at ./src/lib.rs:{1}:24\n"
      "   5: shop::{0}::{{{{closure}}}}\n             at ./src/lib.rs:{1}:21\n"
      "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
      function, line);
}

TEST_F(FailureCauses, OfNextestAreTheFunctionsThatPanic) {
  constexpr auto said = "assertion `left == right` failed";
  add("shop tests::one", said, nextest_text("tests::one", 5));
  add("shop tests::two", said, nextest_text("tests::two", 6));
  add("shop tests::three", said, nextest_text("check_sum", 40));
  add("shop tests::four", "index out of bounds: the len is 0 but the index is 3",
      "\nthread 'tests::four' (27699) panicked at src/lib.rs:7:61:\n"
      "index out of bounds: the len is 0 but the index is 3\n");

  auto const found = causes();

  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0].members, ElementsAre(0, 1));
  EXPECT_EQ(found[0].place, "src/lib.rs");
  EXPECT_EQ(found[1].message, "index out of bounds: the len is 0 but the index is 3");
  EXPECT_EQ(found[2].place, "src/lib.rs, in shop::check_sum");
}

TEST_F(FailureCauses, OfVitestAreTheFunctionsThatThrow) {
  constexpr auto type_error = "TypeError: Cannot read properties of undefined (reading 'length')";
  auto const thrown = [&](std::string_view root, int line) {
    return fmt::format(
        "{0}\n    at total (/tmp/{1}/js/shop.js:2:49)\n    at /tmp/{1}/js/a.test.js:{2}:23",
        type_error, root, line);
  };
  add("a.test.js > three", type_error, thrown("sb-81a0", 5));
  add("a.test.js > four", type_error, thrown("sb-77f2", 6));
  add("a.test.js > one", "AssertionError: expected 3 to be 2 // Object.is equality",
      "AssertionError: expected 3 to be 2 // Object.is equality\n"
      "    at /tmp/sb-81a0/js/a.test.js:3:38\n\n- Expected\n+ Received\n\n- 2\n+ 3");

  auto const found = causes();

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].place, "shop.js, in total");
  EXPECT_EQ(found[1].place, "a.test.js");
}

std::string googletest_text(std::string_view name, std::string_view block) {
  return fmt::format(
      "Running main() from ./googletest/src/gtest_main.cc\nNote: Google Test filter = {0}\n"
      "[==========] Running 1 test from 1 test suite.\n[ RUN      ] {0}\n{1}"
      "[  FAILED  ] {0} (0 ms)\n[----------] 1 test from Price (0 ms total)\n\n"
      "[  PASSED  ] 0 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] {0}\n\n"
      " 1 FAILED TEST\n",
      name, block);
}

TEST_F(FailureCauses, OfCtestAreWhatGoogleTestSays) {
  auto const price = [](int line, int n) {
    return fmt::format(
        "/srv/gt/shop_test.cpp:{}: Failure\nExpected equality of these values:\n  price({})\n"
        "    Which is: {}\n  2\n",
        line, n, 2 * n + 1);
  };
  add("Price.One", "Failed", googletest_text("Price.One", price(3, 1)));
  add("Price.Two", "Failed", googletest_text("Price.Two", price(4, 2)));
  add("Price.Throws", "Failed",
      googletest_text("Price.Throws",
                      "unknown file: Failure\nC++ exception with description \"cannot open "
                      "/tmp/abc123/x\" thrown in the test body.\n"));
  add("Price.Dies", "Exception: SegFault", "[ RUN      ] Price.Dies\n");

  auto const found = causes();

  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0].members, ElementsAre(0, 1));
  EXPECT_EQ(found[0].place, "gt/shop_test.cpp");
  EXPECT_THAT(found[0].message, HasSubstr("price(1)"));
  EXPECT_EQ(found[1].message, "Exception: SegFault");
  EXPECT_THAT(found[2].message, HasSubstr("cannot open"));
}

TEST_F(FailureCauses, AreFoundInTheTextWhereTheMessageTellsNothing) {
  add("a", "Failed", "starting\nsh: error: no such table: users\nbye\n");
  add("b", "failed", "started at 12:01\nsh: error: no such table: users\nbye\n");

  auto const found = causes();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "sh: error: no such table: users");
}

TEST_F(FailureCauses, AreToldByTheTextWhereOffloadTellsTheExitStatus) {
  add("a", "the command ended with exit status 3", "error: no disk\n");
  add("b", "the command ended with exit status 3", "error: no network\n");
  add("c", "the command ended with exit status 3", "");

  auto const found = causes();

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].message, "the command ended with exit status 3\nerror: no disk");
  EXPECT_EQ(found[2].message, "the command ended with exit status 3");
}

TEST_F(FailureCauses, CountATestOnceAndComeByTestsThenByName) {
  add("z", "boom", "");
  add("b", "bang", "");
  add("b", "bang", "");
  add("a", "crash", "");
  add("y", "boom", "");

  auto const found = causes();

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].message, "boom");
  EXPECT_EQ(found[1].message, "crash");
  EXPECT_EQ(found[2].tests, 1U);
  EXPECT_THAT(found[2].members, ElementsAre(1, 2));
}

TEST_F(FailureCauses, HaveTheSameHandlesInWhateverOrderTheyCome) {
  for (std::size_t i = 0; i < 50; ++i) {
    add(fmt::format("t{}", i), fmt::format("{} is gone", std::string(1 + i % 7, 'x')), "");
  }
  auto const handles = [&] {
    std::vector<std::string> all;
    for (auto const& one : causes()) { all.push_back(one.handle); }
    return all;
  };

  auto const before = handles();
  std::ranges::shuffle(texts, std::mt19937{7});

  EXPECT_EQ(handles(), before);
  EXPECT_THAT(before[0], ::testing::MatchesRegex("c[0-9a-f]+"));
  EXPECT_EQ(before[0].size(), 9U);
}

TEST(Normalised, MakesEqualWhatDiffersFromRunToRun) {
  EXPECT_EQ(normalised("took 12.5ms, then 1m05s of 3 seconds"),
            "took <time>, then <time> of <time>");
  EXPECT_EQ(normalised("<Cart at 0x7fd11e12f290>"), "<Cart at <hex>>");
  EXPECT_EQ(normalised("id 9b2d3f04-11aa-4c0e-8f6b-0123456789ab!"), "id <id>!");
  EXPECT_EQ(normalised("commit 392dbab09c"), "commit <id>");
  EXPECT_EQ(normalised("cannot open /tmp/pytest-12/test_a0/settings.json: no"),
            "cannot open <tmp>/settings.json: no");
  EXPECT_EQ(normalised("in /tmp/tmpx81h_2/out7"), "in <tmp>");
  EXPECT_EQ(normalised("127.0.0.1:5952 refused"), "<n> refused");
  EXPECT_EQ(normalised("assert [1, 2, 3] == [1, -2]"), "assert [<n>] == [<n>]");
  EXPECT_EQ(normalised("no user 'x7Gh2k9', no order \"order-17\""),
            "no user '<id>', no order \"order-<n>\"");
}

TEST(Normalised, KeepsWhatTells) {
  EXPECT_EQ(normalised("KeyError: 'vat'"), "KeyError: 'vat'");
  EXPECT_EQ(normalised("didn't find the café at /srv/app/x.json"),
            "didn't find the café at /srv/app/x.json");
  EXPECT_EQ(normalised("a deadbeef, a facade"), "a deadbeef, a facade");
}

}  // namespace
}  // namespace offload
