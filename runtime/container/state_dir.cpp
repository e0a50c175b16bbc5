#include "runtime/container/state_dir.h"

#include <algorithm>
#include <cerrno>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/make_folders.h"
#include "base/remove_content.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "runtime/container/seal.h"
#include "runtime/container/state_root.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

constexpr const char* kIntent = "intent.json";
constexpr const char* kConfig = "config.json";
constexpr const char* kState = "state.json";
constexpr const char* kNextState = ".state.json.tmp";
constexpr const char* kDumper = "dumper.json";
constexpr std::size_t kLargestFile = std::size_t{128} << 20;

// In the order in which they go: the intent last, because it knows what else is to be undone.
constexpr const char* kFiles[] = {kState, kStartSocket, kConfig, kIntent};
// What a killed command has left, besides the intent's temporary.
constexpr const char* kUnfinished[] = {kNextState, kDumper};

[[noreturn]] void id_is_taken(const ContainerId& id) {
  throw Error(cat("container with given ID already exists: ", base::quoted(id.text())));
}

[[noreturn]] void was_deleted(const ContainerId& id) {
  throw Error(
      cat("container ", base::quoted(id.text()), " was deleted while it was being created"));
}

// Containers are root's (or their owner's) business: whoever can write here could plant a state,
// and with it hooks for us to run.
void check_trusted(BorrowedFd root, const std::string& path) {
  const struct stat info = sys::fstat(root);
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (info.st_mode & S_ISVTX) == 0) {
    throw Error(cat(path, ": others may write to it"));
  }
}

OwnedFd open_folder(const std::string& path) {
  return sys::openat(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY);
}

// In a sticky root everybody can make a folder. Whose the root is, has been named by our caller,
// who may look at that user's containers; to act on one would be to run that user's hooks.
bool is_strangers(BorrowedFd root, BorrowedFd folder, Purpose purpose) {
  const uid_t owner = sys::fstat(folder).st_uid;
  if (owner == 0 || owner == geteuid()) return false;
  return purpose == Purpose::Act || owner != sys::fstat(root).st_uid;
}

// Whatever it is that is in a file's place.
void remove_entry(BorrowedFd dir, const char* name) {
  const int error = sys::try_unlinkat(dir, name);
  if (error == 0 || error == ENOENT) return;
  if (error != EISDIR) throw Error(cat("unlink ", name), error);
  sys::unlinkat_if_exists(dir, name, AT_REMOVEDIR);
}

std::optional<OwnedFd> open_root_if_exists(const std::string& path) {
  const base::Context opening{[&] { return cat("state root", why_state_root(path)); }};
  auto root = sys::open_if_exists(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY);
  if (root) check_trusted(*root, path);
  return root;
}

OwnedFd open_or_make_root(const std::string& path) {
  if (auto existing = open_root_if_exists(path)) return std::move(*existing);
  const base::Context making{[&] { return cat("state root", why_state_root(path)); }};
  base::make_folders(path, 0700);
  return open_folder(path);
}

// False when it is there.
bool make_folder(BorrowedFd root, const std::string& root_path, const char* name) {
  const base::Context making{[&] { return shown_state_root(root_path); }};
  return sys::mkdirat_if_absent(root, name, 0711);
}

std::vector<std::string> list_root(BorrowedFd root, const std::string& root_path) {
  const base::Context listing{[&] { return shown_state_root(root_path); }};
  return sys::list_directory(root);
}

}  // namespace

StateDir StateDir::reserve(const std::string& root_path, const ContainerId& id) {
  OwnedFd root = open_or_make_root(root_path);
  const char* name = id.text().c_str();
  if (!make_folder(root, root_path, name)) id_is_taken(id);
  StateDir dir(std::move(root), OwnedFd(), id);
  base::Rollback remove{[&] { sys::unlinkat_if_exists(dir.root_, name, AT_REMOVEDIR); }};
  auto folder = sys::try_openat2(dir.root_, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                 sys::Resolve::kBeneath);
  if (folder.error != 0 && folder.error != ENOENT) throw Error(cat("open ", name), folder.error);
  dir.dir_ = std::move(folder.fd);
  // Ours is it when it is locked and has no intent yet: before, somebody else may delete it, and
  // make another.
  const bool is_there = folder.error == 0 && dir.try_lock();
  const bool is_taken = is_there && sys::open_if_exists(dir.dir_, kIntent, O_PATH | O_NOFOLLOW);
  remove.commit();
  if (!is_there) was_deleted(id);
  if (is_taken) id_is_taken(id);
  return dir;
}

bool StateDir::enter(const std::string& root_path, const ContainerId& id) {
  auto dir = sys::try_openat2(root_, id.text().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                              sys::Resolve::kBeneath);
  // A file or a link of that name is no container's.
  if (dir.error == ENOENT || dir.error == ENOTDIR) return false;
  if (dir.error != 0)
    throw Error(cat("state folder ", root_path, "/", id.text(), why_state_root(root_path)),
                dir.error);
  dir_ = std::move(dir.fd);
  id_ = id;
  return true;
}

void no_such_container(const ContainerId& id) {
  throw Error(cat("container ", base::quoted(id.text()), " does not exist"));
}

