// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/junit_matcher.hpp>

#include <gtest/gtest.h>

#include <ostream>

namespace offload {

std::ostream& operator<<(std::ostream& to, junit_fit fit) { return to << static_cast<int>(fit); }

namespace {

/// Which test of a list a case is taken for.
class among {
 public:
  explicit among(std::vector<std::string> const& ids, std::string format = "{name}")
      : ids_{ids}, matcher_{as_tests(ids), std::move(format)} {}

  [[nodiscard]] junit_fit fit(std::string classname, std::string name) const {
    return find(std::move(classname), std::move(name)).fit;
  }
  /// "-" when there is none.
  [[nodiscard]] std::string id(std::string classname, std::string name,
                               std::string file = "") const {
    auto const match = find(std::move(classname), std::move(name), std::move(file));
    return match.fit > junit_fit::several ? ids_[match.test] : "-";
  }

 private:
  static std::vector<test_id> as_tests(std::vector<std::string> const& ids) {
    std::vector<test_id> tests;
    for (auto const& id : ids) { tests.push_back({id}); }
    return tests;
  }
  [[nodiscard]] junit_match find(std::string classname, std::string name,
                                 std::string file = "") const {
    junit_case one;
    one.classname = std::move(classname);
    one.name = std::move(name);
    one.place.file = std::move(file);
    return matcher_.find(one);
  }

