// config-linux.md#block-io
#include <map>

#include "runtime/resources/planner.h"

namespace runtime::resources {

namespace {

std::string number_of(std::int64_t major, std::int64_t minor) {
  return base::cat(major, ':', minor);
}

void plan_weight(std::uint16_t weight, Seat seat, Planner& planner) {
  constexpr const char* kField = "/blockIO/weight";
  if (seat.version == Version::V1) {
    return planner.set_either(seat, kField, {"blkio.bfq.weight", base::cat(weight)},
                              {"blkio.weight", base::cat(weight)});
  }
  // The scheduler BFQ has a scale of its own, which is the config's; the other is io.cost's.
  const auto line = [](const char* file, std::uint64_t value) {
    return Write{file, base::cat("default ", value), "default", "default 100"};
  };
  planner.set_either(seat, kField, line("io.bfq.weight", weight),
                     line("io.weight", io_weight_of(weight)));
}

void plan_device_weight(const oci::WeightDevice& device, std::uint16_t weight, Seat seat,
                        Planner& planner) {
  constexpr const char* kField = "/blockIO/weightDevice";
  const std::string number = number_of(device.major, device.minor);
  const auto line = [&](const char* file, std::uint64_t value, const char* unset) {
    return Write{file, base::cat(number, ' ', value), number, base::cat(number, ' ', unset)};
  };
  if (seat.version == Version::V1) {
    return planner.set_either(seat, kField, line("blkio.bfq.weight_device", weight, "0"),
                              line("blkio.weight_device", weight, "0"));
  }
  planner.set_either(seat, kField, line("io.bfq.weight", weight, "default"),
                     line("io.weight", io_weight_of(weight), "default"));
}

// Linux has had no leaf weights since 5.0; v2 never had.
void plan_leaf_weight(const char* field, const char* file, std::string value, Seat seat,
                      Planner& planner) {
  if (seat.version == Version::V2) return planner.refuse_on_v2(field);
  planner.set(seat, field, file, std::move(value));
}

void plan_weights(const oci::BlockIo& block_io, Seat seat, Planner& planner) {
  if (block_io.weight.value_or(0) != 0) plan_weight(*block_io.weight, seat, planner);
  if (block_io.leaf_weight.value_or(0) != 0) {
    plan_leaf_weight("/blockIO/leafWeight", "blkio.leaf_weight", base::cat(*block_io.leaf_weight),
                     seat, planner);
  }
  for (const oci::WeightDevice& device : block_io.weight_device) {
    if (device.weight.value_or(0) != 0) plan_device_weight(device, *device.weight, seat, planner);
    if (device.leaf_weight.value_or(0) != 0) {
      plan_leaf_weight("/blockIO/weightDevice", "blkio.leaf_weight_device",
                       base::cat(number_of(device.major, device.minor), ' ', *device.leaf_weight),
                       seat, planner);
    }
  }
}

struct Throttle {
  const char* field;
  std::vector<oci::ThrottleDevice> oci::BlockIo::*devices;
  const char* v1_file;
  const char* v2_key;
};

constexpr Throttle kThrottles[] = {
    {"/blockIO/throttleReadBpsDevice", &oci::BlockIo::throttle_read_bps_device,
     "blkio.throttle.read_bps_device", "rbps"},
    {"/blockIO/throttleWriteBpsDevice", &oci::BlockIo::throttle_write_bps_device,
     "blkio.throttle.write_bps_device", "wbps"},
    {"/blockIO/throttleReadIOPSDevice", &oci::BlockIo::throttle_read_iops_device,
     "blkio.throttle.read_iops_device", "riops"},
    {"/blockIO/throttleWriteIOPSDevice", &oci::BlockIo::throttle_write_iops_device,
     "blkio.throttle.write_iops_device", "wiops"},
};

void plan_throttles_v1(const oci::BlockIo& block_io, Seat seat, Planner& planner) {
  for (const Throttle& throttle : kThrottles) {
    for (const oci::ThrottleDevice& device : block_io.*throttle.devices) {
      const std::string number = number_of(device.major, device.minor);
      planner.set_line(
          seat, throttle.field,
          {throttle.v1_file, base::cat(number, ' ', device.rate), number, base::cat(number, " 0")});
    }
  }
}

// One line per device, whatever lists it is in. A rate of 0 is no limit, as in v1.
void plan_throttles_v2(const oci::BlockIo& block_io, Seat seat, Planner& planner) {
  std::map<std::string, std::pair<const char*, std::string>> lines;
  for (const Throttle& throttle : kThrottles) {
    for (const oci::ThrottleDevice& device : block_io.*throttle.devices) {
      auto& [field, line] = lines[number_of(device.major, device.minor)];
      field = throttle.field;
      line +=
          base::cat(' ', throttle.v2_key, '=', device.rate == 0 ? "max" : base::cat(device.rate));
    }
  }
  for (const auto& [number, entry] : lines) {
    planner.set_line(seat, entry.first,
                     {"io.max", number + entry.second, number,
                      number + " rbps=max wbps=max riops=max wiops=max"});
  }
}

bool asks_for_something(const oci::BlockIo& block_io) {
  bool asks = block_io.weight.value_or(0) != 0 || block_io.leaf_weight.value_or(0) != 0 ||
              !block_io.weight_device.empty();
  for (const Throttle& throttle : kThrottles) asks |= !(block_io.*throttle.devices).empty();
  return asks;
}

}  // namespace

std::uint64_t io_weight_of(std::uint64_t weight) { return 1 + (weight - 10) * 9999 / 990; }

void plan_block_io(const oci::BlockIo& block_io, Planner& planner) {
  if (!asks_for_something(block_io)) return;
  const auto seat = planner.need("blkio", "io", "/blockIO");
  if (!seat) return;
  plan_weights(block_io, *seat, planner);
  if (seat->version == Version::V1) plan_throttles_v1(block_io, *seat, planner);
  if (seat->version == Version::V2) plan_throttles_v2(block_io, *seat, planner);
}

}  // namespace runtime::resources
