// Command lines: words that end with a zero each, of which the first byte says for which verb they
// are.
#include <vector>

#include "runtime/commands/commands.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = text.find('\0');
    words.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return words;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const runtime::Command& command = *runtime::kCommands.at(*data % runtime::kCommands.size());
  std::vector<std::string> words = words_of(fuzz::text(data + 1, size - 1));
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  fuzz::answer(
      [&] { runtime::cli::parse(pointers, command.options, command.target, command.positionals); });
  return 0;
}
