// seccomp explain: what a profile does about one call, and which of its rules says so (F-18).
#include <cctype>

#include "base/error.h"
#include "base/text.h"
#include "oci/json_writer.h"
#include "oci/validate.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/profile_file.h"
#include "seccomp/calls.h"
#include "seccomp/explain.h"

namespace runtime {

namespace {

using base::cat;
using base::UsageError;

struct Options {
  std::string architecture;
  std::string format = "text";
} options;

constexpr cli::Option kOptions[] = {
    {"arch", 0, "ARCH", "of the call: x86, SCMP_ARCH_X86, … (default: this machine's)",
     cli::store<&Options::architecture>},
    {"format", 'f', "text|json", "how to answer (default: text)", cli::store<&Options::format>},
};

// "x86" is short for "SCMP_ARCH_X86".
const seccomp::Architecture& find_architecture(std::string name) {
  if (name.empty()) return seccomp::native_architecture();
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (!name.starts_with("SCMP_ARCH_")) name.insert(0, "SCMP_ARCH_");
  const auto found = oci::value_of<oci::SeccompArch>(name);
  if (found) return seccomp::architecture_of(*found);
  throw UsageError(cat("--arch: ", base::quoted(options.architecture), " (",
                       base::join(oci::names_of<oci::SeccompArch>(), ", "), ")"));
}

// Decimal or, after 0x, hexadecimal; a negative number is what a C program would pass for it.
std::uint64_t parse_argument(const std::string& text) {
  const auto number = text.starts_with("0x")
                          ? base::parse_int<std::uint64_t>(std::string_view(text).substr(2), 16)
                          : base::parse_int<std::uint64_t>(text);
  if (number) return *number;
  const auto negative = base::parse_int<std::int64_t>(text);
  if (negative) return static_cast<std::uint64_t>(*negative);
  throw UsageError(cat(base::quoted(text), ": a number is expected, an argument of the call"));
}

seccomp::Question question_of(const std::vector<std::string>& words) {
  constexpr std::size_t kMostArguments = 6;
  if (words.size() < 2) throw UsageError("a bundle and a system call are expected");
  if (words.size() > 2 + kMostArguments) throw UsageError("a system call has at most 6 arguments");
  seccomp::Question question{find_architecture(options.architecture), words[1], {}};
  for (std::size_t i = 2; i < words.size(); ++i) {
    question.arguments[i - 2] = parse_argument(words[i]);
  }
  return question;
}

int explain(const GlobalOptions&, const std::vector<std::string>& arguments) {
  cli::check_value("format", options.format, {"text", "json"});
  const seccomp::Question question = question_of(arguments);
  const FoundProfile found = read_profile(arguments.front());
  oci::validate(found.file, found.profile, found.at);
  const base::Context explaining{[&] { return base::shown_path(found.file); }};
  const std::vector<seccomp::Explanation> answers = seccomp::explain(found.profile, question);
  if (options.format == "json") {
    print(oci::write_json(answers) + "\n");
  } else {
    std::string text;
    for (const seccomp::Explanation& each : answers) text += seccomp::text_of(each);
    print(text);
  }
  return 0;
}

}  // namespace

const Command kSeccompExplain = {.name = "seccomp explain",
                                 .arguments = "[options] BUNDLE|FILE SYSCALL [ARGUMENT...]",
                                 .summary = "say what a profile does about a system call, and why",
                                 .options = kOptions,
                                 .target = &options,
                                 .positionals = cli::Positionals::Last,
                                 .enters_container = false,
                                 .failure = Failure::General,
                                 .run = explain};

}  // namespace runtime
