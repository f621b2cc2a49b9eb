// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/page_reporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <filesystem>
#include <map>

namespace offload {
namespace {

using testing::attempt_of;
using testing::contents_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::scripted_run;
using testing::temp_dir;

TEST(TextStore, KeepsEqualTextsOnceEvenWhenItIsMoved) {
  text_store first;
  auto const number = first.add("a text");
  auto store = std::move(first);

  EXPECT_EQ(store.add("a text"), number);
  EXPECT_EQ(store.add(""), 0U);
  EXPECT_EQ(store[number], "a text");
  EXPECT_EQ(store.bytes(), 6U);
}

class PageReporter : public ::testing::Test {
 protected:
  /// A test, and what one bad attempt at it says.
  void fails(std::string id, std::string text, std::string out = {}) {
    auto one = attempt_of(id, outcome::failed, 1);
    one.test = {static_cast<std::uint32_t>(tests.size())};
    one.report.message = text.substr(0, text.find('\n'));
    one.report.text = std::move(text);
    one.report.out = std::move(out);
    run.attempt(one);
    tests.push_back({.test = {.id = {std::move(id)}}, .ended = verdict::failed, .attempts = 1});
  }
  [[nodiscard]] std::string page() {
    run.finish(tests);
    EXPECT_FALSE(reporter.failure());
    return contents_of(dir / "page.html");
  }

  temp_dir dir;
  page_reporter reporter =
      page_reporter::prepare(
          {.file = dir / "page.html", .output_dir = dir.path(), .clock = {{}, testing::at(0)}})
          .value();
  scripted_run<page_reporter> run{reporter};
  std::vector<test_record> tests;
};

TEST_F(PageReporter, LeavesNoWayOutOfTheText) {
  fails("a</script><img>", "</pre><b>bold</b>\n\"&'{{data}}");

  auto const text = page();

  EXPECT_THAT(text, HasSubstr("a&lt;/script&gt;&lt;img&gt;"));
  EXPECT_THAT(text, HasSubstr(R"(["a\u003c/script>\u003cimg>",)"));
  EXPECT_THAT(text, Not(HasSubstr("<img")));
  EXPECT_THAT(text, Not(HasSubstr("<b>bold")));
  EXPECT_THAT(text, HasSubstr(R"(\"&'{{data}})"));
}

TEST_F(PageReporter, TakesBytesThatAreNoUtf8) {
  fails("a\xff", "wrong \x80 \x1b[31mred\x1b[0m \x01");

  auto const text = page();

  EXPECT_THAT(text, HasSubstr("wrong \uFFFD red \\x01</pre>"));
  EXPECT_THAT(text, HasSubstr(R"("a)"
                              "\uFFFD"
                              R"(",1,)"));
}

TEST_F(PageReporter, StaysSmallWhateverTestsSay) {
  for (int i = 0; i < 1000; ++i) {
    auto const number = std::to_string(i);
    fails("test " + number, "message " + number + "\n" + std::string(100'000, 'x') + number,
          number + std::string(1'000'000, 'o'));
  }

  auto const text = page();

  EXPECT_LT(text.size(), 8'000'000U);
  EXPECT_THAT(text, HasSubstr("message 999"));
  EXPECT_THAT(text, HasSubstr(" bytes left out ...]"));
}

TEST_F(PageReporter, ReplacesThePageInOneStepAtTheEnd) {
  fails("a", "wrong");
  EXPECT_FALSE(std::filesystem::exists(dir / "page.html"));

  (void)page();

  EXPECT_FALSE(std::filesystem::exists(dir / "page.html.new"));
}

TEST_F(PageReporter, SaysWhatItCouldNotWrite) {
  std::filesystem::create_directory(dir / "page.html");
  fails("a", "wrong");
  run.finish(tests);

  ASSERT_TRUE(reporter.failure());
  EXPECT_THAT(reporter.failure()->message, HasSubstr("page.html"));
  EXPECT_FALSE(std::filesystem::exists(dir / "page.html.new"));
}

TEST_F(PageReporter, GivesEachSandboxALaneWithItsTroubles) {
  sandbox_id const first{"sb-1"};
  sandbox_id const second{"sb-2"};
  error const lost{errc::sandbox, "the machine has died"};
  error const refused{errc::sandbox, "no more machines"};
  run.tell(sandbox_came_up{first, {0}, seconds{0.5}});  // 1 s
  run.tell(sandbox_came_up{second, {1}, seconds{9}});   // 2 s
  run.begin(0, "sb-1");                                 // 3 s
  run.tell(sandbox_went_down{first});                   // 4 s
  run.tell(sandbox_failed{{0}, lost});
  run.tell(sandbox_failed{{2}, refused});

  auto const text = page();

  EXPECT_THAT(text, HasSubstr(R"(["sb-1",0.5,1.0,4.0,"the machine has died"])"));
  EXPECT_THAT(text, HasSubstr(R"(["sb-2",0.0,2.0,7.0,""])"));
  EXPECT_THAT(text, HasSubstr("A sandbox could not be made: no more machines"));
}

TEST(PageReporterPreparation, RefusesWhatIsNoPlaceForAFile) {
  temp_dir dir;
  std::filesystem::create_directory(dir / "folder");

  EXPECT_FALSE(page_reporter::prepare({.file = dir / "folder"}));
  EXPECT_TRUE(page_reporter::prepare({.file = dir / "new" / "page.html"}));
  EXPECT_FALSE(std::filesystem::exists(dir / "new" / "page.html"));
}

}  // namespace
}  // namespace offload
