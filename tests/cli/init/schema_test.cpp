// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/schema.hpp"

#include <offload/config/reference.hpp>

#include <gtest/gtest.h>

#include <string>

namespace offload {
namespace {

TEST(ConfigSchema, HasEveryKeyOfTheReference) {
  auto const schema = config_schema();

  for (auto const& row : config_reference()) {
    auto const property = '"' + std::string{row.name} + "\": {";
    EXPECT_NE(schema.find(property), std::string::npos) << row.name;
  }
}

TEST(ConfigSchema, ExplainsKeysInTheWordsOfTheReference) {
  auto const schema = config_schema();

  for (auto const& row : config_reference()) {
    EXPECT_NE(schema.find("\"description\": \"" + std::string{row.meaning}), std::string::npos)
        << row.name;
  }
}

}  // namespace
}  // namespace offload
