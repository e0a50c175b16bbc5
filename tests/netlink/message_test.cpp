// The bytes we send and the ones we read.
#include "netlink/message.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <vector>

#include "base/error.h"
#include "netlink/link.h"

namespace netlink {
namespace {

template <typename T>
T read_at(std::string_view bytes, std::size_t offset) {
  T value{};
  if (offset + sizeof value <= bytes.size())
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

TEST(SetLinkUp, IsARequestForOneFlag) {
  SetLinkUp message(7);
  message.set_sequence(42);
  const std::string_view bytes = message.bytes();
  ASSERT_EQ(bytes.size(), sizeof(nlmsghdr) + sizeof(ifinfomsg));
  const auto header = read_at<nlmsghdr>(bytes, 0);
  EXPECT_EQ(header.nlmsg_len, bytes.size());
  EXPECT_EQ(header.nlmsg_type, RTM_NEWLINK);
  EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
  EXPECT_EQ(header.nlmsg_seq, 42U);
  const auto link = read_at<ifinfomsg>(bytes, sizeof header);
  EXPECT_EQ(link.ifi_family, AF_UNSPEC);
  EXPECT_EQ(link.ifi_index, 7);
  EXPECT_EQ(link.ifi_flags, static_cast<unsigned>(IFF_UP));
  EXPECT_EQ(link.ifi_change, static_cast<unsigned>(IFF_UP));
}

TEST(Message, RefusesToOutgrowItsBuffer) {
  Message message(RTM_NEWLINK, 0);
  struct Huge {
    char bytes[2000];
  };
  EXPECT_THROW(message.put_fixed_part<Huge>(), base::Error);
}

// A datagram as the kernel writes it, aligned for reading in place.
class Datagram {
 public:
  void add(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
           const std::string& payload) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + payload.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    header.nlmsg_seq = sequence;
    append(std::string(reinterpret_cast<const char*>(&header), sizeof header) + payload);
  }
  std::string_view bytes() const { return {reinterpret_cast<const char*>(words_.data()), size_}; }
  std::string_view first(std::size_t size) const { return bytes().substr(0, size); }

 private:
  void append(std::string bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
    words_.resize((size_ + bytes.size()) / 4);
    std::memcpy(reinterpret_cast<char*>(words_.data()) + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  std::vector<std::uint32_t> words_;
  std::size_t size_ = 0;
};

std::string error_payload(int error, std::uint32_t request_length = sizeof(nlmsghdr)) {
  nlmsgerr payload{};
  payload.error = -error;
  payload.msg.nlmsg_len = request_length;
  return {reinterpret_cast<const char*>(&payload), sizeof payload};
}

std::string attribute(std::uint16_t type, std::string text) {
  nlattr header{};
  header.nla_len = static_cast<std::uint16_t>(sizeof header + text.size());
  header.nla_type = type;
  text.resize((text.size() + 3) / 4 * 4);
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + text;
}

TEST(Reply, IsFoundBySequence) {
  Datagram datagram;
  datagram.add(RTM_NEWLINK, 0, 5, std::string(32, 'x'));
  datagram.add(NLMSG_ERROR, 0, 4, error_payload(EPERM));
  datagram.add(NLMSG_ERROR, 0, 5, error_payload(0));
  const auto reply = parse_reply(datagram.bytes(), 5);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->error, 0);
  EXPECT_EQ(parse_reply(datagram.bytes(), 4)->error, EPERM);
  EXPECT_FALSE(parse_reply(datagram.bytes(), 6).has_value());
}

TEST(Reply, OfWhatIsNoErrnoIsAnErrorAllTheSame) {
  for (const int number : {INT_MIN, -4096, 1, INT_MAX}) {
    std::string payload(sizeof(nlmsgerr), '\0');
    std::memcpy(payload.data(), &number, sizeof number);
    for (const int type : {NLMSG_ERROR, NLMSG_DONE}) {
      Datagram datagram;
      datagram.add(static_cast<std::uint16_t>(type), 0, 1, payload);
      EXPECT_EQ(parse_reply(datagram.bytes(), 1)->error, EPROTO) << type << " " << number;
    }
  }
}

TEST(Reply, CarriesTheKernelsWords) {
  const std::string words = attribute(NLMSGERR_ATTR_OFFS, std::string(4, '\1')) +
                            attribute(NLMSGERR_ATTR_MSG, std::string("no such link\0", 13));
  const struct {
    const char* name;
    std::uint16_t flags;
    std::string payload;
    const char* text;
  } cases[] = {
      {"capped", NLM_F_ACK_TLVS | NLM_F_CAPPED, error_payload(ENODEV) + words, "no such link"},
      {"with the request", NLM_F_ACK_TLVS,
       error_payload(ENODEV, sizeof(nlmsghdr) + 8) + std::string(8, 'r') + words, "no such link"},
      {"without the flag", NLM_F_CAPPED, error_payload(ENODEV) + words, ""},
      {"no attributes", NLM_F_ACK_TLVS | NLM_F_CAPPED, error_payload(ENODEV), ""},
      {"unterminated", NLM_F_ACK_TLVS | NLM_F_CAPPED,
       error_payload(ENODEV) + attribute(NLMSGERR_ATTR_MSG, "abcd"), "abcd"},
      {"lying about the request", NLM_F_ACK_TLVS, error_payload(ENODEV, 4) + words, ""},
      {"request longer than all", NLM_F_ACK_TLVS, error_payload(ENODEV, 1 << 30) + words, ""},
  };
  for (const auto& c : cases) {
    Datagram datagram;
    datagram.add(NLMSG_ERROR, c.flags, 1, c.payload);
    const auto reply = parse_reply(datagram.bytes(), 1);
    ASSERT_TRUE(reply.has_value()) << c.name;
    EXPECT_EQ(reply->error, ENODEV) << c.name;
    EXPECT_EQ(reply->text, c.text) << c.name;
  }
}

TEST(Reply, TruncatedIsNone) {
  Datagram datagram;
  datagram.add(NLMSG_ERROR, 0, 1, error_payload(0));
  for (std::size_t size = 0; size < datagram.bytes().size(); ++size) {
    EXPECT_FALSE(parse_reply(datagram.first(size), 1).has_value()) << size;
  }
}

// Lengths that libmnl would take for negative numbers, or for nothing at all.
TEST(Reply, LongerThanTheDatagramIsNone) {
  for (const std::uint32_t length : {0x7fffffffU, 0x80000000U, 0xfffffff0U, 0xffffffffU, 0U, 15U}) {
    nlmsghdr message{};
    message.nlmsg_len = length;
    message.nlmsg_seq = 2;
    const std::string_view bytes(reinterpret_cast<const char*>(&message), sizeof message);
    EXPECT_FALSE(parse_reply(bytes, 1).has_value()) << length;
  }
}

}  // namespace
}  // namespace netlink
