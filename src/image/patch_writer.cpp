// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "patch_writer.hpp"

#include <fmt/format.h>
#include <git2.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "git_objects.hpp"

namespace offload::image {
namespace {

constexpr std::string_view no_id = "0000000000000000000000000000000000000000";

std::string_view mode_of(file_kind kind) {
  switch (kind) {
    case file_kind::regular: return "100644";
    case file_kind::executable: return "100755";
    case file_kind::symlink: return "120000";
    case file_kind::submodule: return "160000";
  }
  return {};
}

/// A prefix and a path, in git's quotes where needed.
std::string name_in_patch(std::string_view prefix, std::string_view path) {
  auto const plain = [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  auto const text = fmt::format("{}{}", prefix, path);
  if (std::all_of(text.begin(), text.end(), plain)) { return text; }
  std::string quoted = "\"";
  for (char const each : text) {
    auto const c = static_cast<unsigned char>(each);
    if (plain(c)) {
      quoted += each;
    } else if (c == '"' || c == '\\') {
      quoted += {'\\', each};
    } else {
      quoted += fmt::format("\\{:03o}", c);
    }
  }
  return quoted + '"';
}

/// A name behind `---` or `+++`. A tab ends it where a space in it could be taken for its end.
std::string side_name(std::string_view prefix, std::string_view path) {
  auto name = name_in_patch(prefix, path);
  if (!name.starts_with('"') && name.find(' ') != name.npos) { name += '\t'; }
  return name;
}

void write_first_line(std::string& patch, std::string_view from, std::string_view to) {
  patch += fmt::format("diff --git {} {}\n", name_in_patch("a/", from), name_in_patch("b/", to));
}

void write_modes(std::string& patch, file_kind before, file_kind after) {
  if (before == after) { return; }
  patch += fmt::format("old mode {}\nnew mode {}\n", mode_of(before), mode_of(after));
}

/// Git's base 85: five characters for four bytes, the last ones filled up with zeros.
void write_base85(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    std::uint32_t word = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      word = word << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    std::array<char, 5> five{};
    for (auto digit = five.rbegin(); digit != five.rend(); ++digit, word /= 85) {
      *digit = digits[word % 85];
    }
    out.append(five.data(), five.size());
  }
}

/// `GIT binary patch` with these deflated bytes.
void write_binary(std::string& patch, std::string_view form, std::size_t inflated_size,
                  std::string_view deflated) {
  constexpr std::size_t line_size = 52;
  patch += fmt::format("GIT binary patch\n{} {}\n", form, inflated_size);
  for (; !deflated.empty(); deflated.remove_prefix(std::min(line_size, deflated.size()))) {
    auto const line = deflated.substr(0, line_size);
    auto const length = static_cast<char>(line.size());
    patch += static_cast<char>(length <= 26 ? 'A' + length - 1 : 'a' + length - 27);
    write_base85(patch, line);
    patch += '\n';
  }
  patch += '\n';
}

std::string deflated(std::string_view bytes) {
  auto size = ::compressBound(bytes.size());
  std::string out(size, '\0');
  ::compress2(reinterpret_cast<Bytef*>(out.data()), &size,
              reinterpret_cast<Bytef const*>(bytes.data()), bytes.size(), Z_BEST_SPEED);
  out.resize(size);
  return out;
}

/// Writes libgit2's comparison of two contents into a patch.
struct body {
  std::string text{};
  std::string side_names{};  ///< the `---` and `+++` lines, which only text has
};

int write_literal_or_delta(git_diff_delta const*, git_diff_binary const* binary, void* into) {
  auto const& file = binary->new_file;
  auto const form = file.type == GIT_DIFF_BINARY_DELTA ? "delta" : "literal";
  write_binary(static_cast<body*>(into)->text, form, file.inflatedlen, {file.data, file.datalen});
  return 0;
}

int write_hunk(git_diff_delta const*, git_diff_hunk const* hunk, void* into) {
  auto& to = *static_cast<body*>(into);
  if (to.text.empty()) { to.text = to.side_names; }
  to.text += fmt::format("@@ -{},{} +{},{} @@\n", hunk->old_start, hunk->old_lines, hunk->new_start,
                         hunk->new_lines);
  return 0;
}

int write_line(git_diff_delta const*, git_diff_hunk const*, git_diff_line const* line, void* into) {
  auto& text = static_cast<body*>(into)->text;
  if (line->origin == ' ' || line->origin == '+' || line->origin == '-') { text += line->origin; }
  text.append(line->content, line->content_len);
  return 0;
}

result<void> write_body(std::string& patch, std::string const& path, std::string_view before,
                        std::string_view after, std::string side_names) {
  body made{{}, std::move(side_names)};
  auto options = default_diff_options();
  options.flags = GIT_DIFF_SHOW_BINARY;
  if (git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr,
                       &options, nullptr, write_literal_or_delta, write_hunk, write_line,
                       &made) != 0) {
    return git_cannot("compare the contents of " + path);
  }
  patch += made.text;
  return {};
}

std::size_t lines_in(std::string_view text) {
  auto const ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return ends + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

/// All lines of a new file, for which nothing has to be compared.
void write_new_text(std::string& patch, std::string_view contents) {
  patch += fmt::format("@@ -0,0 +1,{} @@\n", lines_in(contents));
  while (!contents.empty()) {
    auto const end = std::min(contents.find('\n'), contents.size() - 1) + 1;
    patch += '+';
    patch += contents.substr(0, end);
    contents.remove_prefix(end);
  }
  if (!patch.ends_with('\n')) { patch += "\n\\ No newline at end of file\n"; }
}

bool is_binary(std::string_view contents) {
  return contents.substr(0, 8000).find('\0') != contents.npos;
}

void write_created(std::string& patch, std::string const& path, file_state const& after) {
  write_first_line(patch, path, path);
  patch += fmt::format("new file mode {}\nindex {}..{}\n", mode_of(after.kind), no_id, after.id);
  if (after.contents.empty()) { return; }
  if (is_binary(after.contents)) {
    return write_binary(patch, "literal", after.contents.size(), deflated(after.contents));
  }
  patch += fmt::format("--- /dev/null\n+++ {}\n", side_name("b/", path));
  write_new_text(patch, after.contents);
}

void write_deleted(std::string& patch, std::string const& path, file_state const& before) {
  write_first_line(patch, path, path);
  patch +=
      fmt::format("deleted file mode {}\nindex {}..{}\n", mode_of(before.kind), before.id, no_id);
  if (!before.contents.empty()) { write_binary(patch, "literal", 0, deflated({})); }
}

result<void> write_modified(std::string& patch, std::string const& path, file_state const& before,
                            file_state const& after) {
  write_first_line(patch, path, path);
  write_modes(patch, before.kind, after.kind);
  if (before.id == after.id) { return {}; }
  patch += fmt::format("index {}..{}", before.id, after.id);
  if (before.kind == after.kind) { patch += fmt::format(" {}", mode_of(after.kind)); }
  patch += '\n';
  return write_body(patch, path, before.contents, after.contents,
                    fmt::format("--- {}\n+++ {}\n", side_name("a/", path), side_name("b/", path)));
}

}  // namespace

result<void> write_change(std::string& patch, std::string const& path,
                          std::optional<file_state> const& before,
                          std::optional<file_state> const& after) {
  auto const is_link = [](file_state const& file) { return file.kind == file_kind::symlink; };
  if (before && after && is_link(*before) == is_link(*after)) {
    if (before->kind == after->kind && before->id == after->id) { return {}; }
    return write_modified(patch, path, *before, *after);
  }
  if (before) { write_deleted(patch, path, *before); }
  if (after) { write_created(patch, path, *after); }
  return {};
}

void write_rename(std::string& patch, std::string const& from, file_kind before,
                  std::string const& to, file_kind after) {
  write_first_line(patch, from, to);
  write_modes(patch, before, after);
  patch += fmt::format("similarity index 100%\nrename from {}\nrename to {}\n",
                       name_in_patch("", from), name_in_patch("", to));
}

}  // namespace offload::image
