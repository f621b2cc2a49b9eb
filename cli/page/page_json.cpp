// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/page_json.hpp"

#include <offload/report/output_layout.hpp>

#include <offload/core/json.hpp>

#include <fmt/core.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <cmath>
#include <filesystem>
#include <map>
#include <system_error>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_artifacts_of_a_batch = 20;
constexpr std::size_t most_artifacts = 2000;

/// Tenths of milliseconds are enough, and take fewer digits.
double rounded(seconds s) { return std::round(s.count() * 1e4) / 1e4; }

json::list list_of(auto const& values) { return {values.begin(), values.end()}; }

/// A relative reference of a URL, from the folder of the page.
std::string link_to(fs::path const& file, fs::path const& from) {
  std::error_code failed;
  auto const relative = fs::relative(file, from, failed);
  // A colon before the first slash would make it a scheme.
  std::string link = "./";
  for (char const c : (failed || relative.empty() ? file : relative).string()) {
    auto const byte = static_cast<unsigned char>(c);
    bool const plain = (byte < 0x80 && std::isalnum(byte) != 0) ||
                       std::string_view{"/._-~"}.find(c) != std::string_view::npos;
    link += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return link;
}

/// A row for each of `all`.
template <class All, class RowOf>
json rows_of(All const& all, RowOf row_of) {
  return all | ranges::views::transform(std::move(row_of)) | ranges::to<json::list>();
}

/// Numbers for the words that occur in many rows.
class word_list {
 public:
  std::size_t number_of(std::string const& word) {
    auto const [found, is_new] = numbers_.try_emplace(word, words_.size());
    if (is_new) { words_.push_back(word); }
    return found->second;
  }
  [[nodiscard]] json take() { return list_of(words_); }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> words_;
};

class page_rows {
 public:
  explicit page_rows(page_contents const& all) : all_{all} {
    std::error_code failed;
    from_ = fs::absolute(all.options.file, failed).parent_path();
  }

  json make() {
    json page;
    page["tests"] = tests();
    page["sandboxes"] = sandboxes();
    page["batches"] = batches();
    page["attempts"] = attempts();
    page["reasons"] = reasons_.take();
    page["files"] = files_.take();
    page["groups"] = groups_.take();
    page["texts"] = list_of(all_.record.texts.all());
    page["discovery"] = rounded(all_.summary.discovery);
    page["length"] = rounded(all_.record.length);
    page["causes"] = causes();
    page["changes"] = all_.changes ? changes(*all_.changes) : json{};
    return page;
  }

 private:
  json tests() {
    return rows_of(all_.summary.tests, [&](test_record const& record) -> json {
      auto const& test = record.test;
      auto groups = rows_of(test.groups, [&](auto const& one) { return groups_.number_of(one); });
      return json::list{test.id.value,
                        static_cast<int>(record.ended),
                        reasons_.number_of(record.reason),
                        files_.number_of(test.place.file),
                        test.place.line,
                        std::move(groups),
                        test.retries,
                        rounded(record.longest)};
    });
  }

  [[nodiscard]] json sandboxes() const {
    return rows_of(all_.record.sandboxes, [&](page_sandbox const& one) -> json {
      return json::list{one.name, rounded(one.asked_for), rounded(one.up),
                        rounded(one.down.value_or(all_.record.length)), one.trouble};
    });
  }

  json batches() {
    auto const logs = link_to(all_.options.output_dir / output_layout::logs, from_);
    return rows_of(all_.record.batches, [&](page_batch const& one) -> json {
      auto const log = [&](stream from) {
        return fmt::format("{}/{}", logs, log_name(one.id, from, to_string(one.how)));
      };
      return json::list{one.id.value,       one.sandbox,
                        rounded(one.began), rounded(one.ended.value_or(all_.record.length)),
                        to_string(one.how), one.why,
                        log(stream::out),   log(stream::err),
                        artifacts(one)};
    });
  }

  json artifacts(page_batch const& batch) {
    auto const& sandbox = all_.record.sandboxes[batch.sandbox].name;
    auto const folder = artifact_folder(all_.options.output_dir, {sandbox}, batch.id);
    json::list found;
    std::error_code failed;
    for (fs::recursive_directory_iterator one{folder, failed}, end; !failed && one != end;
         one.increment(failed)) {
      if (artifacts_ == most_artifacts || found.size() == most_artifacts_of_a_batch) { break; }
      if (!one->is_regular_file(failed)) { continue; }
      ++artifacts_;
      found.push_back(
          json::list{one->path().lexically_relative(folder).string(), link_to(one->path(), from_)});
    }
    return found;
  }

  [[nodiscard]] json attempts() const {
    return rows_of(all_.record.attempts, [](page_attempt const& one) -> json {
      return json::list{one.test.value,
                        one.number,
                        one.batch,
                        static_cast<int>(one.ended),
                        rounded(one.began),
                        rounded(one.until),
                        rounded(one.duration),
                        one.message,
                        one.text,
                        one.out,
                        one.err};
    });
  }

  [[nodiscard]] json causes() const {
    return rows_of(all_.causes, [](page_cause const& one) -> json {
      return json::list{one.handle, one.message, list_of(one.tests)};
    });
  }

  static json numbers_of(std::vector<test_index> const& tests) {
    return rows_of(tests, &test_index::value);
  }

  /// Of each test that has changed, how.
  static json changes(run_comparison const& all) {
    return {{"newly failing", numbers_of(all.newly_failing)},
            {"still failing", numbers_of(all.still_failing)},
            {"newly flaky", numbers_of(all.newly_flaky)},
            {"fixed", numbers_of(all.fixed)},
            {"new", numbers_of(all.added)}};
  }

  page_contents const& all_;
  fs::path from_;
  word_list reasons_;
  word_list files_;
  word_list groups_;
  std::size_t artifacts_ = 0;
};

}  // namespace

std::string page_json(page_contents const& contents) {
  auto const text = to_json(page_rows{contents}.make());
  // Inside of <script>, `<` could begin its end, or a comment. It occurs in strings only.
  std::string safe;
  safe.reserve(text.size());
  for (char const c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace offload
