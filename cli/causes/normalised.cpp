// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "causes/failure_causes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "causes/failure_text.hpp"

namespace offload {
namespace {

constexpr std::string_view number = "<n>";
constexpr std::size_t longest_quoted = 80;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_digit(c) || is_letter(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) { ++at; }
  return at;
}

/// Whether `text` is a UUID, from its start on.
bool starts_with_uuid(std::string_view text) {
  constexpr std::size_t length = 36;
  if (text.size() < length || (text.size() > length && is_word(text[length]))) { return false; }
  for (std::size_t i = 0; i < length; ++i) {
    bool const is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex(text[i])) { return false; }
  }
  return true;
}

bool is_hex_name(std::string_view word) {
  return word.size() >= 8 && std::ranges::all_of(word, is_hex) &&
         std::ranges::any_of(word, is_digit) && std::ranges::any_of(word, is_letter);
}

bool is_unit_of_time(std::string_view word) {
  constexpr std::array<std::string_view, 13> units{"ns",      "us",     "ms",      "s", "sec",
                                                   "secs",    "second", "seconds", "m", "min",
                                                   "minutes", "h",      "hours"};
  return std::ranges::find(units, word) != units.end();
}

class normaliser {
 public:
  explicit normaliser(std::string_view text) : text_{text} {}

  std::string run() {
    while (at_ < text_.size()) { step(); }
    return std::move(out_);
  }

 private:
  void step() {
    auto const rest = text_.substr(at_);
    bool const starts_word = at_ == 0 || !is_word(text_[at_ - 1]);
    if (starts_word && rest.front() == '/' && take_temporary_path(rest)) { return; }
    if ((rest.front() == '\'' || rest.front() == '"') && take_quoted(rest)) { return; }
    if (starts_word && is_word(rest.front()) && take_name(rest)) { return; }
    if (is_digit(rest.front())) {
      take_number();
    } else {
      out_ += rest.front();
      ++at_;
    }
  }

  /// Of the path its last part is kept, where that is the name of a file that was not made up.
  bool take_temporary_path(std::string_view rest) {
    constexpr std::array<std::string_view, 5> roots{"/tmp/", "/var/tmp/", "/var/folders/",
                                                    "/private/", "/dev/shm/"};
    if (std::ranges::none_of(roots, [&](auto root) { return rest.starts_with(root); })) {
      return false;
    }
    auto const path = rest.substr(0, rest.find_first_of(" \t\r\n'\"`()[]{}<>,;:"));
    auto const name = path.substr(path.rfind('/') + 1);
    out_ += "<tmp>";
    if (name.find('.') != name.npos && std::ranges::none_of(name, is_digit)) {
      out_ += '/';
      out_ += name;
    }
    at_ += path.size();
    return true;
  }

  /// An id in quotes: no blanks, digits here and there.
  bool take_quoted(std::string_view rest) {
    auto const end = rest.substr(0, longest_quoted).find_first_of("'\" \t\n", 1);
    if (end == rest.npos || rest[end] != rest.front()) { return false; }
    auto const inside = rest.substr(1, end - 1);
    if (std::ranges::none_of(inside, is_digit)) { return false; }
    auto equal = normaliser{inside}.run();
    auto const first = equal.find('<');
    if (equal.find('<', first + 1) != equal.npos) { equal = "<id>"; }
    out_ += rest.front() + equal + rest.front();
    at_ += end + 1;
    return true;
  }

  /// A name in hexadecimal digits.
  bool take_name(std::string_view rest) {
    if (starts_with_uuid(rest)) {
      out_ += "<id>";
      at_ += 36;
      return true;
    }
    auto const word = rest.substr(0, word_end(rest, 0));
    bool const is_address = word.size() > 2 && word[0] == '0' &&
                            (word[1] == 'x' || word[1] == 'X') &&
                            std::ranges::all_of(word.substr(2), is_hex);
    if (!is_address && !is_hex_name(word)) { return false; }
    out_ += is_address ? "<hex>" : "<id>";
    at_ += word.size();
    return true;
  }

  void skip_digits() {
    while (at_ < text_.size() && is_digit(text_[at_])) { ++at_; }
  }

  /// Digits with points, commas or colons between them, and an exponent.
  void take_number() {
    skip_digits();
    while (at_ + 1 < text_.size() &&
           (text_[at_] == '.' || text_[at_] == ',' || text_[at_] == ':') &&
           is_digit(text_[at_ + 1])) {
      ++at_;
      skip_digits();
    }
    if (at_ + 2 < text_.size() && text_[at_] == 'e' &&
        (text_[at_ + 1] == '-' || text_[at_ + 1] == '+') && is_digit(text_[at_ + 2])) {
      at_ += 2;
      skip_digits();
    }
    drop_sign();
    if (take_unit()) { return; }
    // A list is as long as it happens to be.
    for (std::string_view const list : {"<n>, ", "<n> ", "<n>,"}) {
      if (out_.ends_with(list)) {
        out_.resize(out_.size() - list.size());
        break;
      }
    }
    out_ += number;
  }

  bool take_unit() {
    auto at = at_;
    if (at < text_.size() && text_[at] == ' ') { ++at; }
    auto end = at;
    while (end < text_.size() && is_letter(text_[end])) { ++end; }
    if (!is_unit_of_time(text_.substr(at, end - at))) { return false; }
    at_ = end;
    if (!out_.ends_with("<time>")) { out_ += "<time>"; }
    return true;
  }

  void drop_sign() {
    if (!out_.ends_with('-')) { return; }
    if (out_.size() == 1 ||
        std::string_view{" ([=,:"}.find(out_[out_.size() - 2]) != std::string_view::npos) {
      out_.pop_back();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string normalised(std::string_view text) { return normaliser{text}.run(); }

}  // namespace offload
