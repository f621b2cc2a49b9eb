// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// The image cache with a remote behind a real ssh server.
#include <offload/image/image_cache.hpp>
#include <offload/process/child_process.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "git_repo.hpp"

namespace offload {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string const some_commit(40, 'a');

deadline in_a_minute() { return steady_clock::now() + std::chrono::seconds{60}; }

/// A bare repository on the far side, for as long as this object lives.
class far_repo {
 public:
  far_repo() {
    serve("start");
    git_in(repo_.path(), {"init", "-q", "--bare"});
  }
  far_repo(far_repo const&) = delete;
  far_repo& operator=(far_repo const&) = delete;
  ~far_repo() { serve("stop"); }

  void connect(git_repo const& clone) const {
    clone.git({"remote", "add", "origin", "ssh://builder" + repo_.path().string()});
    clone.git({"config", "core.sshCommand", (server_.path() / "ssh").string()});
  }
  [[nodiscard]] std::string note() const {
    return git_in(repo_.path(), {"notes", "--ref=offload-images", "show", some_commit});
  }

 private:
  void serve(std::string const& action) const {
    auto const done = run_process(
        {OFFLOAD_SOURCE_DIR "/tests/support/ssh_server.sh", action, server_.path()}, {});
    EXPECT_TRUE(done && done->status.ok()) << (done ? done->err : to_string(done.error()));
  }

  temp_dir server_;
  temp_dir repo_;
};

TEST(ImageCacheOverSsh, KeepsWhatTwoClonesHaveWritten) {
  far_repo const far;
  git_repo one;
  git_repo two;
  for (auto const* clone : {&one, &two}) {
    clone->commit();
    far.connect(*clone);
  }
  auto first = image_cache::open(one.text()).value();
  auto second = image_cache::open(two.text()).value();
  ASSERT_TRUE(first.add(some_commit, "one.toml", {.id = "im-1"}));
  ASSERT_TRUE(second.add(some_commit, "two.toml", {.id = "im-2"}));

  auto const pushed = first.push("origin", in_a_minute());
  auto const pushed_later = second.push("origin", in_a_minute());
  auto const fetched = first.fetch("origin", in_a_minute());

  ASSERT_TRUE(pushed) << to_string(pushed.error());
  ASSERT_TRUE(pushed_later) << to_string(pushed_later.error());
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_THAT(far.note(), AllOf(HasSubstr("im-1"), HasSubstr("im-2")));
  EXPECT_EQ(first.find(some_commit, "two.toml").value().value().id, "im-2");
  EXPECT_EQ(second.find(some_commit, "one.toml").value().value().id, "im-1");
}

TEST(ImageCacheOverSsh, SaysWhyTheServerRefuses) {
  far_repo const far;
  git_repo clone;
  clone.commit();
  far.connect(clone);
  clone.git({"remote", "set-url", "origin", "ssh://builder/there/is/nothing"});
  auto cache = image_cache::open(clone.text()).value();

  auto const fetched = cache.fetch("origin", in_a_minute());

  ASSERT_FALSE(fetched);
  EXPECT_THAT(to_string(fetched.error()), HasSubstr("does not appear to be a git repository"));
}

}  // namespace
}  // namespace offload
