#include "runtime/cli.h"

#include <gtest/gtest.h>
#include <vector>

namespace runtime::cli {
namespace {

struct Target {
  std::string bundle;
  std::string pid_file;
  bool force = false;
  int count = 0;
};

constexpr Option kOptions[] = {
    {"bundle", 'b', "DIR", "the bundle", store<&Target::bundle>},
    {"pid-file", 0, "FILE", "the pid file", store<&Target::pid_file>},
    {"force", 'f', nullptr, "use force", store<&Target::force>},
    {"count", 0, "N", nullptr, store<&Target::count>},
    {"old", 0, "X", nullptr, ignore},
};

class CliTest : public ::testing::Test {
 protected:
  std::vector<std::string> parse(std::vector<std::string> words,
                                 Positionals positionals = Positionals::Anywhere) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    const Arguments arguments = cli::parse(pointers, kOptions, &target, positionals);
    help = arguments.help;
    return arguments.positional;
  }

  std::string error_of(std::vector<std::string> words) {
    try {
      parse(std::move(words));
    } catch (const base::Error& error) {
      return error.text();
    }
    return "no error";
  }

  Target target;
  bool help = false;
};

using Words = std::vector<std::string>;

TEST_F(CliTest, EveryFormOfAnOption) {
  for (const Words& words : {Words{"--bundle", "x"}, Words{"--bundle=x"}, Words{"-bundle", "x"},
                             Words{"-bundle=x"}, Words{"-b", "x"}, Words{"-b=x"}}) {
    target.bundle.clear();
    EXPECT_TRUE(parse(words).empty());
    EXPECT_EQ(target.bundle, "x");
  }
}

// As callers of crun write them.
TEST_F(CliTest, ShortOptionsInOneWord) {
  parse({"-bx", "-f"});
  EXPECT_EQ(target.bundle, "x");
  EXPECT_TRUE(target.force);
  target.force = false;
  EXPECT_EQ(parse({"-ffb", "y", "z"}), Words{"z"});
  EXPECT_EQ(target.bundle, "y");
  EXPECT_TRUE(target.force);
  parse({"-fbA=f"});
  EXPECT_EQ(target.bundle, "A=f");
  // A name is what it is to runc.
  target.force = false;
  parse({"-bundle", "w"});
  EXPECT_EQ(target.bundle, "w");
  EXPECT_FALSE(target.force);
}

TEST_F(CliTest, FlagsAndNumbers) {
  parse({"--force", "--count", "3", "--old", "ignored"});
  EXPECT_TRUE(target.force);
  EXPECT_EQ(target.count, 3);
  parse({"-f=false"});
  EXPECT_FALSE(target.force);
}

TEST_F(CliTest, TheLastOneWins) {
  parse({"-b", "x", "--bundle=y"});
  EXPECT_EQ(target.bundle, "y");
}

TEST_F(CliTest, OptionsMayFollowArgumentsWhereSaid) {
  EXPECT_EQ(parse({"id", "--force", "more"}), (Words{"id", "more"}));
  EXPECT_TRUE(target.force);
  target.force = false;
  EXPECT_EQ(parse({"-b", "x", "id", "--force"}, Positionals::Last), (Words{"id", "--force"}));
  EXPECT_FALSE(target.force);
}

TEST_F(CliTest, TwoDashesEndTheOptionsAndOneIsAnArgument) {
  EXPECT_EQ(parse({"-", "--", "--force"}), (Words{"-", "--force"}));
  EXPECT_FALSE(target.force);
}

TEST_F(CliTest, Help) {
  parse({"-h"});
  EXPECT_TRUE(help);
  parse({"x", "--help"});
  EXPECT_TRUE(help);
}

TEST_F(CliTest, Errors) {
  EXPECT_EQ(error_of({"--bun", "x"}), "unknown option \"--bun\"");
  EXPECT_EQ(error_of({"-x"}), "unknown option \"-x\"");
  EXPECT_EQ(error_of({"-fx"}), "unknown option \"-fx\"");
  EXPECT_EQ(error_of({"--fb"}), "unknown option \"--fb\"");
  EXPECT_EQ(error_of({"-fb"}), "option --bundle: flag needs an argument");
  EXPECT_EQ(error_of({"--bundle"}), "option --bundle: flag needs an argument");
  EXPECT_EQ(error_of({"--force=maybe"}), "option --force: \"maybe\": true or false is expected");
  EXPECT_EQ(error_of({"--count", "-1"}), "option --count: \"-1\": a number is expected");
  EXPECT_EQ(error_of({"--count", "99999999999"}),
            "option --count: \"99999999999\": a number is expected");
}

TEST_F(CliTest, TheHelpListsWhatIsNotHidden) {
  EXPECT_EQ(describe(kOptions),
            "  -b, --bundle DIR     the bundle\n"
            "      --pid-file FILE  the pid file\n"
            "  -f, --force          use force\n"
            "  -h, --help           show this help\n");
}

}  // namespace
}  // namespace runtime::cli
