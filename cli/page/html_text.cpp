// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/html_text.hpp"

#include <offload/report/terminal.hpp>
#include <offload/report/xml_text.hpp>

#include <fmt/core.h>

namespace offload {

std::string escaped(std::string_view text) {
  std::string safe;
  append_xml(safe, text, xml_use::message);
  return safe;
}

std::string escaped_line(std::string_view text, std::size_t columns) {
  return escaped(terminal::truncated(terminal::visible(text), columns));
}

std::string grouped(std::size_t n) {
  auto digits = std::to_string(n);
  for (auto at = digits.size(); at > 3;) { digits.insert(at -= 3, ","); }
  return digits;
}

std::string count_of(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
}

std::string tests_of(std::size_t n) { return count_of(n, "test", "tests"); }

std::string linked_name(std::size_t index, test_record const& record) {
  return fmt::format(R"(<span class="name" data-test="{}">{}</span>)", index,
                     escaped_line(record.test.id.value));
}

}  // namespace offload
