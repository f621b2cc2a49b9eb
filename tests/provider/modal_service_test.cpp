// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/modal_service.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace offload {
namespace {

using ::testing::HasSubstr;

template <class What>
What said(std::string_view line) {
  auto const message = modal_message_in(line);
  if (!message || !std::holds_alternative<What>(message->second)) {
    ADD_FAILURE() << line;
    return {};
  }
  return std::get<What>(message->second);
}

TEST(ModalMessage, HasAnIdAndWhatIsSaid) {
  auto const message = modal_message_in(R"({"id": 7, "event": "started"})");

  ASSERT_TRUE(message);
  EXPECT_EQ(message->first, 7U);
  EXPECT_TRUE(std::holds_alternative<modal_started>(message->second));
}

TEST(ModalMessage, OutputIsTextOrBytes) {
  auto const text = said<command_output>(R"({"id":1,"event":"stdout","text":"gr\u00fcn\n"})");
  EXPECT_EQ(text.from, stream::out);
  EXPECT_EQ(text.bytes, "grün\n");

  auto const bytes = said<command_output>(R"({"id":1,"event":"stderr","base64":"/wAK"})");
  EXPECT_EQ(bytes.from, stream::err);
  EXPECT_EQ(bytes.bytes, (std::string{"\xff\0\n", 3}));
}

TEST(ModalMessage, AnAnswerHasWhatItIsAbout) {
  EXPECT_EQ(said<modal_answer>(R"({"id":1,"ok":{"image":"im-1"}})").image, "im-1");
  EXPECT_EQ(said<modal_answer>(R"({"id":1,"ok":{"sandbox":"sb-1"}})").sandbox, "sb-1");
  EXPECT_EQ(said<modal_answer>(R"({"id":1,"ok":{"code":5}})").code, 5);
}

TEST(ModalMessage, AnErrorKeepsItsKindAndItsHint) {
  auto const gone = said<error>(
      R"({"id":1,"error":{"kind":"image-gone","message":"it is gone","hint":"Build it."}})");
  EXPECT_EQ(gone.code, errc::image);
  EXPECT_EQ(gone.message, "it is gone");
  EXPECT_EQ(gone.hint, "Build it.");
  EXPECT_EQ(said<error>(R"({"id":1,"error":{"kind":"sandbox-gone"}})").code, errc::sandbox);
  EXPECT_EQ(said<error>(R"({"id":1,"error":{"kind":"exhausted"}})").code, errc::provider);
}

TEST(ModalMessage, WhatIsAboutNoRequestIsPassedOver) {
  EXPECT_FALSE(modal_message_in(R"({"event":"sandbox-ended","sandbox":"sb-1"})"));
  EXPECT_FALSE(modal_message_in("Warning: something\n"));
  EXPECT_FALSE(modal_message_in(R"({"id":"seven","ok":{}})"));
  EXPECT_FALSE(modal_message_in(R"({"id":7)"));
}

/// A shell script that serves: requests have the numbers 1, 2, 3 ...
result<std::shared_ptr<modal_service>> served_by(std::string const& script,
                                                 modal_patience patience = {}) {
  return modal_service::start({"sh", "-c", "read hello; echo '{\"id\":1,\"ok\":{}}'; " + script},
                              "run", {}, patience);
}

deadline soon() { return steady_clock::now() + std::chrono::seconds{30}; }

TEST(ModalService, AnswersGoToThoseWhoAsked) {
  auto const service = served_by(
      R"(read a; read b; echo '{"id":3,"ok":{"image":"b"}}'; echo '{"id":2,"ok":{"image":"a"}}'; cat)");
  ASSERT_TRUE(service) << to_string(service.error());
  auto first = (*service)->ask("build", "{}");
  auto second = (*service)->ask("build", R"({"context":"."})");

  auto const a = first.answer(soon(), {});
  auto const b = second.answer(soon(), {});

  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->image, "a");
  EXPECT_EQ(b->image, "b");
}

