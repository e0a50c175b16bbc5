#include "netlink/message.h"

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
  const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(header, offset));
  const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload(header)) + payload;
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG) {
      const char* text = mnl_attr_get_str(attribute);
      return {text, strnlen(text, mnl_attr_get_payload_len(attribute))};
    }
    attribute = mnl_attr_next(attribute);
  }
  return {};
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

void* Message::put_space(std::size_t size) {
  if (bytes().size() + size + MNL_ALIGNTO > buffer_.size()) throw base::Error("netlink: too long");
  return mnl_nlmsg_put_extra_header(header(), size);
}

std::optional<Reply> parse_reply(std::string_view datagram, std::uint32_t sequence) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int left = static_cast<int>(datagram.size());
  for (; mnl_nlmsg_ok(header, left); header = mnl_nlmsg_next(header, &left)) {
    if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_seq != sequence) continue;
    if (mnl_nlmsg_get_payload_len(header) < sizeof(nlmsgerr)) continue;
    const auto& error = *static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(header));
    return Reply{-error.error, extended_text(header, error)};
  }
  return std::nullopt;
}

}  // namespace netlink
