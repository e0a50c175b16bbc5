// What is kept about a container, and what a hook is told: read, and written as it was read.
#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "runtime/container/record.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::answer([&] {
    const auto record = oci::read_json<runtime::Record>("state.json", fuzz::text(data, size));
    const std::string written = oci::write_json(record);
    const auto again = oci::read_json<runtime::Record>("state.json", written);
    fuzz::require(oci::write_json(again) == written, "a record is written as it was read");
  });
  return 0;
}
