#include "netlink/link.h"

#include <cerrno>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

namespace netlink {

namespace {

class LinkQuestion : public Message {
 public:
  explicit LinkQuestion(std::uint16_t flags) : Message(RTM_GETLINK, flags) {
    put_fixed_part<ifinfomsg>();
    put_number<std::uint32_t>(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  }
};

void put_end(Message& message, const VethEnd& end) {
  message.put_text(IFLA_IFNAME, end.name);
  message.put(IFLA_ADDRESS, end.mac.bytes());
  if (end.mtu != 0) message.put_number(IFLA_MTU, end.mtu);
}

// One queue, as the kernel uses of a pair by default anyway: but unless told so it makes one for
// each processor first, and then waits for a grace period of RCU, 3 ms, to do without the others.
void put_one_queue(Message& message) {
  message.put_number<std::uint32_t>(IFLA_NUM_TX_QUEUES, 1);
  message.put_number<std::uint32_t>(IFLA_NUM_RX_QUEUES, 1);
}

void put_namespace(Message& message, const NetworkNamespace& where) {
  if (where.ns) {
    message.put_number(IFLA_NET_NS_FD, static_cast<std::uint32_t>(where.ns->raw()));
  } else {
    message.put_number(IFLA_NET_NS_PID, static_cast<std::uint32_t>(where.pid));
  }
}

bool is_set(const Attributes& attributes, std::uint16_t type) {
  return attributes.number<std::uint8_t>(type).value_or(0) != 0;
}

Link parse_link(const ifinfomsg& fixed, const Attributes& attributes) {
  const Attributes info = attributes.nested(IFLA_LINKINFO);
  const Attributes port = info.nested(IFLA_INFO_SLAVE_DATA);
  Link link;
  link.index = fixed.ifi_index;
  link.name = attributes.text(IFLA_IFNAME);
  link.kind = info.text(IFLA_INFO_KIND);
  link.mac =
      MacAddress::from_bytes(attributes.bytes(IFLA_ADDRESS).value_or("")).value_or(MacAddress());
  link.master = static_cast<int>(attributes.number<std::uint32_t>(IFLA_MASTER).value_or(0));
  link.up = (fixed.ifi_flags & IFF_UP) != 0;
  link.loopback = (fixed.ifi_flags & IFF_LOOPBACK) != 0;
  link.filters_vlans = is_set(info.nested(IFLA_INFO_DATA), IFLA_BR_VLAN_FILTERING);
  link.isolated = is_set(port, IFLA_BRPORT_ISOLATED);
  link.locked = is_set(port, IFLA_BRPORT_LOCKED);
  return link;
}

std::vector<Link> ask(Socket& socket, Message& question) {
  std::vector<Link> links;
  const Reply reply = socket.query(question, [&](const nlmsghdr& message) {
    const auto* fixed = static_cast<const ifinfomsg*>(fixed_part(message, sizeof(ifinfomsg)));
    if (fixed == nullptr || message.nlmsg_type != RTM_NEWLINK) return;
    links.push_back(parse_link(*fixed, Attributes::of_message(message, sizeof(ifinfomsg))));
  });
  if (reply.error != ENODEV) require(reply);
  return links;
}

}  // namespace

std::optional<Link> find_link(Socket& socket, const std::string& name) {
  LinkQuestion question(NLM_F_ACK);
  question.put_text(IFLA_IFNAME, name);
  const std::vector<Link> links = ask(socket, question);
  if (links.empty()) return std::nullopt;
  return links.front();
}

std::vector<Link> ports_of(Socket& socket, int master) {
  LinkQuestion question(NLM_F_DUMP);
  question.put_number(IFLA_MASTER, static_cast<std::uint32_t>(master));
  std::vector<Link> links = ask(socket, question);
  // A kernel before 4.6 doesn't go by the attribute.
  std::erase_if(links, [&](const Link& link) { return link.master != master; });
  return links;
}

NewVeth::NewVeth(const VethEnd& here, int master, const VethEnd& there,
                 const NetworkNamespace& where)
    : Message(RTM_NEWLINK, kCreateNew) {
  put_fixed_part<ifinfomsg>();
  put_end(*this, here);
  put_one_queue(*this);
  put_number(IFLA_MASTER, static_cast<std::uint32_t>(master));
  put_nested(IFLA_LINKINFO, [&] {
    put_text(IFLA_INFO_KIND, "veth");
    put_nested(IFLA_INFO_DATA, [&] {
      put_nested(VETH_INFO_PEER, [&] {
        put_fixed_part<ifinfomsg>();
        put_end(*this, there);
        put_one_queue(*this);
        put_namespace(*this, where);
      });
    });
  });
}

NewMacvlan::NewMacvlan(const VethEnd& end, int parent, std::uint32_t mode,
                       const NetworkNamespace& where)
    : Message(RTM_NEWLINK, kCreateNew) {
  put_fixed_part<ifinfomsg>();
  put_end(*this, end);
  put_number(IFLA_LINK, static_cast<std::uint32_t>(parent));
  put_namespace(*this, where);
  put_nested(IFLA_LINKINFO, [&] {
    put_text(IFLA_INFO_KIND, "macvlan");
    put_nested(IFLA_INFO_DATA, [&] { put_number(IFLA_MACVLAN_MODE, mode); });
  });
}

SetLinkUp::SetLinkUp(int index) : Message(RTM_NEWLINK, NLM_F_ACK) {
  auto& link = put_fixed_part<ifinfomsg>();
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = index;
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
}

MoveLink::MoveLink(int index, const std::string& name, const NetworkNamespace& where)
    : Message(RTM_NEWLINK, NLM_F_ACK) {
  put_fixed_part<ifinfomsg>().ifi_index = index;
  put_text(IFLA_IFNAME, name);
  put_namespace(*this, where);
}

SetMaster::SetMaster(int index, int master) : Message(RTM_NEWLINK, NLM_F_ACK) {
  put_fixed_part<ifinfomsg>().ifi_index = index;
  put_number(IFLA_MASTER, static_cast<std::uint32_t>(master));
}

DeleteLink::DeleteLink(int index) : Message(RTM_DELLINK, NLM_F_ACK) {
  put_fixed_part<ifinfomsg>().ifi_index = index;
}

}  // namespace netlink
