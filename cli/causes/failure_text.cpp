// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "causes/failure_text.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/core/trimmed.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <utility>

namespace offload {
namespace {

constexpr std::size_t most_message_bytes = 2000;
constexpr std::size_t most_message_lines = 6;

/// `place` without ":LINE" or ":LINE:COLUMN" behind it; nothing when there is no line.
std::optional<std::string_view> without_line(std::string_view place) {
  bool cut = false;
  for (int part = 0; part < 2; ++part) {
    auto const colon = place.rfind(':');
    if (colon == place.npos || colon + 1 == place.size() ||
        !std::ranges::all_of(place.substr(colon + 1), is_digit)) {
      break;
    }
    place = place.substr(0, colon);
    cut = true;
  }
  return cut && !place.empty() ? std::optional{place} : std::nullopt;
}

std::string_view plain_file(std::string_view file) {
  if (file.starts_with("file://")) { file.remove_prefix(7); }
  if (file.starts_with("./")) { file.remove_prefix(2); }
  return file;
}

/// The name of a function without what compilers add to it.
std::string plain_function(std::string_view name) {
  while (name.ends_with("::{{closure}}")) { name.remove_suffix(13); }
  for (std::string_view const prefix : {"async ", "new ", "Object.", "Module."}) {
    if (name.starts_with(prefix)) { name.remove_prefix(prefix.size()); }
  }
  if (auto const hash = name.rfind("::h"); hash != name.npos && name.size() - hash == 19) {
    name = name.substr(0, hash);
  }
  return std::string{name == "<anonymous>" || name == "<module>" ? "" : name};
}

/// Reads line by line. Python writes the innermost frame last, all others write it first.
class frame_reader {
 public:
  void read(std::string_view line) {
    auto const said = text::trimmed(line);
    if (read_definition(line, said) || read_python(said) || read_script(said) || read_rust(said)) {
      return;
    }
    if (!line.starts_with(' ')) { read_place(line); }
  }

  std::vector<stack_frame> innermost_first() && {
    std::ranges::reverse(python_);
    python_.insert(python_.end(), std::make_move_iterator(others_.begin()),
                   std::make_move_iterator(others_.end()));
    if (python_.empty() && !panicked_.empty()) { python_.push_back({panicked_, ""}); }
    return std::move(python_);
  }

 private:
  /// pytest shows the source of a function above the place in it.
  bool read_definition(std::string_view line, std::string_view said) {
    if (said.starts_with("async def ")) { said.remove_prefix(6); }
    if (!said.starts_with("def ") || line.starts_with("E ")) { return false; }
    said.remove_prefix(4);
    function_ = said.substr(0, said.find_first_of("( :"));
    return true;
  }

  /// `File "shop.py", line 5, in total`
  bool read_python(std::string_view said) {
    if (!said.starts_with("File \"")) { return false; }
    said.remove_prefix(6);
    auto const quote = said.find("\", line ");
    if (quote == said.npos) { return false; }
    auto const in = said.find(", in ", quote);
    python_.push_back({std::string{said.substr(0, quote)},
                       in == said.npos ? "" : plain_function(said.substr(in + 5))});
    return true;
  }

  /// `at total (shop.js:2:49)`, `at shop.js:2:49`, and Rust's `4: shop::total`, `at
  /// src/lib.rs:5:24`.
  bool read_script(std::string_view said) {
    if (!said.starts_with("at ")) {
      auto const colon = said.find(": ");
      bool const is_numbered =
          colon != said.npos && colon > 0 && std::ranges::all_of(said.substr(0, colon), is_digit);
      numbered_ = is_numbered ? said.substr(colon + 2) : std::string_view{};
      return is_numbered;
    }
    said.remove_prefix(3);
    auto function = std::exchange(numbered_, {});
    if (auto const open = said.rfind('('); said.ends_with(')') && open != said.npos) {
      function = text::trimmed(said.substr(0, open));
      said = said.substr(open + 1, said.size() - open - 2);
    }
    if (said.starts_with("async ")) { said.remove_prefix(6); }
    auto const file = without_line(said);
    if (!file) { return false; }
    others_.push_back({std::string{plain_file(*file)}, plain_function(function)});
    return true;
  }

  /// `thread 'tests::one' (7) panicked at src/lib.rs:5:24:`
  bool read_rust(std::string_view said) {
    constexpr std::string_view panicked = " panicked at ";
    auto const at = said.find(panicked);
    if (!said.starts_with("thread '") || at == said.npos) { return false; }
    said.remove_prefix(at + panicked.size());
    if (said.ends_with(':')) { said.remove_suffix(1); }
    if (auto const file = without_line(said); file && panicked_.empty()) {
      panicked_ = plain_file(*file);
    }
    return true;
  }

