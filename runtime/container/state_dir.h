// The folder of one container below --root, and what is in it:
//
//   intent.json   the Record before the first side effect
//   config.json   the bytes read at create: later edits of the bundle must not matter
//   start         the socket where a created container waits for `start`; afterwards nobody listens
//   notify/       with NOTIFY_SOCKET: shared with the container, for the socket it reports to
//   state.json    the Record of a container that exists; written last
//   dumper.json   while `checkpoint` is at it: its CRIU process (dumper.h)
//
// The lock of a container is a flock on the folder itself, so it goes with a killed process.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "runtime/container/id.h"
#include "runtime/container/record.h"

namespace runtime {

// What every command says of an id that it doesn't find.
[[noreturn]] void no_such_container(const ContainerId& id);

// What a container is wanted for: to act on another user's is refused, also to root.
enum class Purpose { Act, Look };

class StateDir {
 public:
  // A new folder, locked. Throws "container with given ID already exists" if the id is taken.
  static StateDir reserve(const std::string& root, const ContainerId& id);
  // Empty when there is no such container. Not locked.
  static std::optional<StateDir> open_if_exists(const std::string& root, const ContainerId& id,
                                                Purpose purpose = Purpose::Act);
  // The same, but throws no_such_container.
  static StateDir open(const std::string& root, const ContainerId& id,
                       Purpose purpose = Purpose::Act);
  // Every id below the root, sorted; none when the root does not exist.
  static std::vector<ContainerId> list(const std::string& root);
  // Those of them that exist and aren't a stranger's, one after the other. Not locked.
  static void visit(const std::string& root, const std::vector<ContainerId>& ids,
                    const std::function<void(const StateDir&)>& visitor);

  const ContainerId& id() const noexcept { return id_; }
  base::BorrowedFd fd() const noexcept { return dir_; }

  // Waits for other commands on this container, boundedly. False when it was deleted meanwhile.
  bool try_lock();
  // The same, but throws no_such_container.
  void lock();
  void unlock();
  // In a clone, which shares the lock until then.
  void close() noexcept { dir_.reset(); }

  void write_intent(const Record& record);
  void write_state(const Record& record);
  // The same in two steps, the second of which is the moment from which on the container exists.
  void prepare_state(const Record& record);
  void publish_state(const Record& record);
  void write_config(std::string_view bytes);
  std::string read_config() const;

  // Empty when that part was never written, as after a killed create. Throws when it can't be read.
  std::optional<Record> read_state() const;
  std::optional<Record> read_intent() const;
  // The state of a create that was killed before it published it.
  std::optional<Record> read_prepared_state() const;
  // Whether the state, readable or not, has been published: create came to its end.
  bool is_published() const;

  void write_dumper(const ProcessIdentity& criu);
  // Empty when there is none. Throws when it can't be read.
  std::optional<ProcessIdentity> read_dumper() const;
  void remove_dumper();

  // The files and the folder. May be repeated after a crash.
  void remove();

 private:
  StateDir(base::OwnedFd root, base::OwnedFd dir, ContainerId id)
      : root_(std::move(root)), dir_(std::move(dir)), id_(std::move(id)) {}
  // False when there is no such container.
  bool enter(const std::string& root_path, const ContainerId& id);
  template <typename T>
  std::optional<T> read_sealed(const char* name) const;
  std::optional<Record> read_record(const char* name) const;
  void remove_notify_folder();
  // `shown` is what errors call it.
  void write(const char* name, const char* shown, std::string_view bytes);

  base::OwnedFd root_;
  base::OwnedFd dir_;
  ContainerId id_;
};

// The name of the start socket in the folder.
inline constexpr const char* kStartSocket = "start";
// The folder for NOTIFY_SOCKET, and the socket in it.
inline constexpr const char* kNotifyFolder = "notify";
inline constexpr const char* kNotifySocket = "notify.sock";

}  // namespace runtime
