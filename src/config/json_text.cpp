// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "json_text.hpp"

#include <optional>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

namespace offload {
namespace {

class json_maker {
 public:
  explicit json_maker(variable_lookup const& variables) : variables_{variables} {}

  nlohmann::json make(toml::node const& node) {
    return node.visit([this](auto const& value) { return from(value); });
  }

  std::optional<error> failed;

 private:
  nlohmann::json from(toml::table const& table) {
    auto object = nlohmann::json::object();
    for (auto const& [key, value] : table) { object[std::string{key.str()}] = make(value); }
    return object;
  }

  nlohmann::json from(toml::array const& array) {
    auto list = nlohmann::json::array();
    for (auto const& value : array) { list.push_back(make(value)); }
    return list;
  }

  nlohmann::json from(toml::value<std::string> const& text) {
    auto expanded = expand(text.get(), variables_);
    if (expanded) { return *expanded; }
    if (!failed) { failed = std::move(expanded.error()); }
    return nullptr;
  }

  nlohmann::json from(toml::value<bool> const& flag) { return flag.get(); }
  nlohmann::json from(toml::value<std::int64_t> const& number) { return number.get(); }
  nlohmann::json from(toml::value<double> const& number) { return number.get(); }

  template <class Moment>
  nlohmann::json from(toml::value<Moment> const& moment) {
    std::ostringstream text;
    text << moment.get();
    return text.str();
  }

  variable_lookup const& variables_;
};

}  // namespace

result<std::string> json_text(toml::table const& table, variable_lookup const& variables) {
  json_maker maker{variables};
  auto const json = maker.make(table);
  if (maker.failed) { return tl::unexpected(std::move(*maker.failed)); }
  // A variable's value need not be UTF-8; `replace` keeps dump() from throwing.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace offload