std::optional<StateDir> StateDir::open_if_exists(const std::string& root_path,
                                                 const ContainerId& id, Purpose purpose) {
  auto root = open_root_if_exists(root_path);
  if (!root) return std::nullopt;
  StateDir dir(std::move(*root), OwnedFd(), id);
  if (!dir.enter(root_path, id)) return std::nullopt;
  if (is_strangers(dir.root_, dir.dir_, purpose)) {
    throw Error(cat("state folder ", id.text(), ": it belongs to uid ", sys::fstat(dir.dir_).st_uid,
                    ": act as that user"));
  }
  return dir;
}

StateDir StateDir::open(const std::string& root_path, const ContainerId& id, Purpose purpose) {
  auto dir = open_if_exists(root_path, id, purpose);
  if (!dir) no_such_container(id);
  return std::move(*dir);
}

std::vector<ContainerId> StateDir::list(const std::string& root_path) {
  const auto root = open_root_if_exists(root_path);
  if (!root) return {};
  std::vector<std::string> names = list_root(*root, root_path);
  // Anything else there is not ours.
  std::erase_if(names, [](const std::string& name) { return !ContainerId::is_valid(name); });
  std::sort(names.begin(), names.end());
  std::vector<ContainerId> ids;
  for (const std::string& name : names) ids.push_back(ContainerId::parse(name));
  return ids;
}

void StateDir::visit(const std::string& root_path, const std::vector<ContainerId>& ids,
                     const std::function<void(const StateDir&)>& visitor) {
  auto root = open_root_if_exists(root_path);
  if (!root || ids.empty()) return;
  StateDir dir(std::move(*root), OwnedFd(), ids.front());
  for (const ContainerId& id : ids) {
    if (dir.enter(root_path, id) && !is_strangers(dir.root_, dir.dir_, Purpose::Look)) visitor(dir);
  }
}

bool StateDir::try_lock() {
  sys::lock_or_throw(dir_, "another command has held the container's lock");
  // Whoever held the lock may have deleted the container.
  return sys::fstat(dir_).st_nlink != 0;
}

void StateDir::lock() {
  if (!try_lock()) no_such_container(id_);
}

void StateDir::unlock() { sys::flock(dir_, LOCK_UN); }

void StateDir::write_intent(const Record& record) {
  sys::replace_file(dir_, kIntent, sealed(oci::write_json(record)), 0600);
}

void StateDir::prepare_state(const Record& record) {
  write(kNextState, kState, sealed(oci::write_json(record)));
}

void StateDir::publish_state(const Record& record) {
  // The intent is to find everything should the state be damaged: also processes that no cgroup of
  // the container's own tells of.
  if (!cgroup::is_made_for_container(record.cgroup)) write_intent(record);
  sys::renameat(dir_, kNextState, dir_, kState);
}

void StateDir::write_state(const Record& record) {
  prepare_state(record);
  publish_state(record);
}

void StateDir::write_config(std::string_view bytes) { write(kConfig, kConfig, bytes); }

void StateDir::write(const char* name, const char* shown, std::string_view bytes) {
  const OwnedFd file = sys::openat(dir_, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
  const base::Context writing{[&] { return shown; }};
  base::write_all(file, bytes);
}

std::string StateDir::read_config() const { return sys::read_file(dir_, kConfig, kLargestFile); }

template <typename T>
std::optional<T> StateDir::read_sealed(const char* name) const {
  // A fifo there is not waited for.
  const auto file = sys::open_if_exists(dir_, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file) return std::nullopt;
  const base::Context reading{[&] { return name; }};
  const std::string text = base::read_all(*file, kLargestFile);
  if (!is_intact(text)) throw Error("damaged: the checksum is not that of the text");
  return oci::read_json<T>(name, text);
}

std::optional<Record> StateDir::read_record(const char* name) const {
  auto record = read_sealed<Record>(name);
  if (record && record->version != Record::kVersion) {
    throw Error(cat(name, ": version ", record->version, ", only ", Record::kVersion, " is known"));
  }
  return record;
}

std::optional<Record> StateDir::read_state() const { return read_record(kState); }

std::optional<Record> StateDir::read_intent() const { return read_record(kIntent); }

std::optional<Record> StateDir::read_prepared_state() const { return read_record(kNextState); }

bool StateDir::is_published() const {
  return sys::open_if_exists(dir_, kState, O_PATH | O_NOFOLLOW).has_value();
}

void StateDir::write_dumper(const ProcessIdentity& criu) {
  write(kDumper, kDumper, sealed(oci::write_json(criu)));
}

std::optional<ProcessIdentity> StateDir::read_dumper() const {
  return read_sealed<ProcessIdentity>(kDumper);
}

void StateDir::remove_dumper() { sys::unlinkat_if_exists(dir_, kDumper, 0); }

void StateDir::remove() {
  for (const char* name : kFiles) remove_entry(dir_, name);
  const char* own_name = id_.text().c_str();
  if (sys::try_rmdirat(root_, own_name) == 0) return;
  for (const char* name : kUnfinished) remove_entry(dir_, name);
  remove_entry(dir_, sys::temporary_name(kIntent).c_str());
  remove_notify_folder();
  sys::unlinkat_if_exists(root_, own_name, AT_REMOVEDIR);
}

void StateDir::remove_notify_folder() {
  const base::Context removing{[] { return kNotifyFolder; }};
  const auto folder = sys::open_if_exists(dir_, kNotifyFolder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!folder) return;
  // Besides the socket there may be what the container's root has put there: with CAP_SYS_ADMIN a
  // mount's flags are its own to change.
  base::remove_content(*folder);
  sys::unlinkat_if_exists(dir_, kNotifyFolder, AT_REMOVEDIR);
}

}  // namespace runtime