  /// `shop.py:5: KeyError`, `shop.py:5: in total`, `shop_test.cpp:3: Failure`
  void read_place(std::string_view line) {
    auto const colon = line.find(": ");
    auto const rest = colon == line.npos ? "" : text::trimmed(line.substr(colon + 1));
    auto const file =
        without_line(text::trimmed(colon == line.npos ? line : line.substr(0, colon), " :\r"));
    if (!file || file->find('.') == file->npos || file->find(' ') != file->npos) { return; }
    stack_frame frame{std::string{plain_file(*file)}, std::exchange(function_, {})};
    if (rest == "Failure") {
      others_.push_back(std::move(frame));
    } else {
      if (rest.starts_with("in ")) { frame.function = rest.substr(3); }
      python_.push_back(std::move(frame));
    }
  }

  std::vector<stack_frame> python_;  ///< innermost last
  std::vector<stack_frame> others_;
  std::string function_;
  std::string_view numbered_;
  std::string panicked_;
};

bool holds_word_of_failure(std::string_view line) {
  std::string lower{line};
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 8> words{"error", "exception", "assert", "panic",
                                                  "fail",  "fatal",     "abort",  "cannot"};
  return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != lower.npos; });
}

bool tells_nothing(std::string_view message) {
  constexpr std::array<std::string_view, 8> words{
      "", "Failed", "failed", "failure", "errored", "error", "test failed", "Test failed"};
  return std::ranges::find(words, text::trimmed(message)) != words.end();
}

/// The first lines of `text` that say something.
std::string first_lines(std::string_view text) {
  std::string lines;
  std::size_t taken = 0;
  for_each_line(text::head_of(text, most_message_bytes), [&](std::string_view line) {
    line = text::trimmed(line, "\r");
    if (taken == most_message_lines || text::trimmed(line).empty()) { return; }
    lines += (taken++ == 0 ? "" : "\n") + std::string{line};
  });
  return lines;
}

/// GoogleTest's text below `shop_test.cpp:3: Failure`.
std::string_view googletest_block(std::string_view text) {
  constexpr std::string_view mark = ": Failure\n";
  auto const at = text.find(mark);
  if (at == text.npos) { return {}; }
  auto const block = text.substr(at + mark.size());
  return block.substr(0, std::min(block.find("\n\n"), block.find("\n[")));
}

/// The first line that sounds like a failure, or else the last one.
std::string_view telling_line(std::string_view text) {
  std::string_view telling, last;
  for_each_line(text, [&](std::string_view line) {
    line = text::trimmed(line);
    if (line.empty() || line.starts_with('[')) { return; }
    if (telling.empty() && holds_word_of_failure(line)) { telling = line; }
    last = line;
  });
  return text::head_of(telling.empty() ? last : telling, most_message_bytes);
}

}  // namespace

std::vector<stack_frame> frames_in(std::string_view text) {
  frame_reader reader;
  for_each_line(text, [&](std::string_view line) { reader.read(line); });
  return std::move(reader).innermost_first();
}

bool is_foreign(std::string_view file) {
  constexpr std::array<std::string_view, 12> marks{
      "node_modules/", "site-packages/", "dist-packages/", "/rustc/",
      "/.cargo/",      "node:",          "/usr/lib/",      "/usr/include/",
      "<frozen",       "/lib/python3",   "/toolchains/",   "<string>"};
  return std::ranges::any_of(marks, [&](auto mark) { return file.find(mark) != file.npos; });
}

std::string telling_message(std::string_view message, std::string_view text) {
  // Offload's own message about a command says how it ended, but not why.
  bool const is_status = message.starts_with("the command ended with ");
  if (is_status) {
    auto const line = telling_line(text);
    return line.empty() ? std::string{message} : std::string{message} + "\n" + std::string{line};
  }
  if (!tells_nothing(message)) { return first_lines(message); }
  if (auto const block = googletest_block(text); !block.empty()) { return first_lines(block); }
  auto const line = telling_line(text);
  return std::string{line.empty() ? text::trimmed(message) : line};
}

std::string asserted_values(std::string_view text) {
  std::string values;
  for_each_line(text, [&](std::string_view line) {
    if (!line.starts_with("E ")) { return; }
    line = text::trimmed(line.substr(1));
    if (line.starts_with("+") && text::trimmed(line.substr(1)).starts_with("where ")) {
      values += text::trimmed(line.substr(1));
      values += '\n';
    }
  });
  return std::string{text::head_of(values, most_message_bytes)};
}

}  // namespace offload
