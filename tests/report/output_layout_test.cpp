// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/report.hpp>
#include <offload/report/output_layout.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(FileNameOf, ReplacesWhatCannotBeInAFileName) {
  EXPECT_EQ(file_name_of({R"(a/b\c:d*e?f"g<h>i|j)"}), "a_b_c_d_e_f_g_h_i_j");
  EXPECT_EQ(file_name_of({"sb-0_1.x y"}), "sb-0_1.x y");
  EXPECT_EQ(file_name_of({".."}), "_..");
}

TEST(OutputLayout, HasTheDefaultOfTheConfiguration) {
  EXPECT_EQ(output_layout::junit_report, report_config{}.junit_file);
}

TEST(PreviousReport, StandsBesideTheReport) {
  EXPECT_EQ(previous_path("out/junit.xml"), "out/junit.previous.xml");
  EXPECT_EQ(previous_path("report"), "report.previous");
}

TEST(JunitPartName, IsTheSandboxAsAFileName) {
  EXPECT_EQ(junit_part_name({"a/b"}), "a_b.xml");
  EXPECT_TRUE(is_junit_part_name(junit_part_name({"a/b"})));
  EXPECT_FALSE(is_junit_part_name("readme.md"));
}

TEST(LogName, TellsBatchStreamAndEnd) {
  EXPECT_EQ(log_name({3}, stream::out, "success"), "batch-3.stdout.success");
  EXPECT_EQ(log_name({12}, stream::err, output_layout::log_of_running), "batch-12.stderr.running");
}

TEST(LogName, LeadsBackToTheBatch) {
  EXPECT_EQ(batch_of_log("batch-3.stdout.success"), batch_id{3});
  EXPECT_EQ(batch_of_log("batch-12.stderr.running"), batch_id{12});
}

TEST(LogName, IsTheNameOfNoOtherFile) {
  for (auto const* const name :
       {"", "batch-", "batch-3", "batch-3.", "batch-3.stdout", "batch-3.stdout.", "batch-3.txt",
        "batch-x.stdout.txt", "batch-notes.stderr.old", "batch-99999999999.stdout.success",
        "batch--1.stdout.success", "mine.log", "xbatch-3.stdout.success"}) {
    EXPECT_FALSE(batch_of_log(name)) << name;
  }
}

TEST(ArtifactFolder, IsNamedAfterSandboxAndBatch) {
  EXPECT_EQ(artifact_folder("out", {"a/b"}, {7}), "out/a_b/7");
}

}  // namespace
}  // namespace offload
