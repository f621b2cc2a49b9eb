// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace offload::testing {

/// One start of a tool, as recorded/record.py keeps it.
struct recorded_call {
  std::string arguments{};
  exit_status status{};
  std::string out{};
  std::string err{};
};

inline std::filesystem::path recordings() {
  return std::filesystem::path{OFFLOAD_SOURCE_DIR} / "tests/framework/recorded";
}

/// "go-1.19", "go-1.24", ... of the tool "go".
inline std::vector<std::string> recordings_of(std::string const& tool) {
  std::vector<std::string> names;
  for (auto const& file : std::filesystem::directory_iterator{recordings()}) {
    auto const name = file.path().stem().string();
    if (file.path().extension() == ".json" && name.starts_with(tool + "-")) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

/// The calls whose arguments hold `words`.
inline std::vector<recorded_call> recorded_calls(std::string const& name, std::string_view words) {
  std::vector<recorded_call> calls;
  std::ifstream file{recordings() / (name + ".json")};
  for (auto const& one : nlohmann::json::parse(file)) {
    recorded_call call{one.at("arguments"), {one.at("status"), 0}, {}, one.at("err")};
    for (auto const& line : one.at("out")) { call.out += line.get<std::string>(); }
    if (call.arguments.find(words) != call.arguments.npos) { calls.push_back(std::move(call)); }
  }
  return calls;
}

/// For the name of a parameterised test: letters, digits and underscores.
inline std::string test_name_of(std::string name) {
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace offload::testing
