// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/history.hpp>

#include <offload/core/inline.hpp>
#include <offload/history/line.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace offload {
namespace history_detail {

/// Whether a key that is on one side only stays: it is new there, or was changed there.
inline bool stays(history const& base, history const& side_without, history_key const& key,
                  test_history const& value) {
  // Where lines are damaged, one of them may be what is missed.
  if (!side_without.damaged().empty()) { return true; }
  auto const* before = base.find(key);
  return before == nullptr || *before != value;
}

inline void add_side(history& to, history const& base, history const& side, history const& other) {
  side.each([&](history_key const& key, test_history const& value) {
    if (other.find(key) == nullptr && stays(base, other, key, value)) { to.put(key, value); }
  });
}

inline std::set<std::string> texts_of(std::vector<damaged_line> const& lines) {
  std::set<std::string> texts;
  for (auto const& line : lines) { texts.insert(line.text); }
  return texts;
}

inline void add_damaged_lines(history& to, history const& base, history const& ours,
                              history const& theirs) {
  auto const in_base = texts_of(base.damaged());
  auto const in_ours = texts_of(ours.damaged());
  auto const in_theirs = texts_of(theirs.damaged());
  auto all = in_ours;
  all.insert(in_theirs.begin(), in_theirs.end());
  for (auto const& text : all) {
    bool const in_both = in_ours.contains(text) && in_theirs.contains(text);
    if (in_both || !in_base.contains(text)) { to.add_damaged({.text = text}); }
  }
}

}  // namespace history_detail

OFFLOAD_INLINE history_key history_key_of(std::string_view config_path, test_id const& test) {
  auto const name = config_path.substr(config_path.find_last_of('/') + 1);
  return {history_line::valid_utf8(name), history_line::valid_utf8(test.value)};
}

OFFLOAD_INLINE history history::parse(std::string_view text) {
  history read;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") != line.npos) { read.add_line(number, line); }
  }
  return read;
}

OFFLOAD_INLINE void history::add_line(std::size_t number, std::string_view line) {
  auto one = history_line::parse(line);
  if (!one) {
    damaged_.push_back({number, std::string{line}, std::move(one.error().message)});
    return;
  }
  auto const [at, is_new] = entries_.try_emplace(std::move(one->key));
  if (is_new) {
    at->second = {std::move(one->value), std::string{line}};
  } else {
    at->second = {merged(at->second.value, one->value), {}};
  }
}

OFFLOAD_INLINE std::string history::text() const {
  std::string all;
  for (auto const& [key, one] : entries_) {
    all += one.line.empty() ? history_line::text(key, one.value) : one.line;
    all += '\n';
  }
  return all;
}

OFFLOAD_INLINE test_history const* history::find(history_key const& key) const {
  auto const found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.value;
}

OFFLOAD_INLINE test_history& history::edit(history_key const& key) {
  auto& found = entries_[key];
  found.line.clear();
  return found.value;
}

OFFLOAD_INLINE std::string text_with_damaged(history const& all) {
  auto text = all.text();
  for (auto const& line : all.damaged()) { text += line.text + "\n"; }
  return text;
}

OFFLOAD_INLINE history merged(history const& base, history const& ours, history const& theirs) {
  history all;
  ours.each([&](history_key const& key, test_history const& value) {
    auto const* other = theirs.find(key);
    if (other == nullptr) { return; }
    auto const* before = base.find(key);
    all.put(key, before == nullptr ? merged(value, *other) : merged(*before, value, *other));
  });
  history_detail::add_side(all, base, ours, theirs);
  history_detail::add_side(all, base, theirs, ours);
  history_detail::add_damaged_lines(all, base, ours, theirs);
  return all;
}

}  // namespace offload
