#include "runtime/systemd_unit/bus.h"

#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace systemd {

using base::cat;
using base::Error;

namespace {

struct Answer {
  Message message;
  bool arrived = false;
};

int take_answer(sd_bus_message* message, void* data, sd_bus_error*) {
  auto& answer = *static_cast<Answer*>(data);
  answer.message.reset(sd_bus_message_ref(message));
  answer.arrived = true;
  return 0;
}

// The peer's words, except those of strerror(3) (base/error.h).
std::string text_of(const sd_bus_error& error) {
  const int code = sd_bus_error_get_errno(&error);
  if (error.message == nullptr) return error.name;
  if (std::string_view(error.message) == std::strerror(code)) return base::describe_errno(code);
  return base::one_line(error.message);
}

struct FreeSlot {
  void operator()(sd_bus_slot* slot) const noexcept { sd_bus_slot_unref(slot); }
};

}  // namespace

int check(int result, std::string_view what) {
  if (result < 0) throw Error(what, -result);
  return result;
}

bool Reply::is_error(const char* name) const {
  return sd_bus_message_is_method_error(message_.get(), name) > 0;
}

sd_bus_message* Reply::value() const {
  const sd_bus_error* error = sd_bus_message_get_error(message_.get());
  if (error != nullptr) throw Error(cat("systemd: ", text_of(*error)));
  return message_.get();
}

Bus::Bus(std::string address)
    : address_(std::move(address)), deadline_(std::chrono::steady_clock::now() + kPatience) {
  const base::Context connecting{[&] { return cat("message bus ", address_); }};
  sd_bus* bus = nullptr;
  check(sd_bus_new(&bus), "sd_bus_new");
  bus_.reset(bus);
  check(sd_bus_set_address(bus, address_.c_str()), "address");
  check(sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client");
  check(sd_bus_start(bus), "connect");
}

Reply Bus::call(const Message& call) {
  Answer answer;
  sd_bus_slot* slot = nullptr;
  check(sd_bus_call_async(raw(), &slot, call.get(), take_answer, &answer, UINT64_MAX), "call");
  // Or an answer that comes after the deadline would find no Answer any more.
  const std::unique_ptr<sd_bus_slot, FreeSlot> until_answered(slot);
  process_until(answer.arrived, cat("answer ", sd_bus_message_get_member(call.get())));
  return Reply(std::move(answer.message));
}

void Bus::listen(const char* member, sd_bus_message_handler_t handler, void* data) {
  check(sd_bus_match_signal_async(raw(), nullptr, "org.freedesktop.systemd1",
                                  "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
                                  member, handler, nullptr, data),
        member);
}

void Bus::process_until(const bool& done, std::string_view waiting) {
  using std::chrono::microseconds;
  while (!done) {
    const int processed = sd_bus_process(raw(), nullptr);
    if (processed < 0) throw Error(cat("message bus ", address_), -processed);
    if (processed > 0) continue;
    const auto left = std::chrono::ceil<microseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      const bool connected = sd_bus_is_ready(raw()) > 0;
      throw Error(connected ? cat("systemd did not ", waiting, " within ", kPatience.count(), " s")
                            : cat("message bus ", address_, " did not answer within ",
                                  kPatience.count(), " s"));
    }
    check(sd_bus_wait(raw(), static_cast<std::uint64_t>(left.count())), "sd_bus_wait");
  }
}

}  // namespace systemd
