#include "base/directory.h"

#include <cerrno>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace base {

namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;

sys::Resolve scope(Links links) {
  if (links != Links::Refuse) return sys::Resolve::kInRoot;
  return {sys::Resolve::kInRoot.flags | RESOLVE_NO_SYMLINKS};
}

int with_links(int flags, Links links) {
  return links == Links::FollowButLast ? flags | O_NOFOLLOW : flags;
}

// For a walk to what has something below it.
Links links_before_last(Links links) { return links == Links::Refuse ? links : Links::Follow; }

const char* openable(const std::string& path) { return path.empty() ? "." : path.c_str(); }

// The components that mean something to a walk from the root; ".." does.
std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> components;
  for (const std::string_view each : split(path, '/')) {
    if (!each.empty() && each != ".") components.emplace_back(each);
  }
  return components;
}

// A path as far as it exists, and the rest.
struct Missing {
  OwnedFd parent;
  std::vector<std::string> prefix;
  std::vector<std::string> names;
};

// Where a creation stopped: at an object, or at a link that has no target yet.
struct Reached {
  OwnedFd object;
  bool is_dangling_link = false;
  std::size_t made = 0;  // how many names are done, the link not counted
};

// Creation below a root, with what it takes besides the path.
class Creation {
 public:
  enum class Kind { Directory, File };

  Creation(const RootDir& root, Kind kind, Links links) : root_(root), kind_(kind), links_(links) {}

  OwnedFd ensure(const std::string& path) const {
    constexpr int kMaxLinks = 40;  // as many as the kernel follows in one walk
    std::string wanted = path;
    for (int left = kMaxLinks; left > 0; --left) {
      if (auto found = root_.find(wanted, O_PATH, links_)) return std::move(*found);
      Missing missing = find_missing(wanted);
      Reached reached = create(missing);
      const bool is_last = reached.made + 1 >= missing.names.size();
      if (!reached.is_dangling_link || (is_last && links_ == Links::FollowButLast)) {
        return std::move(reached.object);
      }
      if (links_ == Links::Refuse) break;
      wanted = past_link(missing, reached);
    }
    throw Error(cat("creating ", shown_path(path)), ELOOP);
  }

 private:
  // Usually all but the last component exist, hence from the end.
  Missing find_missing(const std::string& path) const {
    Missing missing;
    missing.prefix = components_of(path);
    while (!missing.prefix.empty()) {
      missing.names.insert(missing.names.begin(), missing.prefix.back());
      missing.prefix.pop_back();
      auto parent =
          root_.find(join(missing.prefix, "/"), O_PATH | O_DIRECTORY, links_before_last(links_));
      if (!parent) continue;
      missing.parent = std::move(*parent);
      return missing;
    }
    throw Error(cat("creating ", shown_path(path)), ENOENT);
  }

  Reached create(const Missing& missing) const {
    Reached reached;
    for (const std::string& name : missing.names) {
      const BorrowedFd parent = reached.object.valid() ? reached.object : missing.parent;
      const bool is_last = reached.made + 1 == missing.names.size();
      const Kind kind = is_last ? kind_ : Kind::Directory;
      OwnedFd object = create_one(parent, name, kind);
      const mode_t type = sys::fstat(object).st_mode & S_IFMT;
      reached.object = std::move(object);
      reached.is_dangling_link = type == S_IFLNK;
      if (reached.is_dangling_link) return reached;
      if (kind == Kind::Directory && type != S_IFDIR)
        throw Error(cat("creating ", shown_path(name)), ENOTDIR);
      ++reached.made;
    }
    return reached;
  }

  // Opened anew by name, because creating a folder gives no descriptor. Somebody may have put
  // something else there meanwhile; the caller looks at what it is.
  static OwnedFd create_one(BorrowedFd parent, const std::string& name, Kind kind) {
    if (name == "..") throw Error("\"..\" after a folder that does not exist");
    if (kind == Kind::Directory) {
      sys::mkdirat_if_absent(parent, name.c_str(), kDirectoryMode);
    } else {
      constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
      const auto created =
          sys::try_openat2(parent, name.c_str(), kNewFile, sys::Resolve::kBeneath, kFileMode);
      if (created.error != 0 && created.error != EEXIST) {
        throw Error(cat("creating ", shown_path(name)), created.error);
      }
    }
    return sys::openat2(parent, name.c_str(), O_PATH | O_NOFOLLOW, sys::Resolve::kBeneath);
  }

  // The path with the link replaced by its text. The kernel resolves it, from the root: "..", and
  // any link in the prefix, mean what they mean to a process in there.
  static std::string past_link(const Missing& missing, const Reached& reached) {
    const std::string target = sys::readlinkat(reached.object, "");
    std::string path = "/";
    const bool is_absolute = target.starts_with('/');
    if (!is_absolute) path += join(missing.prefix, "/") + "/";
    for (std::size_t at = 0; at < missing.names.size(); ++at) {
      if (at < reached.made && is_absolute) continue;
      path += at == reached.made ? target : missing.names[at];
      path += '/';
    }
    path.pop_back();
    return path;
  }

  const RootDir& root_;
  Kind kind_;
  Links links_;
};

}  // namespace

OwnedFd RootDir::open(const std::string& path, int flags, Links links) const {
  return sys::openat2(fd_, openable(path), with_links(flags, links), scope(links));
}

std::optional<OwnedFd> RootDir::find(const std::string& path, int flags, Links links) const {
  auto opened = sys::try_openat2(fd_, openable(path), with_links(flags, links), scope(links));
  if (opened.error == 0) return std::move(opened.fd);
  if (opened.error == ENOENT || opened.error == ENOTDIR) return std::nullopt;
  // Once more, for the error's text.
  return open(path, flags, links);
}

OwnedFd RootDir::ensure_directory(const std::string& path, Links links) const {
  return Creation(*this, Creation::Kind::Directory, links).ensure(path);
}

OwnedFd RootDir::ensure_file(const std::string& path, Links links) const {
  return Creation(*this, Creation::Kind::File, links).ensure(path);
}

std::string cleaned_path(std::string_view path) {
  std::vector<std::string> kept;
  for (std::string& each : components_of(path)) {
    if (each != "..") {
      kept.push_back(std::move(each));
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  return "/" + join(kept, "/");
}

}  // namespace base
