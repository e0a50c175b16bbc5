// The host's half of a container's interfaces: what is looked at before anything is made, the pairs
// and bridges, and their end.
#pragma once

#include <sys/types.h>
#include <vector>

#include "runtime/lease/owner.h"
#include "runtime/network/attachment.h"
#include "runtime/network/interface.h"

namespace runtime::network {

// Whether the host has the devices, and they can do what is asked of them. Throws otherwise.
void check_host(const std::vector<Interface>& interfaces);

// Gives each interface its addresses, for as long as the owner's state folder is there or until
// disconnect(): chosen where the choice is ours, refused where one is another container's.
std::vector<Attachment> take_addresses(std::vector<Interface>& interfaces, const Owner& owner);

// Makes them, in the network namespace of that process. `label` is seen on the host's ends.
void connect(const std::vector<Interface>& interfaces, const std::vector<Attachment>& attachments,
             pid_t pid, const std::string& label);

// Undoes both of the above, once the processes in the container's network namespace have ended.
// May be repeated.
void disconnect(const std::vector<Attachment>& attachments, const Owner& owner);

// The same, of an owner that had no time to write down what it has.
void disconnect_all(const Owner& owner);

}  // namespace runtime::network
