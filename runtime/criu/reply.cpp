#include "runtime/criu/reply.h"

#include "runtime/criu/wire.h"

namespace runtime::criu {

namespace {

// criu_notify.
void read_notification(std::string_view message, Reply& reply) {
  for (const Field& field : fields_of(message)) {
    if (field.number == 1) reply.stage = field.bytes;
    if (field.number == 2) reply.pid = static_cast<pid_t>(field.value);
  }
}

// criu_restore_resp.
void read_restored(std::string_view message, Reply& reply) {
  for (const Field& field : fields_of(message)) {
    if (field.number == 1) reply.pid = static_cast<pid_t>(field.value);
  }
}

// criu_features.
void read_features(std::string_view message, Reply& reply) {
  for (const Field& field : fields_of(message)) {
    if (field.value != 0) reply.features.push_back(field.number);
  }
}

}  // namespace

Reply decode(std::string_view message) {
  Reply reply;
  for (const Field& field : fields_of(message)) {
    switch (field.number) {
      case 1: reply.is_notification = field.value == kNotification; break;
      case 2: reply.success = field.value != 0; break;
      case 4: read_restored(field.bytes, reply); break;
      case 5: read_notification(field.bytes, reply); break;
      case 8: read_features(field.bytes, reply); break;
      default: break;
    }
  }
  return reply;
}

}  // namespace runtime::criu
