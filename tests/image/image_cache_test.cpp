// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_cache.hpp>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "git_repo.hpp"
#include "support/writing_processes.hpp"

namespace offload {
namespace {

using namespace testing;
using ::testing::HasSubstr;

std::string const commit_a(40, 'a');
std::string const commit_b(40, 'b');

image_cache opened(git_repo const& repo) {
  auto cache = image_cache::open(repo.text());
  if (!cache) { throw std::runtime_error{to_string(cache.error())}; }
  return std::move(*cache);
}

deadline in(int seconds) { return steady_clock::now() + std::chrono::seconds{seconds}; }

template <class T>
void expect_ok(result<T> const& outcome) {
  EXPECT_TRUE(outcome) << (outcome ? "" : to_string(outcome.error()));
}

std::string id_in(image_cache const& cache, std::string const& commit, std::string const& key) {
  auto const found = cache.find(commit, key);
  if (!found) { return to_string(found.error()); }
  return *found ? (*found)->id : "none";
}

/// A bare repository and clones of it.
class shared_repo {
 public:
  shared_repo() { git_in(remote_.path(), {"init", "-q", "--bare"}); }

  void connect(git_repo const& clone) const { clone.git({"remote", "add", "origin", url()}); }
  [[nodiscard]] std::string url() const { return remote_.path().string(); }
  [[nodiscard]] std::string note(std::string const& commit) const {
    return git_in(remote_.path(), {"notes", "--ref=offload-images", "show", commit});
  }
  [[nodiscard]] std::filesystem::path const& path() const { return remote_.path(); }

 private:
  temp_dir remote_;
};

TEST(ImageCache, FindsWhatWasAdded) {
  git_repo repo;
  auto const head = repo.commit();
  auto cache = opened(repo);

  expect_ok(cache.add(head, "offload.toml", {"im-1", "abc"}));
  expect_ok(cache.add(commit_b, "offload.toml", {.id = "im-b"}));
  expect_ok(cache.add(head, "other.toml", {.id = "im-2"}));

  EXPECT_EQ(id_in(opened(repo), head, "offload.toml"), "im-1");
  EXPECT_EQ(id_in(cache, head, "other.toml"), "im-2");
  EXPECT_EQ(id_in(cache, commit_b, "offload.toml"), "im-b");
  EXPECT_EQ(id_in(cache, commit_a, "offload.toml"), "none");
  EXPECT_EQ(repo.git({"notes", "--ref=offload-images", "show", head}),
            "{\n  \"offload.toml\": {\n    \"image_id\": \"im-1\",\n    \"inputs\": \"abc\"\n  },\n"
            "  \"other.toml\": {\n    \"image_id\": \"im-2\"\n  }\n}");
}

TEST(ImageCache, HitsWhereTheInputsAreTheSame) {
  git_repo repo;
  repo.commit();
  auto cache = opened(repo);
  expect_ok(cache.add(commit_a, "k", {"im-1", "abc"}));
  expect_ok(cache.add(commit_a, "by 0.9", {.id = "im-1"}));

  EXPECT_EQ(cache.find(commit_a, "k", "abc").value(), "im-1");
  EXPECT_EQ(cache.find(commit_a, "k", "other").value(), std::nullopt);
  EXPECT_EQ(cache.find(commit_a, "by 0.9", "abc").value(), std::nullopt);
}

TEST(ImageCache, ReadsTheFoldersOfManyNotesThatGitWrote) {
  git_repo repo;
  auto const head = repo.commit();
  auto const blob = repo.git({"hash-object", "-w", "--stdin"}, R"({"k": {"image_id": "im-git"}})");
  std::string stream = "commit refs/notes/offload-images\ncommitter T <t@e> 1 +0000\ndata 0\n";
  stream += "M 100644 " + blob + " ab/cd/" + std::string(36, 'e') + "\n";
  stream += "M 100644 " + blob + " " + head.substr(0, 2) + "/" + head.substr(2) + "\n";
  repo.git({"fast-import", "--quiet", "--force"}, stream);
  auto cache = opened(repo);

  EXPECT_EQ(id_in(cache, head, "k"), "im-git");
  EXPECT_EQ(id_in(cache, "abcd" + std::string(36, 'e'), "k"), "im-git");
  expect_ok(cache.add(head, "k2", {.id = "im-2"}));
  EXPECT_THAT(repo.git({"notes", "--ref=offload-images", "show", head}), HasSubstr("im-git"));
  EXPECT_THAT(repo.git({"notes", "--ref=offload-images", "list"}),
              HasSubstr("abcd" + std::string(36, 'e')));
}

TEST(ImageCache, NamesConfigurationsAsNotesDo) {
  git_repo repo;
  repo.commit();
  auto const cache = opened(repo);

  EXPECT_EQ(cache.config_key("./offload.toml").value(), "offload.toml");
  EXPECT_EQ(cache.config_key("sub/offload.toml").value(), "sub/offload.toml");
  EXPECT_EQ(cache.config_key((repo / "ci/offload.toml").string()).value(), "ci/offload.toml");
  EXPECT_FALSE(cache.config_key("/elsewhere/offload.toml"));
}

constexpr int processes = 16;

std::string entry_name(int writer, int number) { return fmt::format("{}-{}", writer, number); }

/// Each note is written by all, and stays small.
std::string commit_of(int number) { return fmt::format("{:040x}", number / 4); }

/// Adds `count` entries in each of many processes at once, and expects to find them all.
void write_at_once(git_repo const& repo, int count) {
  EXPECT_EQ(succeeded_in_processes(processes,
                                   [&](int writer) {
                                     auto cache = opened(repo);
                                     for (int i = 0; i < count; ++i) {
                                       auto const name = entry_name(writer, i);
                                       if (!cache.add(commit_of(i), name, {.id = name})) {
                                         return false;
                                       }
                                     }
                                     return true;
                                   }),
            processes);

  auto const cache = opened(repo);
  for (int writer = 0; writer < processes; ++writer) {
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(id_in(cache, commit_of(i), entry_name(writer, i)), entry_name(writer, i));
    }
  }
}

TEST(ImageCache, LosesNothingWhenManyProcessesWriteHere) {
  git_repo repo;
  repo.commit();

  write_at_once(repo, 63);  // 1,008 in all
}

TEST(ImageCache, LosesNothingWhenManyProcessesWriteTheFirstEntries) {
  for (int round = 0; round < 10; ++round) {
    git_repo repo;
    repo.commit();

    write_at_once(repo, 1);
  }
}

// The git that receives a push knows nothing of the lock by which Offload's processes take turns.
TEST(ImageCache, LosesNothingWhenAnotherClonePushesToThisOne) {
  git_repo here;
  git_repo elsewhere;
  here.commit();
  elsewhere.commit();
  elsewhere.git({"remote", "add", "origin", here.text()});
  constexpr int count = 20;

  EXPECT_EQ(succeeded_in_processes(2,
                                   [&](int writer) {
                                     auto cache = opened(writer == 0 ? here : elsewhere);
                                     for (int i = 0; i < count; ++i) {
                                       auto const name = entry_name(writer, i);
                                       if (!cache.add(commit_a, name, {.id = name})) {
                                         return false;
                                       }
                                       if (writer == 1 && !cache.push("origin", in(60))) {
                                         return false;
                                       }
                                     }
                                     return true;
                                   }),
            2);

  auto const cache = opened(here);
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(id_in(cache, commit_a, entry_name(0, i)), entry_name(0, i));
    EXPECT_EQ(id_in(cache, commit_a, entry_name(1, i)), entry_name(1, i));
  }
}

