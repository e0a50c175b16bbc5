// What the runtime wants of systemd's manager (org.freedesktop.systemd1(5)).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "runtime/systemd_unit/bus.h"

namespace systemd {

class Manager {
 public:
  // The manager on the bus at that address.
  explicit Manager(std::string bus_address);
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  // The cgroup below which it keeps its units; "" is the root.
  std::string control_group();

  // Makes a transient unit, has it started and returns its cgroup. A scope gets this process for
  // its first. A unit of that name that has failed gives way. `properties` as append_properties has
  // them.
  std::string start(const std::string& unit, std::span<char* const> properties);

  // Until the machine's next start.
  void set(const std::string& unit, std::span<char* const> properties);

  // Stops the unit and has it forgotten; no effect when there is none.
  void stop(const std::string& unit);

 private:
  // A job that systemd has done with: its object, and how it ended.
  struct Removed {
    std::string job;
    std::string result;
  };

  static int note_removed(sd_bus_message* signal, void* self, sd_bus_error*);
  Message method(const char* name) const;
  Reply start_transient(const std::string& unit, std::span<char* const> properties);
  std::string property(const std::string& object, const std::string& interface, const char* name);
  void reset_failed(const std::string& unit);
  // Waits for the job that the reply names; how it ended.
  std::string finish(const Reply& reply, const char* verb, const std::string& unit);

  Bus bus_;
  std::vector<Removed> removed_;
  std::string awaited_;
  bool finished_ = false;
};

}  // namespace systemd
