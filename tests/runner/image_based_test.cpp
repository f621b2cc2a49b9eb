// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/image_based.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What the fakes below do and have seen.
struct world {
  std::mutex mutex{};
  std::set<std::string> gone{};      ///< images of which no sandbox can be made
  std::set<std::string> fits_not{};  ///< images that the patch does not fit
  int post_patch_status = 0;
  bool contact_is_lost = false;
  std::vector<std::string> made_of{};  ///< the images of the sandboxes that came up
  std::vector<command> commands{};
  std::vector<std::string> said{};
  int builds = 0;
};

struct fake_execution {
  result<command_progress> end;

  [[nodiscard]] result<command_progress> next(deadline, std::stop_token) { return end; }
  [[nodiscard]] result<void> write(std::string_view) { return {}; }
  void close_input() {}
  exit_status terminate() { return {}; }
};

struct fake_sandbox {
  world* in;
  std::string image;

  [[nodiscard]] sandbox_id id() const { return {"box"}; }
  [[nodiscard]] std::string files() const { return "/tmp/files"; }
  [[nodiscard]] result<fake_execution> start(command const& c, input) {
    std::scoped_lock const lock{in->mutex};
    in->commands.push_back(c);
    if (in->contact_is_lost) { return fake_execution{fail(errc::sandbox, "contact was lost")}; }
    if (in->fits_not.contains(image)) { return fake_execution{command_ended{{97, 0}}}; }
    return fake_execution{command_ended{{in->post_patch_status, 0}}};
  }
};

struct fake_provider {
  static constexpr std::string_view name = "fake";
  world* in;

  [[nodiscard]] bool builds_images() const { return true; }
  [[nodiscard]] result<std::string> build_image(std::string const&, preparation_sink const&,
                                                std::stop_token) {
    std::scoped_lock const lock{in->mutex};
    return "built-" + std::to_string(++in->builds);
  }
  [[nodiscard]] result<fake_sandbox> create(sandbox_spec const& spec, std::stop_token) {
    std::scoped_lock const lock{in->mutex};
    if (in->gone.contains(spec.image)) { return fail(errc::sandbox, "{} is gone", spec.image); }
    in->made_of.push_back(spec.image);
    return fake_sandbox{in, spec.image};
  }
};

/// First a cached image, then two built ones.
struct fake_source {
  std::string patch{};
  int given = 0;

  [[nodiscard]] result<run_image> next(image_builder const& build, preparation_sink const&,
                                       std::stop_token) {
    if (given++ == 0) { return run_image{"cached", true, patch}; }
    return build("/context").map([&](std::string id) {
      return run_image{std::move(id), false, given == 2 ? patch : ""};
    });
  }
  [[nodiscard]] bool has_more() const { return given < 3; }
  void confirm(preparation_sink const& say, std::stop_token) { say("confirmed"); }
};

class ImageBased : public ::testing::Test {
 protected:
  auto based(std::string patch = "", std::string post_patch_cmd = "") {
    image_based made{fake_provider{&in}, fake_source{std::move(patch)},
                     image_use{"applier", "/app", std::move(post_patch_cmd)}};
    auto const ready = made.prepare([this](std::string_view line) { in.said.emplace_back(line); },
                                    std::stop_token{});
    EXPECT_TRUE(ready);
    return made;
  }

  world in;
};

TEST_F(ImageBased, ASandboxStartsFromTheBestImage) {
  auto provider = based();

  ASSERT_TRUE(provider.create({}, {}));

  EXPECT_THAT(in.made_of, ElementsAre("cached"));
  EXPECT_TRUE(in.commands.empty()) << "there is nothing to apply";
}

TEST_F(ImageBased, ThePatchIsAppliedInTheRepository) {
  auto provider = based("patch", "make");

  ASSERT_TRUE(provider.create({}, {}));

  ASSERT_EQ(in.commands.size(), 1U);
  auto const& argv = in.commands[0].argv;
  EXPECT_EQ(argv[4], "/tmp/files/offload-apply-diff");
  EXPECT_EQ(argv[5], "/tmp/files/offload.patch");
  EXPECT_EQ(argv[6], "/app");
  EXPECT_EQ(argv[7], "make");
}

TEST_F(ImageBased, AnImageThatIsGoneIsBuiltAgainOnceForAllSandboxes) {
  in.gone = {"cached"};
  auto provider = based();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { EXPECT_TRUE(provider.create({}, {})); });
    }
  }

  EXPECT_EQ(in.builds, 1);
  EXPECT_EQ(in.made_of, std::vector<std::string>(8, "built-1"));
  EXPECT_THAT(in.said,
              ElementsAre("[cache] image cached cannot be used, falling back: cached is gone",
                          "confirmed"));
}

TEST_F(ImageBased, APatchThatDoesNotFitLeadsToTheNextImage) {
  in.fits_not = {"cached", "built-1"};
  auto provider = based("patch");

  ASSERT_TRUE(provider.create({}, {}));

  EXPECT_THAT(in.made_of, ElementsAre("cached", "built-1", "built-2"));
  EXPECT_EQ(provider.image(), "built-2");
}

TEST_F(ImageBased, ABuiltImageIsNotBlamedForAnythingButThePatch) {
  in.gone = {"cached", "built-1"};
  auto provider = based();

  auto const sandbox = provider.create({}, {});

  ASSERT_FALSE(sandbox);
  EXPECT_EQ(sandbox.error().message, "built-1 is gone");
  EXPECT_EQ(in.builds, 1);
}

TEST_F(ImageBased, AnImageThatHasServedIsNotBlamed) {
  auto provider = based();
  ASSERT_TRUE(provider.create({}, {}));
  in.gone = {"cached"};

  EXPECT_FALSE(provider.create({}, {}));

  EXPECT_EQ(in.builds, 0);
}

TEST_F(ImageBased, APostPatchCommandThatFailsIsAnErrorOfItsOwn) {
  in.post_patch_status = 98;
  auto provider = based("", "make");

  auto const sandbox = provider.create({}, {});

  ASSERT_FALSE(sandbox);
  EXPECT_THAT(sandbox.error().message, HasSubstr("post_patch_cmd failed"));
  EXPECT_EQ(in.builds, 0) << "another image would not help";
}

TEST_F(ImageBased, LostContactIsNotTheImagesFault) {
  in.contact_is_lost = true;
  auto provider = based("patch");

  auto const sandbox = provider.create({}, {});

  ASSERT_FALSE(sandbox);
  EXPECT_EQ(sandbox.error().message, "contact was lost");
  EXPECT_EQ(in.builds, 0);
}

}  // namespace
}  // namespace offload