TEST(ImageCache, SharesImagesThroughARemote) {
  shared_repo const shared;
  git_repo one;
  git_repo two;
  for (auto const* clone : {&one, &two}) {
    clone->commit();
    shared.connect(*clone);
  }
  auto first = opened(one);
  expect_ok(first.add(commit_a, "k", {.id = "im-1"}));
  expect_ok(first.push("origin", in(30)));
  auto second = opened(two);
  auto const refs = two.git({"for-each-ref"});
  auto const config = contents_of(two / ".git/config");

  expect_ok(second.fetch("origin", in(30)));

  EXPECT_EQ(id_in(second, commit_a, "k"), "im-1");
  EXPECT_EQ(two.git({"for-each-ref"}), refs) << "fetching changes no reference";
  EXPECT_EQ(contents_of(two / ".git/config"), config);
  expect_ok(second.adopt());
  EXPECT_EQ(id_in(opened(two), commit_a, "k"), "im-1");
}

TEST(ImageCache, KeepsWhatBothHaveWritten) {
  shared_repo const shared;
  git_repo one;
  git_repo two;
  for (auto const* clone : {&one, &two}) {
    clone->commit();
    shared.connect(*clone);
    clone->git({"config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*"});
  }
  auto first = opened(one);
  auto second = opened(two);
  expect_ok(first.add(commit_a, "one", {.id = "im-1"}));
  expect_ok(first.add(commit_b, "one", {.id = "im-1b"}));
  expect_ok(second.add(commit_a, "two", {.id = "im-2"}));
  expect_ok(first.push("origin", in(30)));

  expect_ok(second.push("origin", in(30)));

  EXPECT_THAT(shared.note(commit_a), HasSubstr("im-1"));
  EXPECT_THAT(shared.note(commit_a), HasSubstr("im-2"));
  EXPECT_THAT(shared.note(commit_b), HasSubstr("im-1b"));
  EXPECT_EQ(two.git({"for-each-ref", "refs/offload"}), "");
}