TEST(ModalService, ARequestIsOneLineOfJson) {
  auto const service = served_by(
      R"sh(read -r a
           printf '{"id":2,"error":{"message":"%s"}}\n' "$(echo "$a" | tr '"' "'")"
           cat)sh");
  ASSERT_TRUE(service);

  auto const answer = (*service)->ask("build", R"({"context":"."})").answer(soon(), {});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "{'id':2,'op':'build','context':'.'}");
}

TEST(ModalService, ItsEndIsAnErrorForAllWhoWait) {
  auto const service = served_by("read a; echo 'no more credit' >&2; exit 3");
  ASSERT_TRUE(service);
  auto call = (*service)->ask("create", "{}");

  auto const answer = call.answer(soon(), {});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::provider);
  EXPECT_THAT(answer.error().message, HasSubstr("exit status 3"));
  EXPECT_THAT(answer.error().message, HasSubstr("no more credit"));
  EXPECT_FALSE((*service)->is_alive());
  EXPECT_FALSE((*service)->ask("create", "{}").answer(soon(), {})) << "nor is there a new one";
}

TEST(ModalService, OneThatRefusesIsNotStarted) {
  auto const service = modal_service::start(
      {"sh", "-c",
       R"(read a; echo '{"id":1,"error":{"message":"no token","hint":"Log in."}}'; cat)"},
      "run", {});

  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().message, "no token");
  EXPECT_EQ(service.error().hint, "Log in.");
}

TEST(ModalService, WhatItComplainsOfIsHeard) {
  std::mutex mutex;
  std::vector<std::string> lines;
  auto const service = served_by(R"(read a; echo 'step 1' >&2; echo '{"id":2,"ok":{}}'; cat)");
  ASSERT_TRUE(service);
  (*service)->listen([&](std::string_view line) {
    std::scoped_lock const lock{mutex};
    lines.emplace_back(line);
  });

  ASSERT_TRUE((*service)->ask("build", "{}").answer(soon(), {}));

  auto const heard = [&] {
    std::scoped_lock const lock{mutex};
    return lines;
  };
  for (auto const until = soon(); heard().empty() && steady_clock::now() < *until;) {
    std::this_thread::yield();
  }
  (*service)->listen({});
  EXPECT_THAT(heard(), ::testing::ElementsAre("step 1"));
}

TEST(ModalService, OneThatHangsIsKilled) {
  auto const service = served_by("trap '' TERM; while :; do sleep 1000; done", {seconds{0.02}, 3});
  ASSERT_TRUE(service);

  auto const answer = (*service)->ask("create", "{}").answer(soon(), {});

  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("stopped answering"));
  EXPECT_FALSE((*service)->is_alive());
  EXPECT_FALSE((*service)->close());
}

TEST(ModalService, OneThatAnswersIsLeftAlone) {
  auto const service = served_by(
      R"(for n in 1 2 3 4 5 6 7 8 9; do read ping; echo '{"id":0,"ok":{}}'; done
         echo '{"id":2,"ok":{"image":"late"}}'; cat)",
      {seconds{0.02}, 3});
  ASSERT_TRUE(service);

  auto const answer = (*service)->ask("build", "{}").answer(soon(), {});

  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->image, "late");
}

TEST(ModalService, ItsEndSaysWhetherAllIsGone) {
  auto const good = served_by("cat >/dev/null");
  auto const bad = served_by("cat >/dev/null; exit 1");
  ASSERT_TRUE(good && bad);

  EXPECT_TRUE((*good)->close());
  EXPECT_FALSE((*bad)->close());
}

TEST(ModalService, AWaitEndsWhenItIsToStop) {
  auto const service = served_by("cat >/dev/null");
  ASSERT_TRUE(service);
  auto call = (*service)->ask("build", "{}");
  std::stop_source stop;
  stop.request_stop();

  EXPECT_FALSE(call.next({}, stop.get_token()));
  EXPECT_FALSE(call.next(steady_clock::now(), {}));
}

}  // namespace
}  // namespace offload
