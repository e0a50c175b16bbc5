#include "base/interface.h"

#include <cerrno>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

namespace {

ifreq request_about(const std::string& name) {
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) {
    throw base::Error(base::cat(base::quoted(name), " is no name of an interface"));
  }
  name.copy(request.ifr_name, name.size());
  return request;
}

void put(sockaddr& to, in_addr address) {
  auto& internet = reinterpret_cast<sockaddr_in&>(to);
  internet.sin_family = AF_INET;
  internet.sin_addr = address;
}

template <typename Request>
void ask(const base::OwnedFd& socket, unsigned long code, Request& request, const char* name) {
  if (ioctl(socket.raw(), code, &request) != 0) throw base::Error(name, errno);
}

}  // namespace

Interfaces::Interfaces() : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (!socket_.valid()) throw base::Error("socket", errno);
}

std::optional<int> Interfaces::index_if_exists(const std::string& name) const {
  ifreq request = request_about(name);
  if (ioctl(socket_.raw(), SIOCGIFINDEX, &request) == 0) return request.ifr_ifindex;
  if (errno == ENODEV) return std::nullopt;
  throw base::Error("SIOCGIFINDEX", errno);
}

int Interfaces::index_of(const std::string& name) const {
  const auto index = index_if_exists(name);
  if (!index) throw base::Error(base::cat("no interface ", base::quoted(name)));
  return *index;
}

void Interfaces::bring_up(const std::string& name) const {
  ifreq request = request_about(name);
  ask(socket_, SIOCGIFFLAGS, request, "SIOCGIFFLAGS");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  ask(socket_, SIOCSIFFLAGS, request, "SIOCSIFFLAGS");
}

void Interfaces::set_address(const std::string& name, in_addr address, in_addr mask) const {
  ifreq request = request_about(name);
  put(request.ifr_addr, address);
  ask(socket_, SIOCSIFADDR, request, "SIOCSIFADDR");
  put(request.ifr_netmask, mask);
  ask(socket_, SIOCSIFNETMASK, request, "SIOCSIFNETMASK");
}

void Interfaces::add_route(const std::string& name, in_addr destination, in_addr mask,
                           in_addr gateway) const {
  std::string device = name;  // not const, as the kernel's interface has it
  rtentry route{};
  put(route.rt_dst, destination);
  put(route.rt_genmask, mask);
  put(route.rt_gateway, gateway);
  route.rt_flags = RTF_UP;
  if (gateway.s_addr != 0) route.rt_flags |= RTF_GATEWAY;
  route.rt_dev = device.data();
  ask(socket_, SIOCADDRT, route, "SIOCADDRT");
}

}  // namespace sys