TEST(ImageCache, LosesNothingWhenClonesPushAtOnce) {
  shared_repo const shared;
  std::vector<std::unique_ptr<git_repo>> clones;
  for (int i = 0; i < 3; ++i) {
    clones.push_back(std::make_unique<git_repo>());
    clones.back()->commit();
    shared.connect(*clones.back());
  }
  std::vector<std::jthread> writers;
  for (std::size_t i = 0; i < clones.size(); ++i) {
    writers.emplace_back([&, i] {
      auto cache = opened(*clones[i]);
      for (int round = 0; round < 2; ++round) {
        expect_ok(cache.add(commit_a, std::to_string(i) + "-" + std::to_string(round),
                            {.id = "im-" + std::to_string(i) + "-" + std::to_string(round)}));
        expect_ok(cache.push("origin", in(60)));
      }
    });
  }
  writers.clear();

  auto const note = shared.note(commit_a);
  for (auto const* id : {"im-0-0", "im-0-1", "im-1-0", "im-1-1", "im-2-0", "im-2-1"}) {
    EXPECT_THAT(note, HasSubstr(id));
  }
}

TEST(ImageCache, DoesNotMindARemoteWithoutNotes) {
  shared_repo const shared;
  git_repo repo;
  repo.commit();
  shared.connect(repo);
  auto cache = opened(repo);

  expect_ok(cache.fetch("origin", in(30)));
  expect_ok(cache.adopt());
  expect_ok(cache.push("origin", in(30)));

  EXPECT_TRUE(cache.has_remote("origin"));
  EXPECT_FALSE(cache.has_remote("elsewhere"));
  EXPECT_EQ(repo.git({"for-each-ref", "refs/notes"}), "");
}

TEST(ImageCache, SaysWhyARemoteCannotBeReached) {
  git_repo repo;
  repo.commit();
  repo.git({"remote", "add", "origin", (repo / "is not there").string()});
  auto cache = opened(repo);

  auto const fetched = cache.fetch("origin", in(30));

  ASSERT_FALSE(fetched);
  EXPECT_THAT(to_string(fetched.error()), HasSubstr("does not appear to be a git repository"));
}

TEST(ImageCache, SaysWhyARemoteRefuses) {
  shared_repo const shared;
  put_file(shared.path() / "hooks/pre-receive", "#!/bin/sh\necho not allowed here >&2\nexit 1\n");
  std::filesystem::permissions(shared.path() / "hooks/pre-receive",
                               std::filesystem::perms::owner_all);
  git_repo repo;
  repo.commit();
  shared.connect(repo);
  auto cache = opened(repo);
  expect_ok(cache.add(commit_a, "k", {.id = "im-1"}));

  auto const pushed = cache.push("origin", in(30));

  ASSERT_FALSE(pushed);
  EXPECT_THAT(to_string(pushed.error()), HasSubstr("not allowed here"));
  EXPECT_EQ(id_in(cache, commit_a, "k"), "im-1");
}

TEST(ImageCache, DoesNotWaitForARemoteThatHangs) {
  git_repo repo;
  repo.commit();
  repo.git({"remote", "add", "origin", "ssh://nobody@host.invalid/repo"});
  repo.git({"config", "core.sshCommand", "sleep 1000; :"});
  auto cache = opened(repo);
  auto const begin = steady_clock::now();

  auto const fetched = cache.fetch("origin", in(1));

  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, errc::process);
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds{20});
}

TEST(ImageCache, NeedsNoHookAndNoIdentity) {
  shared_repo const shared;
  git_repo repo;
  repo.commit();
  shared.connect(repo);
  put_file(repo / ".git/hooks/pre-push", "#!/bin/sh\nexit 1\n");
  std::filesystem::permissions(repo / ".git/hooks/pre-push", std::filesystem::perms::owner_all);
  repo.git({"config", "user.useConfigOnly", "true"});
  auto cache = opened(repo);
  expect_ok(cache.add(commit_a, "k", {.id = "im-1"}));

  expect_ok(cache.push("origin", in(30)));

  EXPECT_THAT(shared.note(commit_a), HasSubstr("im-1"));
}

TEST(ImageCache, WorksInShallowClones) {
  shared_repo const shared;
  git_repo source;
  source.commit();
  source.commit();
  shared.connect(source);
  source.git({"push", "-q", "origin", "main"});
  git_repo clone;
  clone.git({"remote", "add", "origin", "file://" + shared.url()});
  clone.git({"fetch", "-q", "--depth=1", "origin", "main"});
  clone.git({"checkout", "-q", "FETCH_HEAD"});
  auto first = opened(source);
  expect_ok(first.add(commit_a, "k", {.id = "im-1"}));
  expect_ok(first.push("origin", in(30)));
  auto cache = opened(clone);

  expect_ok(cache.fetch("origin", in(30)));
  EXPECT_EQ(id_in(cache, commit_a, "k"), "im-1");
  expect_ok(cache.add(source.head(), "k", {.id = "im-2"}));
  expect_ok(cache.push("origin", in(30)));

  EXPECT_THAT(shared.note(source.head()), HasSubstr("im-2"));
  EXPECT_EQ(clone.git({"rev-parse", "--is-shallow-repository"}), "true");
}

}  // namespace
}  // namespace offload
