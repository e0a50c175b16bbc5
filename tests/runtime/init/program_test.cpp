#include "runtime/init/program.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "tests/support/scratch.h"

namespace runtime {
namespace {

class FindProgramTest : public ::testing::Test {
 protected:
  FindProgramTest() {
    make("good", 0755);
    make("plain", 0644);
    if (mkdir((folder_ + "/folder").c_str(), 0755) != 0) throw base::Error("mkdir", errno);
  }

  void make(const std::string& name, mode_t mode) const {
    sys::replace_file(scratch_.open(), name, "", mode);
  }

  std::string find(const std::string& name, const std::string& path) const {
    try {
      return find_program(name, {"PATH=" + path});
    } catch (const base::Error& error) {
      return error.text();
    }
  }

  const test_support::ScratchFolder scratch_;
  const std::string folder_ = scratch_.path();
};

TEST_F(FindProgramTest, SearchesThePathOfTheContainer) {
  EXPECT_EQ(find("good", "/nowhere:" + folder_), folder_ + "/good");
  EXPECT_EQ(find("good", "/nowhere"), "exec: \"good\": executable file not found in $PATH");
  EXPECT_EQ(find("folder", folder_), "exec: \"folder\": executable file not found in $PATH");
}

TEST_F(FindProgramTest, AForbiddenCandidateIsNamedOnlyIfThereIsNoOther) {
  EXPECT_EQ(find("plain", folder_), "exec: \"plain\": permission denied");
  make("plain2", 0755);
  EXPECT_EQ(find("plain2", "/nowhere:" + folder_), folder_ + "/plain2");
}

TEST_F(FindProgramTest, ASlashMeansNoSearch) {
  EXPECT_EQ(find(folder_ + "/good", ""), folder_ + "/good");
  EXPECT_EQ(find(folder_ + "/folder", ""),
            "exec: \"" + folder_ + "/folder\": is a directory (permission denied)");
  EXPECT_EQ(find(folder_ + "/plain", ""), "exec: \"" + folder_ + "/plain\": permission denied");
  EXPECT_EQ(find("/no/such", ""), "exec: \"/no/such\": stat /no/such: no such file or directory");
}

TEST_F(FindProgramTest, WithoutPathAsExecvpDoes) { EXPECT_EQ(find_program("sh", {}), "/bin/sh"); }

TEST_F(FindProgramTest, AnEmptyPieceIsThePresentFolder) {
  ASSERT_EQ(chdir(folder_.c_str()), 0);
  EXPECT_EQ(find("good", "/nowhere:"), "./good");
}

TEST(EnvironmentTest, TheLastOfDuplicatesStays) {
  oci::Process process;
  process.env = {"A=1", "HOME=/h", "B=2", "A=3"};
  EXPECT_EQ(make_environment(process, {"B=added"}),
            (std::vector<std::string>{"HOME=/h", "A=3", "B=added"}));
}

TEST(EnvironmentTest, HomeComesFromThePasswdFile) {
  oci::Process process;
  process.user.uid = 0;
  EXPECT_EQ(make_environment(process, {}), std::vector<std::string>{"HOME=/root"});
  process.user.uid = 3'000'000'000;
  EXPECT_EQ(make_environment(process, {}), std::vector<std::string>{"HOME=/"});
}

TEST(EnvironmentTest, FindVariable) {
  const std::vector<std::string> env = {"A=1", "AB=2", "EMPTY=", "A=3", "NOVALUE"};
  EXPECT_STREQ(find_variable(env, "A"), "3");
  EXPECT_STREQ(find_variable(env, "EMPTY"), "");
  EXPECT_EQ(find_variable(env, "NOVALUE"), nullptr);
  EXPECT_EQ(find_variable(env, "C"), nullptr);
}

TEST(ProgramImageTest, TheArraysAreWhatExecveWants) {
  const ProgramImage image("/bin/x", {"x", "-y"}, {"A=1"});
  EXPECT_STREQ(image.argv()[0], "x");
  EXPECT_STREQ(image.argv()[1], "-y");
  EXPECT_EQ(image.argv()[2], nullptr);
  EXPECT_STREQ(image.envp()[0], "A=1");
  EXPECT_EQ(image.envp()[1], nullptr);
}

}  // namespace
}  // namespace runtime
