// Copies what is in a directory of the image into a new filesystem: the mount option `tmpcopyup`.
//
// The image is somebody else's: every object in it is opened below the directory's descriptor, no
// link is followed, no mount entered. The filesystem it goes to is nobody's but ours.
#pragma once

#include <sys/stat.h>

#include "base/fd.h"

namespace runtime::rootfs {

// Copied are folders, files, links, fifos, sockets and devices, with their hard links among each
// other, owners, modes and times; the extended attributes (ACLs, capabilities) of folders and
// files. `into` itself gets the attributes of `from`, with owner and mode from `top`.
//
// Left out are what is mounted below, what vanishes meanwhile, devices that one may not make, and
// attributes that the new filesystem does not take. An owner that our user namespace does not know
// becomes its root, and the file loses the bits that would act in the owner's name.
//
// Descriptors: a handful, however deep the tree is; a path longer than PATH_MAX is an error.
void copy_tree(base::BorrowedFd from, base::BorrowedFd into, const struct stat& top);

}  // namespace runtime::rootfs
