// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/reference.hpp>

#include <fmt/core.h>

#include <string>
#include <string_view>

// Prints the tables of docs/configuration.md, made of what the reader of offload.toml is made of.
namespace {

/// Text of a table's cell: a bar would end it.
std::string cell(std::string_view text) {
  std::string safe;
  for (char const c : text) {
    if (c == '|') { safe += '\\'; }
    safe += c;
  }
  return safe;
}

std::string title(offload::key_reference const& row) {
  return row.type.empty() ? fmt::format("[{}]", row.section)
                          : fmt::format("[{}] type = \"{}\"", row.section, row.type);
}

std::string code(std::string_view text) {
  return text.empty() ? std::string{} : fmt::format("`{}`", cell(text));
}

}  // namespace

int main() {
  std::string last;
  for (auto const& row : offload::config_reference()) {
    if (auto const now = title(row); now != last) {
      fmt::print("{}### `{}`\n\n| key | value | default | meaning |\n|---|---|---|---|\n",
                 last.empty() ? "" : "\n", now);
      last = now;
    }
    fmt::print("| {} | {} | {} | {} |\n", code(row.name), cell(row.value), code(row.default_value),
               cell(row.meaning));
  }
}
