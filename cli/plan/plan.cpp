// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/json.hpp>
#include <offload/core/junit.hpp>
#include <offload/history/fixed_costs.hpp>
#include <offload/history/prediction.hpp>
#include <offload/provider/prices.hpp>
#include <offload/report/terminal.hpp>
#include <offload/scheduler/forecast.hpp>

#include <fmt/core.h>
#include <range/v3/view/take.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "logs/run_results.hpp"
#include "run/earlier_runs.hpp"
#include "run/run_local.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_poles = 10;
/// As far as a run is looked at that has more tests than anybody has sandboxes.
constexpr std::size_t most_slots = 1024;
/// A gain of this many per cent is not worth twice the sandboxes.
constexpr double as_good_as_best = 1.05;

/// The facts about a suite that are known without a run.
struct known_suite {
  std::vector<std::string> ids{};
  std::vector<std::string> files{};
  std::vector<seconds> durations{};
  std::string source{};  ///< where it is from, for people
  double scatter = 0.3;  ///< of durations; see `forecast_place`

  void add(std::string id, std::string file, seconds takes) {
    ids.push_back(std::move(id));
    files.push_back(std::move(file));
    durations.push_back(takes);
  }

  [[nodiscard]] std::vector<work_item> items() const {
    std::vector<work_item> all;
    for (std::uint32_t i = 0; i < ids.size(); ++i) {
      all.push_back(
          {.test = {i}, .file = files[i], .expected = durations[i], .id_bytes = ids[i].size()});
    }
    return all;
  }
};

std::map<test_id, seconds> ordered(std::unordered_map<test_id, seconds> const& durations) {
  return {durations.begin(), durations.end()};
}

known_suite suite_of_history(config const& c, history const& known,
                             std::string const& config_path) {
  predictions const predicted{known, config_path, c.history->default_duration};
  known_suite suite{.source = c.history->path};
  seconds sum{};
  seconds scattered{};
  for (auto const& [id, takes] : ordered(predicted.durations())) {
    suite.add(id.value, std::string{file_part(id.value)}, takes);
    sum += takes;
    scattered += predicted.of(id).spread * takes;
  }
  if (sum > seconds{}) { suite.scatter = scattered / sum; }
  return suite;
}

known_suite suite_of_record(run_record const& read, std::string source) {
  known_suite suite{.source = std::move(source)};
  for (auto const& test : read.tests) {
    if (test.longest) { suite.add(test.id.value, test.place.file, *test.longest); }
  }
  return suite;
}

/// From the history, or where it knows nothing, from the last report.
result<known_suite> suite_of(config const& c, history const& known,
                             std::string const& config_path) {
  if (c.history) {
    auto suite = suite_of_history(c, known, config_path);
    if (!suite.ids.empty()) { return suite; }
  }
  auto const report = report_path(c.report, which_run::last);
  auto const read = read_results(c.report, which_run::last, {.attempts = false});
  if (!read) {
    auto const also = c.history ? fmt::format(", and {} has no tests", c.history->path) : "";
    return tl::unexpected(
        error{errc::not_found, fmt::format("there is no report {}{}", report.string(), also),
              "A plan needs the test durations of an earlier run: run `offload run` once."});
  }
  auto suite = suite_of_record(read->record, read->source.string());
  if (suite.ids.empty()) {
    return fail(errc::not_found, "{} has no test with a duration", report.string());
  }
  return suite;
}

/// The cost of sandboxes with this total lifetime, if they have a cost.
std::optional<cost_estimate> cost_of(config const& c, seconds alive) {
  if (auto const* modal = std::get_if<modal_provider_config>(&c.provider)) {
    return modal_cost(modal->cpu_cores, modal->memory_gb.value_or(0), alive);
  }
  if (auto const* shell = std::get_if<shell_provider_config>(&c.provider)) {
    return modal_cost(shell->cpu_cores, 0, alive);
  }
  return std::nullopt;
}

bool is_local(config const& c) { return kind_of(c.provider) == provider_kind::local; }

enum class knowledge { said, learned, guessed };

std::string_view to_string(knowledge from) {
  switch (from) {
    case knowledge::said: return "said";
    case knowledge::learned: return "learned";
    case knowledge::guessed: return "guessed";
  }
  return {};
}

/// Where tests run.
struct known_place {
  forecast_place costs{};
  knowledge from = knowledge::guessed;  ///< of the start-up
  /// The usual time from the start of a sandbox to its first test.
  [[nodiscard]] seconds start_up() const {
    return sandbox_ready_times(1, costs).front() + costs.start_up;
  }
};

