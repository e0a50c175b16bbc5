#include "netlink/message.h"

#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>

#include "base/error.h"

namespace netlink {

namespace {

// The text among the attributes that follow the error, if the kernel sent any.
std::string extended_text(const nlmsghdr* header, const nlmsgerr& error) {
  if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
  std::size_t offset = sizeof(nlmsgerr);
  // Unless it is capped, the acknowledgement repeats the request's payload before them.
  if ((header->nlmsg_flags & NLM_F_CAPPED) == 0) offset += error.msg.nlmsg_len - sizeof(nlmsghdr);
  const std::size_t payload = mnl_nlmsg_get_payload_len(header);
  if (error.msg.nlmsg_len < sizeof(nlmsghdr) || offset > payload) return {};
  return Attributes::of_message(*header, offset).text(NLMSGERR_ATTR_MSG);
}

// Answers say an errno with its sign turned. What is none, the least of all numbers has no
// opposite, is an error all the same.
int errno_of(int negated) {
  constexpr int kLargest = 4095;  // MAX_ERRNO of linux/err.h
  return negated >= -kLargest && negated <= 0 ? -negated : EPROTO;
}

// Of an answer in parts, which may end with an error.
int error_of_done(const nlmsghdr& message) {
  const auto* error = static_cast<const int*>(fixed_part(message, sizeof(int)));
  return error != nullptr ? errno_of(*error) : 0;
}

// All of a message is there. libmnl alone takes a length of 2 GiB and more for a negative one.
bool is_whole(const nlmsghdr* header, int left) {
  return mnl_nlmsg_ok(header, left) && header->nlmsg_len <= static_cast<std::uint32_t>(left);
}

}  // namespace

Message::Message(std::uint16_t type, std::uint16_t flags) {
  mnl_nlmsg_put_header(buffer_.data());
  header()->nlmsg_type = type;
  header()->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
}

nlmsghdr* Message::header() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }

const nlmsghdr* Message::header() const {
  return reinterpret_cast<const nlmsghdr*>(buffer_.data());
}

void Message::reserve(std::size_t size) const {
  if (bytes().size() + size + MNL_ALIGNTO > buffer_.size()) throw base::Error("netlink: too long");
}

void* Message::put_space(std::size_t size) {
  reserve(size);
  return mnl_nlmsg_put_extra_header(header(), size);
}

void Message::put(std::uint16_t type, std::string_view bytes) {
  reserve(sizeof(nlattr) + bytes.size());
  mnl_attr_put(header(), type, bytes.size(), bytes.data());
}

void Message::put_text(std::uint16_t type, const std::string& text) {
  put(type, {text.c_str(), text.size() + 1});
}

std::size_t Message::begin_nested(std::uint16_t type) {
  reserve(sizeof(nlattr));
  const auto* start = mnl_attr_nest_start(header(), type);
  return static_cast<std::size_t>(reinterpret_cast<const char*>(start) - buffer_.data());
}

void Message::end_nested(std::size_t start) {
  mnl_attr_nest_end(header(), reinterpret_cast<nlattr*>(buffer_.data() + start));
}

Attributes Attributes::of_message(const nlmsghdr& message, std::size_t fixed_size) {
  const std::size_t payload = mnl_nlmsg_get_payload_len(&message);
  constexpr std::size_t kUnit = MNL_ALIGNTO;
  const std::size_t skipped = (fixed_size + kUnit - 1) / kUnit * kUnit;
  if (payload < skipped) return Attributes("");
  const auto* start = static_cast<const char*>(mnl_nlmsg_get_payload(&message));
  return Attributes({start + skipped, payload - skipped});
}

std::optional<std::string_view> Attributes::bytes(std::uint16_t type) const {
  const auto* attribute = reinterpret_cast<const nlattr*>(area_.data());
  const char* end = area_.data() + area_.size();
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    if (mnl_attr_get_type(attribute) == type) {
      return std::string_view(static_cast<const char*>(mnl_attr_get_payload(attribute)),
                              mnl_attr_get_payload_len(attribute));
    }
    attribute = mnl_attr_next(attribute);
  }
  return std::nullopt;
}

std::string Attributes::text(std::uint16_t type) const {
  const std::string_view found = bytes(type).value_or("");
  return std::string(found.substr(0, found.find('\0')));
}

const void* fixed_part(const nlmsghdr& message, std::size_t size) {
  return mnl_nlmsg_get_payload_len(&message) >= size ? mnl_nlmsg_get_payload(&message) : nullptr;
}

std::optional<Reply> parse_reply(std::string_view datagram, std::uint32_t sequence,
                                 const Visitor& visit) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int left = static_cast<int>(datagram.size());
  for (; is_whole(header, left); header = mnl_nlmsg_next(header, &left)) {
    if (header->nlmsg_seq != sequence) continue;
    if (header->nlmsg_type == NLMSG_DONE) return Reply{error_of_done(*header), {}};
    if (header->nlmsg_type != NLMSG_ERROR) {
      if (visit) visit(*header);
      continue;
    }
    if (mnl_nlmsg_get_payload_len(header) < sizeof(nlmsgerr)) continue;
    const auto& error = *static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(header));
    return Reply{errno_of(error.error), extended_text(header, error)};
  }
  return std::nullopt;
}

}  // namespace netlink
