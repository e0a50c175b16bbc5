// A connection to a message bus, with one deadline for all that is done over it: sd-bus(3) by
// itself would wait for minutes for a bus or a peer that has stopped.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <systemd/sd-bus.h>

namespace systemd {

inline constexpr std::chrono::seconds kPatience{10};

struct FreeMessage {
  void operator()(sd_bus_message* message) const noexcept { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, FreeMessage>;

// Throws "WHAT: …" when a call of sd-bus has failed: they return a negative errno.
int check(int result, std::string_view what);

// What the peer answered.
class Reply {
 public:
  explicit Reply(Message message) : message_(std::move(message)) {}

  bool is_error(const char* name) const;
  // For reading; throws the peer's own words if it is an error.
  sd_bus_message* value() const;

 private:
  Message message_;
};

class Bus {
 public:
  // Does not wait for the bus yet, but throws when nobody listens at the address.
  explicit Bus(std::string address);

  sd_bus* raw() const noexcept { return bus_.get(); }

  // Sends the call and waits for the answer.
  Reply call(const Message& call);

  // Lets `handler` see every signal of that name from systemd's manager.
  void listen(const char* member, sd_bus_message_handler_t handler, void* data);

  // Until `done`, which a handler sets; throws "… within 10 s" after `waiting`, which says for
  // what.
  void process_until(const bool& done, std::string_view waiting);

 private:
  struct Close {
    void operator()(sd_bus* bus) const noexcept { sd_bus_close_unref(bus); }
  };

  std::string address_;
  std::unique_ptr<sd_bus, Close> bus_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace systemd
