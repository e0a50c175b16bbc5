#include "runtime/cli.h"

#include <algorithm>
#include <utility>

namespace runtime::cli {

using base::cat;
using base::UsageError;

void read(std::string& target, std::string_view value) { target = value; }

// As Go's strconv.ParseBool has it, by which callers of runc's write them.
void read(bool& target, std::string_view value) {
  constexpr std::string_view kTrue[] = {"true", "1", "t", "T", "True", "TRUE"};
  constexpr std::string_view kFalse[] = {"false", "0", "f", "F", "False", "FALSE"};
  target = std::find(std::begin(kTrue), std::end(kTrue), value) != std::end(kTrue);
  if (target || std::find(std::begin(kFalse), std::end(kFalse), value) != std::end(kFalse)) return;
  throw base::Error("true or false is expected");
}

void read(std::optional<bool>& target, std::string_view value) { read(target.emplace(), value); }

void read(int& target, std::string_view value) {
  const auto number = base::parse_int<int>(value);
  if (!number || *number < 0) throw base::Error("a number is expected");
  target = *number;
}

void read(std::vector<std::string>& target, std::string_view value) { target.emplace_back(value); }

void ignore(void*, std::string_view) {}

void check_value(const char* option, std::string_view value,
                 std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  throw UsageError(cat("--", option, ": ", base::quoted(value), " (",
                       base::join(std::vector<std::string>(known.begin(), known.end()), ", "),
                       ")"));
}

namespace {

// One walk over the arguments.
class Parser {
 public:
  Parser(std::span<char* const> arguments, std::span<const Option> options, void* target)
      : rest_(arguments), options_(options), target_(target) {}

  Arguments run(Positionals positionals) {
    while (!rest_.empty()) {
      const std::string_view word = take();
      if (word == "--") break;
      if (word.size() < 2 || word.front() != '-') {
        result_.positional.emplace_back(word);
        if (positionals == Positionals::Last) break;
      } else {
        take_option(word);
      }
    }
    result_.positional.insert(result_.positional.end(), rest_.begin(), rest_.end());
    return std::move(result_);
  }

 private:
  std::string_view take() {
    const std::string_view word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }

  const Option* find(std::string_view name) const {
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& option) {
      return name == option.name ||
             (option.letter != 0 && name == std::string_view(&option.letter, 1));
    });
    return found == options_.end() ? nullptr : &*found;
  }

  void take_option(std::string_view word) {
    const bool is_long = word.starts_with("--");
    const std::string_view body = word.substr(is_long ? 2 : 1);
    const auto equals = body.find('=');
    const std::string_view name = body.substr(0, equals);
    if (name == "help" || name == "h") {
      result_.help = true;
      return;
    }
    const Option* option = find(name);
    if (option == nullptr) {
      if (is_long || !take_letters(body)) {
        throw UsageError(cat("unknown option ", base::quoted(word)));
      }
    } else if (equals != std::string_view::npos) {
      store(*option, body.substr(equals + 1));
    } else {
      take_value(*option);
    }
  }

  // False if one is unknown.
  bool take_letters(std::string_view letters) {
    while (!letters.empty()) {
      const Option* option = find(letters.substr(0, 1));
      if (option == nullptr) return false;
      letters.remove_prefix(1);
      if (option->value == nullptr || letters.empty()) {
        take_value(*option);
      } else {
        store(*option, std::exchange(letters, {}));
      }
    }
    return true;
  }

  void take_value(const Option& option) {
    const bool is_missing =
        option.may_be_value != nullptr && (rest_.empty() || !option.may_be_value(rest_.front()));
    if (option.value == nullptr || is_missing) return store(option, "true");
    // The words of runc: Podman looks for them to learn what `restore` knows (K-41).
    if (rest_.empty()) throw UsageError(cat("option --", option.name, ": flag needs an argument"));
    store(option, take());
  }

  void store(const Option& option, std::string_view value) {
    const base::Context storing{
        [&] { return cat("option --", option.name, ": ", base::quoted(value)); }};
    option.store(target_, value);
  }

  std::span<char* const> rest_;
  std::span<const Option> options_;
  void* target_;
  Arguments result_;
};

std::string left_column(const Option& option) {
  std::string text = option.letter != 0 ? cat("  -", option.letter, ", --") : "      --";
  text += option.name;
  if (option.value != nullptr) text += cat(" ", option.value);
  return text;
}

}  // namespace

Arguments parse(std::span<char* const> arguments, std::span<const Option> options, void* target,
                Positionals positionals) {
  return Parser(arguments, options, target).run(positionals);
}

std::string describe(std::span<const Option> options) {
  std::size_t width = left_column({"help", 'h', nullptr, "", nullptr}).size();
  for (const Option& option : options) {
    if (option.help != nullptr) width = std::max(width, left_column(option).size());
  }
  std::string text;
  const auto add = [&](const std::string& left, std::string_view help) {
    text += left + std::string(width - left.size() + 2, ' ');
    text += help;
    text += '\n';
  };
  for (const Option& option : options) {
    if (option.help != nullptr) add(left_column(option), option.help);
  }
  add("  -h, --help", "show this help");
  return text;
}

}  // namespace runtime::cli
