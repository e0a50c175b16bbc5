// The words of an annotation: one row each, read by the parser and by who writes them again.
#include "runtime/network/interface.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "netlink/bridge.h"
#include "oci/annotations.h"
#include "oci/interface_name.h"
#include "oci/json_pointer.h"
#include "runtime/network/rules.h"

namespace runtime::network {

using base::cat;
using base::Error;
using base::quoted;

namespace {

constexpr std::string_view kAuto = "auto:";
constexpr std::string_view kVia = " via ";

IpAddress parse_address(std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (!address) throw Error(cat(quoted(text), " is no IP address"));
  return *address;
}

IpPrefix parse_prefix(std::string_view text) {
  const auto prefix = IpPrefix::parse(text);
  if (!prefix) throw Error(cat(quoted(text), " is no address with a prefix like 10.1.0.2/24"));
  return *prefix;
}

// Of a destination or a pool, which is a whole network.
IpPrefix parse_network(std::string_view text) {
  const IpPrefix prefix = parse_prefix(text);
  if (prefix != prefix.network()) {
    throw Error(
        cat(quoted(text), " has bits behind its prefix, the network is ", prefix.network().text()));
  }
  return prefix;
}

template <typename Number>
Number parse_number(std::string_view text, Number least, Number most) {
  const auto number = base::parse_int<Number>(text);
  if (!number || *number < least || *number > most) {
    throw Error(cat(quoted(text), " is not a number from ", least, " to ", most));
  }
  return *number;
}

std::string parse_name(std::string_view text) {
  if (!oci::is_interface_name(text)) {
    throw Error(cat(quoted(text), " can't be the name of an interface"));
  }
  return std::string(text);
}

template <typename Enum>
Enum parse_enum(std::string_view text) {
  const auto value = oci::value_of<Enum>(text);
  if (value) return *value;
  throw Error(cat(quoted(text), " is none of ", base::join(oci::names_of<Enum>(), ", ")));
}

MacAddress parse_mac(std::string_view text) {
  const auto mac = MacAddress::parse(text);
  if (!mac || !mac->is_unicast()) {
    throw Error(cat(quoted(text),
                    " is no address that an interface can have, like "
                    "02:00:00:00:00:01"));
  }
  return *mac;
}

void parse_own_address(Interface& to, std::string_view text) {
  if (text.starts_with(kAuto)) {
    return to.automatic.push_back(parse_network(text.substr(kAuto.size())));
  }
  to.addresses.push_back(parse_prefix(text));
}

Route parse_route(std::string_view text) {
  const std::size_t via = text.find(kVia);
  if (via == std::string_view::npos) return {parse_network(text), std::nullopt};
  return {parse_network(text.substr(0, via)), parse_address(text.substr(via + kVia.size()))};
}

std::string text_of(const Route& route) {
  return cat(route.destination.text(), route.gateway ? cat(kVia, route.gateway->text()) : "");
}

// A word of the annotation. Those with a value are written "name=value".
struct Word {
  std::string_view name;
  enum class Form { Flag, Value, Values } form;
  std::optional<Kind> only;  // the kind it is for; any
  void (*read)(Interface& to, std::string_view value);
  // Its values in `from`; of a flag one if it is set.
  std::vector<std::string> (*write)(const Interface& from);
};

using Texts = std::vector<std::string>;
using Form = Word::Form;

Texts if_set(bool set, std::string text = "") { return set ? Texts{std::move(text)} : Texts{}; }

template <typename Values>
Texts texts_of(const Values& values) {
  Texts texts;
  for (const auto& value : values) texts.push_back(value.text());
  return texts;
}

template <bool Interface::*flag>
constexpr Word veth_flag(std::string_view name) {
  return {name, Form::Flag, Kind::Veth, [](Interface& to, std::string_view) { to.*flag = true; },
          [](const Interface& from) { return if_set(from.*flag); }};
}

template <std::string Interface::*text>
constexpr Word interface_name(std::string_view name, Kind kind) {
  return {name, Form::Value, kind,
          [](Interface& to, std::string_view value) { to.*text = parse_name(value); },
          [](const Interface& from) { return if_set(!(from.*text).empty(), from.*text); }};
}

constexpr Word kWords[] = {
    {"type", Form::Value, std::nullopt,
     [](Interface& to, std::string_view value) { to.kind = parse_enum<Kind>(value); },
     [](const Interface& from) { return Texts{std::string(oci::name_of(from.kind))}; }},
    interface_name<&Interface::device>("bridge", Kind::Veth),
    veth_flag<&Interface::create>("create"),
    interface_name<&Interface::device>("parent", Kind::Macvlan),
    {"mode", Form::Value, Kind::Macvlan,
     [](Interface& to, std::string_view value) { to.mode = parse_enum<MacvlanMode>(value); },
     [](const Interface& from) { return Texts{std::string(oci::name_of(from.mode))}; }},
    interface_name<&Interface::peer>("peer", Kind::Veth),
    {"vlan", Form::Value, Kind::Veth,
     [](Interface& to, std::string_view value) {
       to.vlan = parse_number<std::uint16_t>(value, 1, netlink::kLastVlan);
     },
     [](const Interface& from) { return if_set(from.vlan != 0, cat(from.vlan)); }},
    veth_flag<&Interface::isolated>("isolated"),
    veth_flag<&Interface::guard>("guard"),
    veth_flag<&Interface::locked>("locked"),
    {"mac", Form::Value, std::nullopt,
     [](Interface& to, std::string_view value) { to.mac = parse_mac(value); },
     [](const Interface& from) {
       return if_set(from.mac.has_value(), from.mac.value_or(MacAddress()).text());
     }},
    {"mtu", Form::Value, std::nullopt,
     [](Interface& to, std::string_view value) {
       to.mtu = parse_number<std::uint32_t>(value, 68, 65535);
     },
     [](const Interface& from) { return if_set(from.mtu != 0, cat(from.mtu)); }},
    {"address", Form::Values, std::nullopt, parse_own_address,
     [](const Interface& from) { return texts_of(from.addresses); }},
    {"gateway", Form::Values, std::nullopt,
     [](Interface& to, std::string_view value) { to.gateways.push_back(parse_address(value)); },
     [](const Interface& from) { return texts_of(from.gateways); }},
    {"route", Form::Values, std::nullopt,
     [](Interface& to, std::string_view value) { to.routes.push_back(parse_route(value)); },
     [](const Interface& from) {
       Texts texts;
       for (const Route& route : from.routes) texts.push_back(text_of(route));
       return texts;
     }},
};

bool is_for(const Word& word, Kind kind) { return !word.only || *word.only == kind; }

const Word& find_word(std::string_view name) {
  const auto* found = std::find_if(std::begin(kWords), std::end(kWords),
                                   [&](const Word& word) { return word.name == name; });
  if (found == std::end(kWords)) throw Error(cat("unknown word ", quoted(name)));
  return *found;
}

void read_word(std::string_view text, Interface& interface, std::vector<const Word*>& seen) {
  const std::size_t equals = text.find('=');
  const bool has_value = equals != std::string_view::npos;
  const Word& word = find_word(text.substr(0, equals));
  if (has_value && word.form == Form::Flag) throw Error(cat(word.name, " takes no value"));
  if (!has_value && word.form != Form::Flag) throw Error(cat(word.name, " needs a value"));
  const bool again = std::find(seen.begin(), seen.end(), &word) != seen.end();
  if (again && word.form != Form::Values) throw Error(cat(word.name, " is given twice"));
  seen.push_back(&word);
  const base::Context reading{[&] { return std::string(word.name); }};
  word.read(interface, has_value ? text.substr(equals + 1) : "");
}

Interface parse_interface(std::string_view name, std::string_view text) {
  if (name == "lo" || !oci::is_interface_name(name)) {
    throw Error(cat(quoted(name), " can't be the name of the interface"));
  }
  Interface interface;
  interface.name = name;
  std::vector<const Word*> seen;
  for (const std::string_view word : base::split(text, ',')) read_word(word, interface, seen);
  for (const Word* word : seen) {
    if (is_for(*word, interface.kind)) continue;
    throw Error(cat(word->name, " is not for type ", oci::name_of(interface.kind)));
  }
  check_interface(interface);
  return interface;
}

// What people may try first.
void refuse_bare_key(const oci::Map<std::string>& annotations) {
  std::string key(oci::annotation::network);
  key.pop_back();
  if (oci::find(annotations, key) == nullptr) return;
  throw Error(cat(oci::place_of_annotation(key), ": the interface is missing, as in ",
                  oci::annotation::network, "eth0"));
}

}  // namespace

std::string place_of(const std::string& interface) {
  return oci::place_of_annotation(cat(oci::annotation::network, interface));
}

std::vector<IpPrefix> Interface::networks() const {
  std::vector<IpPrefix> networks = automatic;
  for (const IpPrefix& each : addresses) networks.push_back(each.network());
  return networks;
}

std::vector<Interface> parse_interfaces(const oci::Map<std::string>& annotations) {
  refuse_bare_key(annotations);
  std::vector<Interface> interfaces;
  for (const auto& [key, value] : annotations) {
    if (!key.starts_with(oci::annotation::network)) continue;
    const std::string name = key.substr(oci::annotation::network.size());
    const base::Context parsing{[&] { return place_of(name); }};
    Interface interface = parse_interface(name, value);
    check_together(interface, interfaces);
    interfaces.push_back(std::move(interface));
  }
  return interfaces;
}

std::string describe(const Interface& interface) {
  std::string text;
  for (const Word& word : kWords) {
    if (!is_for(word, interface.kind)) continue;
    for (const std::string& value : word.write(interface)) {
      text += cat(text.empty() ? "" : ",", word.name, word.form == Form::Flag ? "" : "=", value);
    }
  }
  return text;
}

}  // namespace runtime::network
