// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_inputs.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "support/temp_dir.hpp"

namespace offload {
namespace {

using namespace testing;
using ::testing::HasSubstr;

std::string hash_of_project(config const& c, temp_dir const& project) {
  auto const inputs = image_inputs(c, project.path().string());
  if (!inputs) { ADD_FAILURE() << to_string(inputs.error()); }
  return inputs ? hash_of(*inputs) : "";
}

config modal_config() {
  config c;
  c.provider = modal_provider_config{.dockerfile = "Dockerfile", .copy_dirs = {{"dir", "/dir"}}};
  c.run.sandbox_repo_root = "/app";
  return c;
}

TEST(ImageInputs, AreHashedWithTheirBorders) {
  std::vector<image_input> const one{{"a", "bc"}};
  std::vector<image_input> const other{{"ab", "c"}};
  std::vector<image_input> const two{{"a", "b"}, {"", "c"}};

  EXPECT_EQ(hash_of(one), hash_of(std::vector{one}));
  EXPECT_EQ((std::set{hash_of(one), hash_of(other), hash_of(two), hash_of({})}.size()), 4U);
  EXPECT_EQ(hash_of(one).size(), 40U);
}

TEST(ImageInputs, ChangeWithEverythingThatGoesIntoTheImage) {
  temp_dir const project;
  put_file(project / "Dockerfile", "FROM a\n");
  put_file(project / "dir/file", "1");
  auto c = modal_config();
  std::set<std::string> seen{hash_of_project(c, project)};

  put_file(project / "Dockerfile", "FROM b\n");
  seen.insert(hash_of_project(c, project));
  put_file(project / "dir/file", "2");
  seen.insert(hash_of_project(c, project));
  std::filesystem::permissions(project / "dir/file", std::filesystem::perms::owner_all);
  seen.insert(hash_of_project(c, project));
  std::filesystem::create_symlink("file", project / "dir/link");
  seen.insert(hash_of_project(c, project));
  put_file(project / ".dockerignore", "x\n");
  seen.insert(hash_of_project(c, project));
  c.run.sandbox_init_cmd = "apt-get update";
  seen.insert(hash_of_project(c, project));
  std::get<modal_provider_config>(c.provider).include_cwd = true;
  seen.insert(hash_of_project(c, project));
  c.provider = shell_provider_config{.prepare_command = "make image"};
  seen.insert(hash_of_project(c, project));

  EXPECT_EQ(seen.size(), 9U);
}

TEST(ImageInputs, StayTheSameOtherwise) {
  temp_dir const project;
  put_file(project / "Dockerfile", "FROM a\n");
  put_file(project / "dir/file", "1");
  auto c = modal_config();
  auto const before = hash_of_project(c, project);

  put_file(project / "other", "x");
  put_file(project / "dir/file", "1");
  c.run.max_parallel = 77;
  std::get<modal_provider_config>(c.provider).cpu_cores = 8;

  EXPECT_EQ(hash_of_project(c, project), before);
}

TEST(ImageInputs, SayWhatIsMissing) {
  temp_dir const project;
  put_file(project / "dir/file", "1");

  auto const inputs = image_inputs(modal_config(), project.path().string());

  ASSERT_FALSE(inputs);
  EXPECT_THAT(to_string(inputs.error()), HasSubstr("Dockerfile, which goes into the image"));
}

}  // namespace
}  // namespace offload