/// The user's value, the time of earlier runs, or a guess.
known_place place_of(config const& c, plan_options const& options, history const& known,
                     std::string const& config_path) {
  known_place place{.costs = {.hedges = c.run.impatiently_requeue_batches && !is_local(c)}};
  auto const framework = framework_of(c);
  auto const about = framework.properties();
  auto const worker = framework.worker({});
  bool const has_workers = worker && !worker->argv.empty();
  place.costs.cost = has_workers ? batch_cost::request : batch_cost::process;
  place.costs.file_cost = about.file_cost;
  place.costs.batch_start = about.start_up;
  // A worker starts once in a sandbox, a command with each batch.
  auto const until_first_test = [&](seconds all) {
    place.costs.start_up = has_workers ? all : about.start_up;
    place.costs.sandbox_starts = {std::max(seconds{}, all - place.costs.start_up)};
  };
  fixed_costs const learned{known, config_path};
  place.costs.next_batch = learned.mean(cost_kind::next_batch);
  place.costs.next_file = learned.mean(cost_kind::next_file);
  place.costs.next_test = learned.mean(cost_kind::next_test);
  if (options.start_up >= 0) {
    place.from = knowledge::said;
    until_first_test(seconds{options.start_up});
  } else if (learned.tell_of_starts()) {
    place.from = knowledge::learned;
    place.costs.start_up = learned.mean(cost_kind::worker_start);
    place.costs.sandbox_starts = learned.samples(cost_kind::sandbox_start);
    place.costs.listing = learned.mean(cost_kind::listing);
  } else {
    // Less without a network between.
    until_first_test(seconds{is_local(c) ? 0.5 : 2});
  }
  return place;
}

/// Where the start-up is from, in a few words.
std::string said_of(known_place const& place, config const& c) {
  switch (place.from) {
    case knowledge::said: return "--start-up";
    case knowledge::learned: return fmt::format("learned: {}", c.history->path);
    case knowledge::guessed:
      return "an estimate; record runs in the history to learn the real time";
  }
  return {};
}

std::vector<std::size_t> numbers_to_look_at(config const& c, plan_options const& options,
                                            work_total const& total, std::size_t tests) {
  auto const useful = static_cast<std::size_t>(std::ceil(total.useful_slots()));
  auto const asked = options.parallel > 0 ? options.parallel
                                          : std::max<std::size_t>(c.run.max_parallel, 2 * useful);
  auto const most = std::max<std::size_t>(1, std::min({asked, tests, most_slots}));
  std::vector<std::size_t> numbers;
  for (std::size_t n = 1; n < most; n *= 2) { numbers.push_back(n); }
  numbers.push_back(most);
  if (c.run.max_parallel < most) { numbers.push_back(c.run.max_parallel); }
  std::ranges::sort(numbers);
  numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
  return numbers;
}

/// A number of sandboxes, or why there is none.
struct recommendation {
  std::optional<std::size_t> slots;
  std::string why;
};

class run_plan {
 public:
  run_plan(config const& c, plan_options const& options, known_suite suite, known_place place)
      : config_{c},
        options_{options},
        suite_{std::move(suite)},
        items_{suite_.items()},
        total_{total_work(items_)},
        place_{std::move(place)} {
    place_.costs.scatter = suite_.scatter;
    for (auto const n : numbers_to_look_at(c, options, total_, items_.size())) {
      rows_.push_back(forecast_run(items_, n, place_.costs));
    }
    advice_ = recommend();
    poles_ = long_poles(items_, advice_.slots.value_or(rows_.back().slots));
  }

  void print_table() const {
    print("{} tests, {} of work, the longest {} (from {})\n", items_.size(),
          terminal::short_duration(total_.sum), terminal::short_duration(total_.longest),
          suite_.source);
    print("Start-up of a sandbox until its first test: {} ({})\n",
          terminal::short_duration(place_.start_up()), said_of(place_, config_));
    print("Useful parallelism: {:.1f} (more sandboxes cannot be faster)\n\n",
          total_.useful_slots());
    print("{:>9}  {:>9}  {:>9}  {:>6}  {:>9}\n", "parallel", "makespan", "bound", "use", "cost");
    for (auto const& row : rows_) {
      auto const cost = cost_of(config_, row.alive);
      print("{:>9}  {:>9}  {:>9}  {:>5.0f}%  {:>9}\n", row.slots,
            terminal::short_duration(row.makespan), terminal::short_duration(row.bound),
            100 * row.use, cost ? fmt::format("${:.4f}", cost->dollars) : "-");
    }
    print_poles();
    if (advice_.slots) {
      print("\nRecommended: max_parallel = {} ({})\n", *advice_.slots, advice_.why);
    } else {
      print("\nNothing to recommend: {}\n", advice_.why);
    }
  }

