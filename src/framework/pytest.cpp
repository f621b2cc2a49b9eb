// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/pytest.hpp>

#include <offload/core/shell_words.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace offload {
namespace embedded {
std::string_view offload_pytest();
}

namespace {

using json = nlohmann::json;

std::string dumped(json const& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

/// The filters of a group that pytest can evaluate on a collection of everything.
struct expressions {
  std::optional<std::string> mark, keyword;
};

/// Nothing when the filters hold more than `-m` and `-k`.
std::optional<expressions> expressions_of(std::vector<std::string> const& filters) {
  expressions found;
  for (std::size_t i = 0; i < filters.size(); i += 2) {
    if (i + 1 == filters.size()) { return std::nullopt; }
    if (filters[i] == "-m") {
      found.mark = filters[i + 1];
    } else if (filters[i] == "-k") {
      found.keyword = filters[i + 1];
    } else {
      return std::nullopt;
    }
  }
  return found;
}

json group_request(group const& from, expressions const& wanted) {
  json request{{"name", from.name}};
  if (wanted.mark) { request["mark"] = *wanted.mark; }
  if (wanted.keyword) { request["keyword"] = *wanted.keyword; }
  return request;
}

std::string discover_request(json groups) {
  return dumped({{"do", "discover"}, {"groups", std::move(groups)}}) + "\n";
}

std::string run_request(batch const& tests) {
  json ids = json::array();
  for (auto const& id : tests.tests) { ids.push_back(id.value); }
  return dumped({{"do", "run"}, {"batch", tests.id.value}, {"tests", std::move(ids)}}) + "\n";
}

std::string text_of(json const& event, char const* key) {
  if (!event.is_object()) { return {}; }
  auto const found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

unsigned number_of(json const& event, char const* key) {
  if (!event.is_object()) { return 0; }
  auto const found = event.find(key);
  return found != event.end() && found->is_number_integer() && *found >= 0 ? found->get<unsigned>()
                                                                           : 0u;
}

/// The entries of a list; none when it is no list.
json list_of(json const& event, char const* key) {
  if (!event.is_object()) { return json::array(); }
  auto const found = event.find(key);
  return found != event.end() && found->is_array() ? *found : json::array();
}

bool flag_of(json const& event, char const* key, bool otherwise) {
  auto const found = event.find(key);
  return found != event.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

source_place place_of(json const& event) {
  return {text_of(event, "file"), number_of(event, "line")};
}

test_listed listed_test(json const& test, std::vector<std::size_t> const& groups) {
  test_listed listed{.id = {text_of(test, "id")}, .place = place_of(test)};
  for (auto const& asked : list_of(test, "groups")) {
    auto const position = asked.is_number_unsigned() ? asked.get<std::size_t>() : groups.size();
    if (position < groups.size()) { listed.groups.push_back(groups[position]); }
  }
  if (flag_of(test, "alone", false)) { listed.together = batching::alone; }
  // An inherited test is written elsewhere than in the file to which it belongs.
  auto const file = listed.id.value.substr(0, listed.id.value.find("::"));
  if (listed.place.file != file) { listed.place = {file, 0}; }
  return listed;
}

std::optional<outcome> outcome_named(std::string_view name) {
  if (name == "passed") { return outcome::passed; }
  if (name == "failed") { return outcome::failed; }
  if (name == "errored") { return outcome::errored; }
  if (name == "skipped") { return outcome::skipped; }
  return std::nullopt;
}

std::optional<test_report> report_of(json const& event) {
  auto const ended = outcome_named(text_of(event, "outcome"));
  if (!ended) { return std::nullopt; }
  auto const duration = event.find("seconds");
  test_report report{.id = {text_of(event, "id")},
                     .ended = *ended,
                     .message = text_of(event, "message"),
                     .text = text_of(event, "text"),
                     .out = text_of(event, "stdout"),
                     .err = text_of(event, "stderr"),
                     .place = place_of(event)};
  if (duration != event.end() && duration->is_number()) {
    report.duration = seconds{duration->get<double>()};
  }
  if (auto const log = text_of(event, "log"); !log.empty()) {
    report.err += (report.err.empty() ? "" : "\n") + log;
  }
  return report;
}

std::string hint_for(std::string_view detail) {
  if (detail.find("No module named pytest") != std::string_view::npos) {
    return "set [framework] command to a Python that has pytest, for instance "
           "`.venv/bin/python -m pytest` or `uv run pytest`";
  }
  if (detail.find("offload_pytest") != std::string_view::npos) {
    return "the command must pass PYTHONPATH on to pytest (it must not run python with -E or -I)";
  }
  return {};
}

}  // namespace

void pytest_reader::feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
  auto const on_text = [&](std::string_view text) {
    keep_tail(from == stream::out ? output_ : errors_, text);
    emit(output_text{from, std::string{text}});
  };
  if (from == stream::err) { return on_text(bytes); }
  records_.feed(
      bytes, [&](std::string_view record) { read_record(record, emit); }, on_text);
}

void pytest_reader::read_record(std::string_view text, framework_event_sink const& emit) {
  auto const event = json::parse(text, nullptr, false);
  if (!event.is_object()) { return emit(output_text{stream::out, std::string{text}}); }
  auto const kind = text_of(event, "event");
  if (kind == "started") {
    emit(test_started{{text_of(event, "id")}});
  } else if (kind == "finished") {
    if (auto report = report_of(event)) { emit(test_finished{std::move(*report)}); }
  } else if (kind == "next") {
    emit(next_wanted{});
  } else if (kind == "done") {
    emit(batch_done{});
  } else if (kind == "collecting") {
    emit(file_loading{text_of(event, "file")});
  } else if (kind == "unknown") {
    emit(test_unknown{{text_of(event, "id")}, text_of(event, "text")});
  } else if (kind == "stop") {
    emit(runner_stopping{text_of(event, "text")});
  } else if (kind == "hello") {
    if (auto const limit = number_of(event, "maxfail"); limit > 0) { emit(failure_limit{limit}); }
  } else if (kind == "listed") {
    for (auto const& test : list_of(event, "tests")) { emit(listed_test(test, groups_)); }
  } else if (kind == "discovered") {
    listed_ = true;
    emit(listing_done{flag_of(event, "shareable", true)});
  } else if (kind == "failed") {
    listed_ = true;
    emit(listing_failed{
        {errc::discovery, "pytest could not list its tests: " + text_of(event, "text")}});
  }
}

void pytest_reader::finish(exit_status status, framework_event_sink const& emit) {
  records_.finish([&](std::string_view text) { keep_tail(output_, text); });
  if (groups_.empty() || listed_) { return; }
  auto const detail = discovery_detail(errors_, output_);
  emit(listing_failed{
      {errc::discovery,
       fmt::format("pytest --collect-only failed ({}): {}", to_string(status), detail),
       hint_for(detail)}});
}

command pytest_framework::plugged(run_context const& context,
                                  std::vector<std::string> const& args) const {
  command c{.argv = config_.command, .env = {{"OFFLOAD_WORKER", "1"}}};
  c.search_paths.push_back({"PYTHONPATH", context.support_dir});
  c.argv.insert(c.argv.end(), {"-p", "offload_pytest"});
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.argv.insert(c.argv.end(), config_.paths.begin(), config_.paths.end());
  return c;
}

result<std::vector<discovery_job>> pytest_framework::discovery(std::span<group const> groups,
                                                               run_context const& context) const {
  discovery_job together;
  std::vector<discovery_job> jobs;
  json requests = json::array();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto const filters = split_shell_words(groups[i].filters);
    if (!filters) {
      return tl::unexpected(
          doing("reading the filters of group `{}`", groups[i].name)(filters.error()));
    }
    auto args = config_.discovery_args;
    args.insert(args.end(), filters->begin(), filters->end());
    discovery_job apart{.run = plugged(context, args),
                        .input = discover_request(json::array({group_request(groups[i], {})})),
                        .groups = {i}};
    apart.run.env.push_back({"OFFLOAD_COVERAGE", "off"});
    if (auto const wanted = expressions_of(*filters)) {
      requests.push_back(group_request(groups[i], *wanted));
      together.groups.push_back(i);
      together.apart.push_back(std::move(apart));
    } else {
      jobs.push_back(std::move(apart));
    }
  }
  if (!together.groups.empty()) {
    together.run = plugged(context, config_.discovery_args);
    together.run.env.push_back({"OFFLOAD_COVERAGE", "off"});
    together.input = discover_request(std::move(requests));
    // It can run tests as well when it was started the way a worker is.
    together.may_serve = config_.discovery_args.empty() && config_.run_args.empty() &&
                         config_.workers == worker_lifetime::run;
    jobs.insert(jobs.begin(), std::move(together));
  }
  return jobs;
}

result<command> pytest_framework::worker(run_context const& context) const {
  return plugged(context, config_.run_args);
}

result<command> pytest_framework::run(batch const& tests, run_context const& context) const {
  auto c = plugged(context, config_.run_args);
  c.env.push_back({"OFFLOAD_REQUEST", run_request(tests)});
  return c;
}

std::string pytest_framework::ask(batch const& tests) const { return run_request(tests); }

std::string pytest_framework::ask_nothing() const { return "{\"do\":\"idle\"}\n"; }

std::vector<support_file> pytest_framework::support_files() const {
  return {{"offload_pytest.py", embedded::offload_pytest()}};
}

}  // namespace offload
