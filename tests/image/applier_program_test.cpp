// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/applier_program.hpp>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace offload {
namespace {

TEST(ApplierProgram, HoldsTheProgramThatWasBuilt) {
#ifdef OFFLOAD_APPLIER
  EXPECT_EQ(applier_program(), testing::contents_of(OFFLOAD_APPLIER));
  EXPECT_GT(applier_program().size(), 100'000U);
  EXPECT_LT(applier_program().size(), 1'500'000U);
#else
  EXPECT_EQ(applier_program(), "");
#endif
}

}  // namespace
}  // namespace offload
