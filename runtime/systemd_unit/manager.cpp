#include "runtime/systemd_unit/manager.h"

#include <algorithm>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "runtime/systemd_unit/property.h"

namespace systemd {

using base::cat;
using base::Error;

namespace {

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kObject = "/org/freedesktop/systemd1";
constexpr const char* kInterface = "org.freedesktop.systemd1.Manager";
constexpr const char* kReplace = "replace";  // a job that is queued for the unit

void append(const Message& message, const std::string& text) {
  check(sd_bus_message_append_basic(message.get(), SD_BUS_TYPE_STRING, text.c_str()), "argument");
}

// PIDs of a scope: this process.
void append_own_pid(const Message& message) {
  check(sd_bus_message_append(message.get(), "(sv)", "PIDs", "au", 1,
                              static_cast<std::uint32_t>(getpid())),
        "PIDs");
}

std::string object_of(const std::string& unit) {
  char* path = nullptr;
  check(sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &path), "unit name");
  const std::unique_ptr<char, decltype(&std::free)> owned(path, std::free);
  return path;
}

bool is_scope(std::string_view unit) { return unit.ends_with(".scope"); }

}  // namespace

Manager::Manager(std::string bus_address) : bus_(std::move(bus_address)) {
  // Before any job is queued, which might be done before its reply has been read.
  bus_.listen("JobRemoved", note_removed, this);
}

int Manager::note_removed(sd_bus_message* signal, void* self, sd_bus_error*) {
  std::uint32_t id = 0;
  const char *job = nullptr, *unit = nullptr, *result = nullptr;
  if (sd_bus_message_read(signal, "uoss", &id, &job, &unit, &result) < 0) return 0;
  auto& manager = *static_cast<Manager*>(self);
  manager.removed_.push_back({job, result});
  if (manager.awaited_ == job) manager.finished_ = true;
  return 0;
}

Message Manager::method(const char* name) const {
  sd_bus_message* call = nullptr;
  check(sd_bus_message_new_method_call(bus_.raw(), &call, kService, kObject, kInterface, name),
        name);
  return Message(call);
}

std::string Manager::property(const std::string& object, const std::string& interface,
                              const char* name) {
  sd_bus_message* call = nullptr;
  check(sd_bus_message_new_method_call(bus_.raw(), &call, kService, object.c_str(),
                                       "org.freedesktop.DBus.Properties", "Get"),
        name);
  const Message owned(call);
  append(owned, interface);
  append(owned, name);
  const Reply reply = bus_.call(owned);
  const char* value = nullptr;
  check(sd_bus_message_read(reply.value(), "v", "s", &value), name);
  return value;
}

std::string Manager::control_group() { return property(kObject, kInterface, "ControlGroup"); }

Reply Manager::start_transient(const std::string& unit, std::span<char* const> properties) {
  const Message call = method("StartTransientUnit");
  append(call, unit);
  append(call, kReplace);
  check(sd_bus_message_open_container(call.get(), SD_BUS_TYPE_ARRAY, "(sv)"), "properties");
  if (is_scope(unit)) append_own_pid(call);
  append_properties(call.get(), properties);
  check(sd_bus_message_close_container(call.get()), "properties");
  check(sd_bus_message_append(call.get(), "a(sa(sv))", 0), "auxiliary units");
  return bus_.call(call);
}

std::string Manager::finish(const Reply& reply, const char* verb, const std::string& unit) {
  const char* job = nullptr;
  check(sd_bus_message_read(reply.value(), "o", &job), "job");
  awaited_ = job;
  const auto is_awaited = [&](const Removed& each) { return each.job == awaited_; };
  finished_ = std::any_of(removed_.begin(), removed_.end(), is_awaited);
  bus_.process_until(finished_, cat("finish the job ", verb, " for ", unit));
  return std::find_if(removed_.begin(), removed_.end(), is_awaited)->result;
}

std::string Manager::start(const std::string& unit, std::span<char* const> properties) {
  Reply reply = start_transient(unit, properties);
  if (reply.is_error("org.freedesktop.systemd1.UnitExists")) {
    reset_failed(unit);
    reply = start_transient(unit, properties);
  }
  const std::string result = finish(reply, "start", unit);
  if (result != "done") {
    reset_failed(unit);
    throw Error(cat("systemd did not start ", unit, ": the job's result is ", result));
  }
  return property(object_of(unit), cat(kService, is_scope(unit) ? ".Scope" : ".Slice"),
                  "ControlGroup");
}

void Manager::set(const std::string& unit, std::span<char* const> properties) {
  const Message call = method("SetUnitProperties");
  append(call, unit);
  check(sd_bus_message_append(call.get(), "b", 1), "runtime");
  check(sd_bus_message_open_container(call.get(), SD_BUS_TYPE_ARRAY, "(sv)"), "properties");
  append_properties(call.get(), properties);
  check(sd_bus_message_close_container(call.get()), "properties");
  bus_.call(call).value();
}

void Manager::stop(const std::string& unit) {
  const Message call = method("StopUnit");
  append(call, unit);
  append(call, kReplace);
  const Reply reply = bus_.call(call);
  if (!reply.is_error("org.freedesktop.systemd1.NoSuchUnit")) finish(reply, "stop", unit);
  reset_failed(unit);
}

void Manager::reset_failed(const std::string& unit) {
  const Message call = method("ResetFailedUnit");
  append(call, unit);
  // Refused when there is no such unit, which is what is wanted.
  bus_.call(call);
}

}  // namespace systemd