  std::vector<std::string> ids_;
  junit_matcher matcher_;
};

TEST(JunitMatcher, FindsAnIdByTheFormat) {
  among const ids{{"C x", "x", "D x"}, "{classname} {name}"};

  EXPECT_EQ(ids.id("C", "x"), "C x");
  EXPECT_EQ(ids.fit("C", "x"), junit_fit::exact);
}

TEST(JunitMatcher, TakesAMissingClassForNothing) {
  EXPECT_EQ((among{{"<> x"}, "<{classname}> {name}"}).id("", "x"), "<> x");
}

TEST(JunitMatcher, LeavesOtherBracesOfTheFormatAlone) {
  EXPECT_EQ((among{{"{x} {a"}, "{x} {{name}"}).id("", "a"), "{x} {a");
}

TEST(JunitMatcher, FillsTheFormatInOnce) {
  EXPECT_EQ((among{{"C {classname}"}, "{classname} {name}"}).id("C", "{classname}"),
            "C {classname}");
}

TEST(JunitMatcher, TakesAnEmptyFormatForTheName) {
  EXPECT_EQ((among{{"x"}, ""}).fit("C", "x"), junit_fit::exact);
}

TEST(JunitMatcher, FindsAnIdByNameClassOrFile) {
  among const ids{{"tests/test_a.py::test_1", "K::m", "src/b.js::adds"}, "no {name} like this"};

  EXPECT_EQ(ids.id("anything", "tests/test_a.py::test_1"), "tests/test_a.py::test_1");
  EXPECT_EQ(ids.id("K", "m"), "K::m");
  EXPECT_EQ(ids.id("other", "adds", "src/b.js"), "src/b.js::adds");
}

TEST(JunitMatcher, ReadsADottedClassAsAPath) {
  among const ids{{"tests/test_a.py::T::x", "tests/test_b.py::T::x", "tests/test_a.py::x"}};

  EXPECT_EQ(ids.id("tests.test_a.T", "x"), "tests/test_a.py::T::x");
  EXPECT_EQ(ids.id("tests.test_b.T", "x"), "tests/test_b.py::T::x");
  EXPECT_EQ(ids.id("tests.test_a", "x"), "tests/test_a.py::x");
  EXPECT_EQ(ids.fit("tests.test_a", "x"), junit_fit::exact);
}

TEST(JunitMatcher, FindsAnIdOfWhichTheCaseKnowsOnlyTheEnd) {
  among const ids{{"pkg/tests/test_a.py::x", "pkg/tests/test_b.py::x"}};

  EXPECT_EQ(ids.id("test_b", "x"), "pkg/tests/test_b.py::x");
  EXPECT_EQ(ids.fit("test_b", "x"), junit_fit::whole);
}

TEST(JunitMatcher, FindsAnIdThatIsTheEndOfTheCase) {
  among const ids{{"tests/test_a.py::x"}};

  EXPECT_EQ(ids.id("", "/app/tests/test_a.py::x"), "tests/test_a.py::x");
  EXPECT_EQ(ids.fit("app.tests.test_a", "x"), junit_fit::whole);
}

TEST(JunitMatcher, FindsAnIdUnderAnotherRoot) {
  among const ids{{"src/tests/test_a.py::x", "src/tests/test_b.py::x"}};

  EXPECT_EQ(ids.id("app.tests.test_a", "x"), "src/tests/test_a.py::x");
  EXPECT_EQ(ids.fit("app.tests.test_a", "x"), junit_fit::partial);
}

TEST(JunitMatcher, PrefersTheLongestCommonEnd) {
  among const ids{{"a/tests/test_x.py::t", "b/tests/test_x.py::t", "test_x.py::t"}};

  EXPECT_EQ(ids.id("b.tests.test_x", "t"), "b/tests/test_x.py::t");
}

TEST(JunitMatcher, PrefersTheWholeIdToALongerOneWithThatEnd) {
  for (auto const& order : {std::vector<std::string>{"tests/x.py::t", "libs/a/tests/x.py::t"},
                            std::vector<std::string>{"libs/a/tests/x.py::t", "tests/x.py::t"}}) {
    among const ids{order};

    EXPECT_EQ(ids.id("tests.x", "t"), "tests/x.py::t");
    EXPECT_EQ(ids.id("libs.a.tests.x", "t"), "libs/a/tests/x.py::t");
  }
}

TEST(JunitMatcher, DoesNotDecideBetweenEqualEnds) {
  among const ids{{"a/test_x.py::t", "b/test_x.py::t"}};

  EXPECT_EQ(ids.fit("test_x", "t"), junit_fit::several);
  EXPECT_EQ(ids.fit("c.test_x", "t"), junit_fit::several);
}

TEST(JunitMatcher, MatchesOnlyWholeParts) {
  among const ids{{"tests/test_x.py::test_add"}};

  EXPECT_EQ(ids.fit("", "add"), junit_fit::none);
  EXPECT_EQ(ids.fit("", "x.test_add"), junit_fit::none);
  EXPECT_EQ(ids.fit("best_x", "test_add"), junit_fit::name);
  EXPECT_EQ(ids.fit("other", "test_subtract"), junit_fit::none);
}

TEST(JunitMatcher, NeverMatchesLessThanTheName) {
  among const ids{{"tests/test_x.py::test_a[1.5]"}};

  EXPECT_EQ(ids.fit("tests.test_x", "test_b[2.5]"), junit_fit::none);
  EXPECT_EQ(ids.id("test_x", "test_a[1.5]"), "tests/test_x.py::test_a[1.5]");
}

TEST(JunitMatcher, ReadsSuitesInChevronsAsParts) {
  among const ids{{"src/a.test.ts > math > adds", "src/b.test.ts > math > adds"}};

  EXPECT_EQ(ids.id("a.test.ts", "math > adds"), "src/a.test.ts > math > adds");
}

TEST(JunitMatcher, LeavesPyInsideAWordAlone) {
  EXPECT_EQ((among{{"a.python.x", "athon.x"}}).id("z.a.python", "x"), "a.python.x");
}

TEST(JunitMatcher, FindsNothingForACaseWithoutName) {
  EXPECT_EQ((among{{"a"}}).fit("a", ""), junit_fit::none);
  EXPECT_EQ((among{{}}).fit("a", "b"), junit_fit::none);
}

}  // namespace
}  // namespace offload
