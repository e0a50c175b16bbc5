// seccomp-table FILE: writes the names and numbers of system calls that libseccomp has, as a C++
// header for seccomp/calls.cpp. A program of the build: libseccomp's own functions look each name
// up in 85 ns per architecture, and come with 160 KB of what else the library does, which each
// start would copy (docs/decisions/executable.md).
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <seccomp.h>
#include <set>
#include <string>
#include <vector>

#include "seccomp/architecture.h"

namespace {

using seccomp::Architecture;

// Not a call of the architecture. Members of a family are below -100, libseccomp's numbers for
// them.
constexpr int kNone = -1;
constexpr int kLowestMember = -299;

std::uint32_t token_of(const Architecture& architecture) {
  const bool is_x32 = architecture.name == oci::SeccompArch::X32;
  return is_x32 ? std::uint32_t{SCMP_ARCH_X32} : architecture.audit;
}

std::string name_of(const Architecture& architecture, int number) {
  const std::unique_ptr<char, decltype(&std::free)> name(
      seccomp_syscall_resolve_num_arch(token_of(architecture), number), &std::free);
  return name ? name.get() : "";
}

int number_of(const Architecture& architecture, const std::string& name) {
  const int number = seccomp_syscall_resolve_name_arch(token_of(architecture), name.c_str());
  const bool is_member = number <= -100 && number >= kLowestMember && architecture.socketcall != 0;
  return number >= 0 || is_member ? number : kNone;
}

const Architecture& native() {
  const std::uint32_t token = seccomp_arch_native();
  for (const Architecture& architecture : seccomp::all_architectures()) {
    if (token_of(architecture) == token) return architecture;
  }
  std::cerr << "seccomp-table: libseccomp's native architecture is unknown\n";
  std::exit(1);
}

// A filter can only be for one byte order, which is this machine's.
std::vector<Architecture> architectures() {
  std::vector<Architecture> result;
  for (const Architecture& architecture : seccomp::all_architectures()) {
    const bool is_known = number_of(architecture, "read") >= 0;
    if (is_known && architecture.order == native().order) result.push_back(architecture);
  }
  return result;
}

// Where an architecture has its calls: from 0, MIPS from 4000 on, x32 with a bit, and a few of
// arm's beyond its private base.
std::vector<int> numbers_of(const Architecture& architecture) {
  std::vector<int> numbers;
  const auto add = [&](int first, int count) {
    for (int number = first; number < first + count; ++number) numbers.push_back(number);
  };
  if (architecture.name == oci::SeccompArch::X32) {
    add(static_cast<int>(seccomp::kX32Bit), 1024);
  } else {
    const int base = static_cast<int>(architecture.socketcall / 1000 * 1000);
    add(base, 7000 - base);
  }
  if (architecture.name == oci::SeccompArch::Arm) add(0xf0000, 16);
  if (architecture.socketcall != 0) add(kLowestMember, 200);
  return numbers;
}

struct Direct {
  std::size_t column;
  std::string name;
  int number;
};

struct Table {
  std::vector<Architecture> columns = architectures();
  std::set<std::string> names;
  std::vector<Direct> direct;  // numbers that members of a family have besides
};

Table read_table() {
  Table table;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const Architecture& architecture = table.columns[column];
    for (const int number : numbers_of(architecture)) {
      const std::string name = name_of(architecture, number);
      if (name.empty()) continue;
      table.names.insert(name);
      const bool is_direct = number >= 0 && number_of(architecture, name) < kNone;
      if (is_direct) table.direct.push_back({column, name, number});
    }
  }
  return table;
}

void write_names(std::ostream& out, const Table& table) {
  out << "constexpr char kNames[] =\n";
  for (const std::string& name : table.names) out << "    \"" << name << "\\0\"\n";
  out << "    ;\n\nconstexpr Row kRows[] = {\n";
  std::size_t offset = 0;
  for (const std::string& name : table.names) {
    out << "    {" << offset << ", {";
    for (const Architecture& architecture : table.columns) {
      out << number_of(architecture, name) << ", ";
    }
    out << "}},\n";
    offset += name.size() + 1;
  }
  out << "};\n";
}

void write_direct(std::ostream& out, const Table& table) {
  out << "\nconstexpr Direct kDirect[] = {\n";
  for (const Direct& each : table.direct) {
    const auto place = std::distance(table.names.begin(), table.names.find(each.name));
    out << "    {" << each.column << ", " << place << ", " << each.number << "},\n";
  }
  out << "};\n";
}

void write_columns(std::ostream& out, const Table& table) {
  const scmp_version& version = *seccomp_version();
  out << "// Made by cmake/seccomp_table.cpp from libseccomp " << version.major << '.'
      << version.minor << '.' << version.micro << ".\n"
      << "constexpr char kLibraryVersion[] = \"" << version.major << '.' << version.minor << '.'
      << version.micro << "\";\n"
      << "constexpr std::size_t kNativeColumn = "
      << std::distance(table.columns.begin(),
                       std::ranges::find(table.columns, native().name, &Architecture::name))
      << ";\nconstexpr oci::SeccompArch kColumns[] = {\n";
  for (const Architecture& architecture : table.columns) {
    out << "    static_cast<oci::SeccompArch>(" << static_cast<int>(architecture.name) << "),  // "
        << oci::name_of(architecture.name) << "\n";
  }
  out << "};\n\n"
      << "struct Row {\n  std::uint16_t name;  // where it begins in kNames\n"
      << "  std::int32_t numbers[std::size(kColumns)];\n};\n\n"
      << "struct Direct {\n  std::uint16_t column;\n  std::uint16_t row;\n"
      << "  std::uint32_t number;\n};\n\n";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  std::ofstream out(arguments[1]);
  const Table table = read_table();
  write_columns(out, table);
  write_names(out, table);
  write_direct(out, table);
  out.flush();
  if (!out) std::cerr << "seccomp-table: " << arguments[1] << ": " << std::strerror(errno) << '\n';
  return out ? 0 : 1;
}
