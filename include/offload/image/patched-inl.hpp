// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/patch.hpp>

#include <offload/core/inline.hpp>
#include <offload/image/binary_patch.hpp>
#include <offload/image/blob_id.hpp>
#include <offload/image/patch_names.hpp>

#include <algorithm>

namespace offload {
namespace patched_detail {

using image::shown;

inline constexpr std::string_view other_base =
    "the files differ from those that the patch was made from; nothing was changed";

/// A text that is read line by line while its hunks are applied.
class text_patcher {
 public:
  explicit text_patcher(std::string_view old) : rest_{old} { out_.reserve(old.size()); }

  result<void> apply(hunk const& at) {
    // With no old lines, `old_start` is the line before.
    auto const first = at.old_start + (at.old_count == 0 ? 1 : 0);
    if (first < line_) { return fail(errc::patch, "it overlaps the hunk before"); }
    while (line_ < first) {
      if (rest_.empty()) {
        return fail(errc::patch, "it starts at line {}, but the file ends at line {}", first,
                    line_ - 1);
      }
      add(take(next()));
    }
    auto const new_first = at.new_start + (at.new_count == 0 ? 1 : 0);
    if (new_first != new_line_) {
      return fail(errc::patch,
                  "its result should start at line {}, but starts at line {}: a hunk is missing",
                  new_first, new_line_);
    }
    for (auto const& line : at.lines) {
      if (auto const done = apply(line); !done) { return done; }
    }
    return {};
  }

  result<std::string> finish() {
    if (!rest_.empty()) { add(rest_); }
    if (broken_) { return fail(errc::patch, "a line without a newline is not the last line"); }
    return std::move(out_);
  }

 private:
  result<void> apply(hunk_line const& line) {
    if (line.role != line_role::added) {
      if (next() != line.text) { return mismatch(line.text); }
      take(line.text);
    }
    if (line.role != line_role::removed) { add(line.text); }
    return {};
  }

  [[nodiscard]] tl::unexpected<error> mismatch(std::string_view expected) const {
    auto const text_of = [](std::string_view line) {
      bool const whole = line.ends_with('\n');
      return shown(whole ? line.substr(0, line.size() - 1) : line) +
             (whole ? "" : " without a newline");
    };
    return fail(errc::patch, "at line {} it expects {}, but {}", line_, text_of(expected),
                rest_.empty() ? "the file ends there" : "there is " + text_of(next()));
  }

  [[nodiscard]] std::string_view next() const {
    auto const end = rest_.find('\n');
    return rest_.substr(0, end == rest_.npos ? end : end + 1);
  }

  std::string_view take(std::string_view line) {
    rest_.remove_prefix(line.size());
    ++line_;
    return line;
  }

  void add(std::string_view text) {
    broken_ = broken_ || (!out_.empty() && out_.back() != '\n');
    out_ += text;
    ++new_line_;
  }

  std::string_view rest_;
  std::string out_;
  std::size_t line_ = 1;
  std::size_t new_line_ = 1;
  bool broken_ = false;
};

inline result<std::string> with_hunks(std::vector<hunk> const& hunks, std::string_view old) {
  text_patcher text{old};
  for (std::size_t i = 0; i < hunks.size(); ++i) {
    auto const context = [&](error e) {
      e.message = fmt::format("hunk {} (line {} of the patch) does not fit: {}", i + 1,
                              hunks[i].patch_line, e.message);
      return e;
    };
    if (auto const done = text.apply(hunks[i]).map_error(context); !done) {
      return tl::unexpected{done.error()};
    }
  }
  return text.finish();
}

/// Whether an id can be compared: a full SHA-1 that stands for something.
inline bool tells_contents(std::string_view id) {
  return id.size() == 40 && id.find_first_not_of('0') != id.npos;
}

inline result<void> check_id(std::string_view expected, std::string_view contents,
                             std::string_view what) {
  if (!tells_contents(expected)) { return {}; }
  if (auto const found = image::blob_id(contents); found != expected) {
    return fail(errc::patch, "{}: their id is {}, but the patch says {}", what, found, expected);
  }
  return {};
}

inline result<std::string> new_contents(file_change const& change, std::string_view old) {
  if (auto const* hunks = std::get_if<std::vector<hunk>>(&change.contents)) {
    return with_hunks(*hunks, old);
  }
  // A delta gives garbage for other contents, so this is checked first.
  if (auto const same = check_id(change.old_id, old, "its contents differ from the patch's base");
      !same) {
    return tl::unexpected{same.error()};
  }
  if (auto const* binary = std::get_if<binary_change>(&change.contents)) {
    return image::apply_binary_change(*binary, old);
  }
  return std::string{old};
}

inline result<std::string> checked(file_change const& change, std::string_view old) {
  auto made = new_contents(change, old);
  if (!made) { return made; }
  if (change.kind == change_kind::deleted) {
    // A deletion of an empty file has no hunks.
    if (std::holds_alternative<std::monostate>(change.contents) ? !old.empty() : !made->empty()) {
      return fail(errc::patch,
                  "the patch deletes it, but it has more contents than the patch removes");
    }
  }
  auto const before = check_id(change.old_id, old, "its contents differ from the patch's base");
  if (!before) { return tl::unexpected{before.error()}; }
  auto const after = check_id(change.new_id, *made, "the patched contents are wrong");
  if (!after) { return tl::unexpected{after.error()}; }
  return made;
}

}  // namespace patched_detail

OFFLOAD_INLINE result<std::string> patched(file_change const& change,
                                           std::string_view old_contents) {
  return patched_detail::checked(change, old_contents).map_error([&](error e) {
    e.message = fmt::format(
        "{}: {}", image::shown(change.old_path.empty() ? change.new_path : change.old_path),
        e.message);
    if (change.kind != change_kind::created) { e.hint = patched_detail::other_base; }
    return e;
  });
}

}  // namespace offload
