// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/trimmed.hpp>
#include <offload/framework/pytest.hpp>
#include <offload/runner/ledger.hpp>
#include <offload/runner/outcome.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "framework/plugin_records.hpp"
#include "runner/batch_ids.hpp"

/// Whatever happens to the records of a worker on their way, the run is not green.
namespace offload {
namespace {

using namespace std::chrono_literals;

using testing::record;
using testing::start;

using records = std::vector<std::string>;

records of_good_batch(std::vector<std::string> const& tests) {
  records all{record(R"({"event":"hello","pytest":"9.2.0","maxfail":0})")};
  auto const add = [&](std::string text) { all.push_back(record(std::move(text), all.size())); };
  for (auto const& test : tests) {
    add(R"({"event":"started","batch":0,"id":")" + test + R"("})");
    add(R"({"event":"finished","batch":0,"id":")" + test +
        R"(","outcome":"passed","seconds":0.25,"stdout":"said"})");
  }
  add(R"({"event":"done","batch":0})");
  add(R"({"event":"bye"})");
  return all;
}

/// One run: a batch whose worker's records are `first`, and then, in good order, what it has lost.
class small_run {
 public:
  explicit small_run(std::vector<std::string> const& ids) {
    std::vector<test_case> cases;
    for (auto const& id : ids) { cases.push_back({.id = {id}}); }
    book_.emplace(std::move(cases), 10s);
  }

  [[nodiscard]] int exit_code_after(records const& first) {
    std::vector<test_index> these;
    for (std::uint32_t i = 0; i < book_->tests(); ++i) { these.push_back({i}); }
    hear({0}, these, first);
    std::uint32_t next = 1;
    while (!again_.empty() && next < 20) {
      auto const lost = std::exchange(again_, {});
      std::vector<std::string> ids;
      for (auto const test : lost) { ids.push_back((*book_)[test].test.id.value); }
      hear({next++}, lost, of_good_batch(ids));
    }
    apply(book_->conclude("", start));
    std::vector<test_record> const all{book_->records().begin(), book_->records().end()};
    return exit_code(run_summary{.tests = all});
  }

 private:
  void hear(batch_id id, std::vector<test_index> const& tests, records const& said) {
    book_->assign(id, tests, {"box"});
    auto reader = pytest_framework{{}}.worker_reader();
    bool is_open = true;
    bool has_reason = false;
    framework_event_sink const sink = [&](framework_event what) {
      if (auto* done = std::get_if<test_finished>(&what)) {
        if (is_open) { apply(book_->finished(id, std::move(done->report), start)); }
      } else if (auto const* began = std::get_if<test_started>(&what)) {
        if (is_open) { book_->started(id, began->id, start); }
      } else if (auto const* failed = std::get_if<outside_failure>(&what)) {
        has_reason = true;
        apply(book_->failed_outside({id, {"box"}, true}, *failed, start));
      } else if (std::holds_alternative<batch_done>(what) && std::exchange(is_open, false)) {
        apply(book_->close(id, {}, start));
      }
    };
    std::string stream;
    for (auto const& one : said) { stream += one; }
    reader.feed(stream::out, stream, sink);
    reader.finish({}, sink);
    if (is_open) { apply(book_->close(id, {batch_cause::exited, {}, {}, has_reason}, start)); }
  }

  void apply(ledger_update const& update) {
    for (auto const& one : update.again) { again_.push_back(one.test); }
  }

  std::optional<ledger> book_;
  std::vector<test_index> again_;
};

std::vector<std::string> const three{"a.py::t", "a.py::u", "b.py::v"};

TEST(DamagedRecords, WithoutDamageTheRunIsGreen) {
  EXPECT_EQ(small_run{three}.exit_code_after(of_good_batch(three)), 0);
}

/// Damages one record, or the order of two.
class damager {
 public:
  explicit damager(unsigned seed) : random_{seed} {}

  /// Returns what was done.
  std::string damage(records& all) {
    auto const at = below(all.size());
    auto& one = all[at];
    switch (below(7)) {
      case 0: {
        auto const where = below(one.size());
        one[where] = static_cast<char>(static_cast<unsigned char>(one[where]) ^ (1 + below(255)));
        return fmt::format("another byte {} in record {}", where, at);
      }
      case 1: {
        auto const where = below(one.size());
        one.erase(where, 1 + below(one.size() - where));
        return fmt::format("bytes from {} lost in record {}", where, at);
      }
      case 2: all.erase(all.begin() + static_cast<std::ptrdiff_t>(at)); return lost(at);
      case 3:
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(below(all.size())), all[at]);
        return fmt::format("record {} twice", at);
      case 4: {
        auto const other = (at + 1 + below(all.size() - 1)) % all.size();
        std::swap(all[at], all[other]);
        return fmt::format("records {} and {} swapped", at, other);
      }
      case 5: {
        auto const where = 1 + below(one.size() - 1);
        one.insert(where, 1, static_cast<char>(below(256)));
        return fmt::format("a byte more at {} in record {}", where, at);
      }
      default: all.resize(at); return fmt::format("cut off before record {}", at);
    }
  }

 private:
  static std::string lost(std::size_t at) { return fmt::format("record {} lost", at); }
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_);
  }

  std::mt19937 random_;
};

/// The events without what separates them, of which a record needs one only.
std::string bare(records const& all) {
  std::string text;
  for (auto const& one : all) { text += text::trimmed(one, "\x1e\n"); }
  return text;
}

TEST(DamagedRecords, NoDamageEndsGreen) {
  auto const good = of_good_batch(three);
  unsigned damaged = 0;
  for (unsigned seed = 0; seed < 10'500; ++seed) {
    auto broken = good;
    auto const what = damager{seed}.damage(broken);
    if (bare(broken) == bare(good) || broken.empty()) { continue; }  // it never began
    ++damaged;

    EXPECT_NE(small_run{three}.exit_code_after(broken), 0) << "seed " << seed << ": " << what;
  }
  EXPECT_GE(damaged, 10'000u);
}

}  // namespace
}  // namespace offload