  void print_json() const {
    json out{{"tests", items_.size()},
             {"work_secs", total_.sum.count()},
             {"longest_secs", total_.longest.count()},
             {"useful_parallel", total_.useful_slots()},
             {"start_up_secs", place_.start_up().count()},
             {"start_up_source", to_string(place_.from)}};
    out["runs"] = json::list{};
    for (auto const& row : rows_) {
      json entry{{"parallel", row.slots},
                 {"makespan_secs", row.makespan.count()},
                 {"bound_secs", row.bound.count()},
                 {"use", row.use},
                 {"cost_dollars", nullptr}};
      if (auto const cost = cost_of(config_, row.alive)) { entry["cost_dollars"] = cost->dollars; }
      out["runs"].append(std::move(entry));
    }
    out["long_poles"] = json::list{};
    for (auto const& pole : poles_) {
      out["long_poles"].append(json{{"test", suite_.ids[pole.test.value]},
                                    {"takes_secs", pole.takes.count()},
                                    {"costs_secs", pole.costs.count()}});
    }
    out["recommended"] = nullptr;
    if (advice_.slots) { out["recommended"] = *advice_.slots; }
    out["why"] = advice_.why;
    print("{}\n", to_json(out, {.indent = 2}));
  }

 private:
  [[nodiscard]] double dollars(forecast const& row) const {
    auto const cost = cost_of(config_, row.alive);
    return cost ? cost->dollars : 0;
  }

  [[nodiscard]] recommendation recommend() const {
    auto const by_makespan = [](forecast const& row) { return row.makespan; };
    auto const& fastest = *std::ranges::min_element(rows_, {}, by_makespan);
    if (options_.deadline > 0) {
      seconds const deadline{options_.deadline};
      if (fastest.makespan > deadline) {
        return {{},
                fmt::format("the fastest run takes {}, with {} sandboxes",
                            terminal::short_duration(fastest.makespan), fastest.slots)};
      }
      return {fewest_within(deadline),
              fmt::format("the fewest that finish within {}", terminal::short_duration(deadline))};
    }
    if (options_.budget > 0) {
      forecast const* best = nullptr;
      for (auto const& row : rows_) {
        bool const affordable = dollars(row) <= options_.budget;
        if (affordable && (best == nullptr || row.makespan < best->makespan)) { best = &row; }
      }
      if (best == nullptr) {
        return {{}, fmt::format("every run costs more than ${:.4f}", options_.budget)};
      }
      return {best->slots,
              fmt::format("the fastest that costs no more than ${:.4f}", options_.budget)};
    }
    return {fewest_within(fastest.makespan * as_good_as_best),
            "the fewest that are about as fast as the fastest"};
  }

  /// The fewest of all, not only of those in the table.
  [[nodiscard]] std::size_t fewest_within(seconds deadline) const {
    auto const first =
        std::ranges::find_if(rows_, [&](forecast const& row) { return row.makespan <= deadline; });
    auto high = first->slots;
    auto low = first == rows_.begin() ? high : std::prev(first)->slots + 1;
    while (low < high) {
      auto const middle = low + (high - low) / 2;
      if (forecast_run(items_, middle, place_.costs).makespan <= deadline) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  void print_poles() const {
    if (poles_.empty()) { return; }
    print("\nLong poles with {} sandboxes (time saved if each took no longer than the next):\n",
          advice_.slots.value_or(rows_.back().slots));
    for (auto const& pole : poles_ | ranges::views::take(most_poles)) {
      print("  {:>9}  costs {:>9}  {}\n", terminal::short_duration(pole.takes),
            terminal::short_duration(pole.costs), terminal::visible(suite_.ids[pole.test.value]));
    }
    if (poles_.size() > most_poles) { print("  ... and {} more\n", poles_.size() - most_poles); }
  }

  config const& config_;
  plan_options const& options_;
  known_suite suite_;
  std::vector<work_item> items_;
  work_total total_;
  known_place place_;
  std::vector<forecast> rows_;
  recommendation advice_;
  std::vector<long_pole> poles_;
};

}  // namespace

int plan(common_options const& common, plan_options const& options) {
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return 1; }
  auto const known = history_of(*loaded);
  auto suite = suite_of(*loaded, known, common.config);
  if (!suite) { return fail_with(suite.error()); }
  if (options.budget > 0 && is_local(*loaded)) {
    return fail_with(
        {errc::invalid_usage, "--budget needs a provider whose sandboxes cost something", {}});
  }
  run_plan const made{*loaded, options, std::move(*suite),
                      place_of(*loaded, options, known, common.config)};
  if (options.json) {
    made.print_json();
  } else {
    made.print_table();
  }
  return 0;
}

}  // namespace offload::cli
