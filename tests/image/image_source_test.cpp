// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_source.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "git_repo.hpp"

namespace offload {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A repository with an image source, and what was built and said.
class ImageSource : public ::testing::Test {
 protected:
  ImageSource() {
    repo.put("file", "committed\n");
    repo.commit();
    asked.project = repo.text();
    asked.c.provider = shell_provider_config{.prepare_command = "prepare"};
  }

  result<run_image> next(image_source& source) {
    return source.next(
        [&](std::string const& context) -> result<std::string> {
          contexts.push_back(context);
          built.push_back(files_in(context));
          if (std::filesystem::exists(context + "/.git")) {
            commits.push_back(git_in(context, {"rev-parse", "HEAD", "main"}));
            states.push_back(git_in(context, {"status", "--porcelain"}));
          }
          if (!can_build) { return fail(errc::sandbox, "no room"); }
          return fmt::format("im-{}", built.size());
        },
        [&](std::string_view line) { said.emplace_back(line); }, {});
  }

  git_repo repo;
  image_request asked;
  std::vector<std::string> contexts;
  std::vector<std::map<std::string, std::string>> built;
  std::vector<std::string> said;
  std::vector<std::string> commits, states;  ///< of the repositories that were built
  bool can_build = true;
};

TEST_F(ImageSource, BuildsTheCommitAndLeavesTheRestToThePatch) {
  repo.put("file", "edited\n");
  image_source source{asked};

  auto const image = next(source);

  ASSERT_TRUE(image);
  EXPECT_EQ(image->id, "im-1");
  EXPECT_FALSE(image->from_cache);
  EXPECT_THAT(image->patch, HasSubstr("+edited"));
  EXPECT_EQ(built[0].at("file"), "file committed\n");
  EXPECT_FALSE(std::filesystem::exists(contexts[0])) << "it goes when the image is there";
}

TEST_F(ImageSource, TheContextIsARepositoryOfThatCommit) {
  repo.put("file", "newer\n");
  auto const head = repo.commit();
  image_source source{asked};

  ASSERT_TRUE(next(source));

  EXPECT_THAT(commits, ElementsAre(head + "\n" + head + "\n"));
  EXPECT_THAT(states, ElementsAre("")) << "nothing has changed";
}

TEST_F(ImageSource, FindsTheImageOfAnEarlierRun) {
  image_source first{asked};
  ASSERT_TRUE(next(first));
  image_source second{asked};

  auto const image = next(second);

  ASSERT_TRUE(image);
  EXPECT_EQ(image->id, "im-1");
  EXPECT_TRUE(image->from_cache);
  EXPECT_THAT(image->patch, IsEmpty());
  EXPECT_EQ(built.size(), 1U);
  EXPECT_THAT(said.back(), HasSubstr("No changes"));
}

TEST_F(ImageSource, RemembersAnImageBelowADiffOnlyWhenASandboxHasComeUp) {
  repo.put("new", "new\n");
  for (bool const confirmed : {false, true}) {
    image_source source{asked};
    auto const image = next(source);
    ASSERT_TRUE(image);
    EXPECT_FALSE(image->from_cache);
    if (confirmed) {
      source.confirm([](std::string_view) {}, {});
    }
  }
  image_source last{asked};

  auto const image = next(last);

  ASSERT_TRUE(image);
  EXPECT_EQ(image->id, "im-2");
  EXPECT_TRUE(image->from_cache);
}

TEST_F(ImageSource, GoesFromTheCacheToTheCommitToTheFolder) {
  image_source first{asked};
  ASSERT_TRUE(next(first));
  repo.put("new", "new\n");
  image_source source{asked};

  auto const cached = next(source);
  auto const base = next(source);
  ASSERT_TRUE(source.has_more());
  auto const folder = next(source);

  ASSERT_TRUE(cached && base && folder);
  EXPECT_THAT((std::vector{cached->id, base->id, folder->id}), ElementsAre("im-1", "im-2", "im-3"));
  EXPECT_THAT(base->patch, HasSubstr("+new"));
  EXPECT_THAT(folder->patch, IsEmpty()) << "the folder has it all";
  EXPECT_TRUE(built[2].contains("new"));
  EXPECT_FALSE(source.has_more());
}

TEST_F(ImageSource, RemembersTheImageThatReplacesTheCachedOne) {
  image_source first{asked};
  ASSERT_TRUE(next(first));
  image_source second{asked};
  ASSERT_TRUE(next(second));
  ASSERT_TRUE(next(second));
  image_source third{asked};

  auto const image = next(third);

  ASSERT_TRUE(image);
  EXPECT_EQ(image->id, "im-2");
  EXPECT_TRUE(image->from_cache);
}

TEST_F(ImageSource, AnImageOfOtherInputsIsNoHit) {
  image_source first{asked};
  ASSERT_TRUE(next(first));
  asked.c.run.sandbox_init_cmd = "apt-get install make";
  image_source second{asked};

  auto const image = next(second);

  ASSERT_TRUE(image);
  EXPECT_FALSE(image->from_cache);
}

TEST_F(ImageSource, WithoutTheCacheItNeitherReadsNorWritesNotes) {
  asked.use_cache = false;
  for (int i = 0; i < 2; ++i) {
    image_source source{asked};
    ASSERT_TRUE(next(source));
  }

  EXPECT_EQ(built.size(), 2U);
  EXPECT_THAT(repo.git({"for-each-ref"}), Not(HasSubstr("offload")));
}

TEST_F(ImageSource, BuildsTheFolderWithoutARepository) {
  temp_dir plain;
  put_file(plain / "file", "plain\n");
  asked.project = plain.path().string();
  image_source source{asked};

  auto const image = next(source);

  ASSERT_TRUE(image);
  EXPECT_FALSE(image->from_cache);
  EXPECT_EQ(built[0].at("file"), "file plain\n");
  EXPECT_THAT(said, Contains(HasSubstr("building the whole folder")));
  EXPECT_FALSE(source.has_more());
}

TEST_F(ImageSource, ABuildThatFailsIsAnError) {
  can_build = false;
  image_source source{asked};

  auto const image = next(source);

  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().message, "no room");
}

TEST_F(ImageSource, ARemoteThatCannotBeReachedIsSaid) {
  repo.git({"remote", "add", "origin", "/nowhere/at/all.git"});
  image_source source{asked};

  ASSERT_TRUE(next(source));

  EXPECT_THAT(said, Contains(HasSubstr("cannot read the remote's images")));
}

}  // namespace
}  // namespace offload
