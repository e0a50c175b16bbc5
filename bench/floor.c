// The floor: makes the container of one bundle by the kernel calls that it needs, and no others.
//
// usage: floor version              as `runtime --version`: begins and ends
//        floor run CGROUP [PROGRAM...]
//                                   as `runtime run`; of another program than config.json's
//        floor exec CGROUP PID      as `runtime exec`, in the container whose first process is PID
//
// Nothing is read, checked or decided here: all that follows from config.json and from the host is
// in the table, which floor_table.py makes. There is no state, no way to undo and no protection
// from the image. What a runtime takes beyond this is the price of those, or waste.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

// Written by the parent into the new cgroup. Rows of the same file follow each other.
struct setting {
  int hierarchy;
  const char* file;
  const char* value;
};

// In the order of config.json. The attributes are set on the mount when it is there.
struct mount_row {
  const char* source;
  const char* target;
  const char* type;
  unsigned long flags;
  const char* data;
  unsigned long long attributes;
  unsigned long long propagation;
};

struct device {
  const char* path;
  mode_t mode;
  unsigned major, minor;
};

struct link_row {
  const char* path;
  const char* text;
};

struct parameter {
  const char* path;
  const char* value;
};

struct limit {
  int resource;
  struct rlimit value;
};

#include "table.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

// Of each v1 hierarchy its `tasks`; of cgroup2 the folder.
static int joins[COUNT(hierarchies)];

static void must(long result, const char* what) {
  if (result >= 0) return;
  fprintf(stderr, "floor: %s: %m\n", what);
  _exit(1);
}

static const char* path_of(int hierarchy, const char* cgroup, const char* file) {
  static char path[512];
  char* end = stpcpy(path, hierarchies[hierarchy]);
  *end++ = '/';
  end = stpcpy(end, cgroup);
  *end++ = '/';
  strcpy(end, file);
  return path;
}

static void put(int fd, const char* value, const char* what) {
  must(write(fd, value, strlen(value)), what);
}

// --- the parent ------------------------------------------------------------------------------

static void write_settings(const char* cgroup) {
  int fd = -1;
  for (int i = 0; i < COUNT(settings); ++i) {
    const struct setting* row = &settings[i];
    if (i == 0 || strcmp(row->file, row[-1].file) != 0) {
      if (fd >= 0) close(fd);
      fd = open(path_of(row->hierarchy, cgroup, row->file), O_WRONLY | O_CLOEXEC);
      must(fd, row->file);
    }
    put(fd, row->value, row->file);
  }
  if (fd >= 0) close(fd);
}

static void make_cgroups(const char* cgroup) {
  for (int i = 0; i < COUNT(hierarchies); ++i) must(mkdir(path_of(i, cgroup, ""), 0755), "mkdir");
  write_settings(cgroup);
}

static void open_cgroups(const char* cgroup) {
  for (int i = 0; i < COUNT(hierarchies); ++i) {
    joins[i] = UNIFIED ? open(path_of(i, cgroup, ""), O_PATH | O_DIRECTORY | O_CLOEXEC)
                       : open(path_of(i, cgroup, "tasks"), O_WRONLY | O_CLOEXEC);
    must(joins[i], "cgroup");
  }
}

static void remove_cgroups(const char* cgroup) {
  for (int i = 0; i < COUNT(hierarchies); ++i) must(rmdir(path_of(i, cgroup, "")), "rmdir");
}

static pid_t clone_into(unsigned long long flags) {
  struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
  if (UNIFIED) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (unsigned)joins[0];
  }
  const pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
  must(pid, "clone3");
  return pid;
}

static void map(pid_t pid, const char* file, const char* value) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  must(fd, path);
  put(fd, value, path);
  close(fd);
}

static int wait_for(pid_t pid) {
  int status;
  must(waitpid(pid, &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// --- the child -------------------------------------------------------------------------------

static void join_cgroups(void) {
  if (UNIFIED) return;
  for (int i = 0; i < COUNT(hierarchies); ++i) put(joins[i], "0", "tasks");
}

static void set_attributes(const char* path, unsigned long long attributes,
                           unsigned long long propagation) {
  struct mount_attr change = {.attr_set = attributes, .propagation = propagation};
  must(syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &change, sizeof change), path);
}

// The host's mounts stay as they are; the root file system becomes a mount, and the place where
// all other paths begin.
static void begin_root(void) {
  must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "slave");
  must(mount(ROOT, ROOT, NULL, MS_BIND | MS_REC, NULL), ROOT);
  must(chdir(ROOT), ROOT);
}

static void make_mounts(void) {
  for (int i = 0; i < COUNT(mounts); ++i) {
    const struct mount_row* row = &mounts[i];
    if (row->type == NULL) {
      must(mkdir(row->target, 0755), row->target);
      continue;
    }
    must(mount(row->source, row->target, row->type, row->flags, row->data), row->target);
    if (row->attributes != 0 || row->propagation != 0) {
      set_attributes(row->target, row->attributes, row->propagation);
    }
  }
  for (int i = 0; i < COUNT(late_readonly); ++i) {
    set_attributes(late_readonly[i], MOUNT_ATTR_RDONLY, 0);
  }
}

static void make_device(const struct device* row) {
  if (!USER_NAMESPACE) {
    must(mknod(row->path, S_IFCHR | row->mode, makedev(row->major, row->minor)), row->path);
    return;
  }
  char host[32] = "/";
  strcat(host, row->path);
  must(mknod(row->path, S_IFREG | row->mode, 0), row->path);
  must(mount(host, row->path, NULL, MS_BIND, NULL), row->path);
}

static void make_devices(void) {
  for (int i = 0; i < COUNT(devices); ++i) make_device(&devices[i]);
  for (int i = 0; i < COUNT(links); ++i) must(symlink(links[i].text, links[i].path), "symlink");
}

static void bring_up_loopback(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  must(fd, "socket");
  must(ioctl(fd, SIOCSIFFLAGS, &request), "lo");
  close(fd);
}

static void set_parameters(void) {
  for (int i = 0; i < COUNT(parameters); ++i) {
    const int fd = open(parameters[i].path, O_WRONLY | O_CLOEXEC);
    must(fd, parameters[i].path);
    put(fd, parameters[i].value, parameters[i].path);
    close(fd);
  }
}

static void change_root(void) {
  must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  must(umount2(".", MNT_DETACH), "umount");
}

static void protect_paths(void) {
  if (READONLY_ROOT) set_attributes("/", MOUNT_ATTR_RDONLY, 0);
  for (int i = 0; i < COUNT(readonly_paths); ++i) {
    const char* path = readonly_paths[i];
    must(mount(path, path, NULL, MS_BIND | MS_REC, NULL), path);
    set_attributes(path, MOUNT_ATTR_RDONLY, 0);
  }
}

// One empty folder over all folders.
static void mask_paths(void) {
  for (int i = 0; i < COUNT(masked_folders); ++i) {
    const char* path = masked_folders[i];
    if (i == 0) {
      must(mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755"), path);
      set_attributes(path, MOUNT_ATTR_RDONLY, 0);
    } else {
      must(mount(masked_folders[0], path, NULL, MS_BIND, NULL), path);
    }
  }
  for (int i = 0; i < COUNT(masked_files); ++i) {
    must(mount("/dev/null", masked_files[i], NULL, MS_BIND, NULL), masked_files[i]);
  }
}

static void set_limits(void) {
  for (int i = 0; i < COUNT(limits); ++i) {
    must(setrlimit((unsigned)limits[i].resource, &limits[i].value), "setrlimit");
  }
}

static void load_filter(void) {
  const struct sock_fprog program = {FILTER_LENGTH, (struct sock_filter*)filter};
  must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, FILTER_FLAGS, &program), "seccomp");
}

static void drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct data[2] = {
      {(__u32)EFFECTIVE, (__u32)PERMITTED, (__u32)INHERITABLE},
      {(__u32)(EFFECTIVE >> 32), (__u32)(PERMITTED >> 32), (__u32)(INHERITABLE >> 32)}};
  for (int i = 0; i <= LAST_CAPABILITY; ++i) {
    if ((BOUNDING >> i & 1) == 0) must(prctl(PR_CAPBSET_DROP, i, 0, 0, 0), "bounding set");
  }
  must(setgroups(0, NULL), "setgroups");
  // While there is the right to: without no_new_privs it takes CAP_SYS_ADMIN.
  if (NO_NEW_PRIVILEGES) must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
  if (FILTER_LENGTH > 0) load_filter();
  must(syscall(SYS_capset, &header, data), "capset");
}

static void become_program(char** program) {
  set_limits();
  drop_capabilities();
  execve(program[0], program, (char**)environment);
  must(-1, program[0]);
}

static void become_root(void) {
  must(setresgid(0, 0, 0), "setresgid");
  must(setresuid(0, 0, 0), "setresuid");
}

static void begin_session(const char* name) {
  must(setsid(), "setsid");
  must(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name), "keyctl");
}

// When the gate has been closed the ids are mapped.
static void await_maps(const int gate[2]) {
  char nothing;
  close(gate[1]);
  must(read(gate[0], &nothing, 1), "gate");
  become_root();
}

static void become_container(const char* cgroup, const int gate[2], char** program) {
  if (USER_NAMESPACE) await_maps(gate);
  begin_session(cgroup);
  join_cgroups();
  if (CGROUP_NAMESPACE) must(unshare(CLONE_NEWCGROUP), "cgroup namespace");
  umask(0);
  begin_root();
  make_mounts();
  make_devices();
  if (NAMESPACES & CLONE_NEWNET) bring_up_loopback();
  set_parameters();
  change_root();
  protect_paths();
  mask_paths();
  umask(022);
  must(sethostname(HOSTNAME, sizeof HOSTNAME - 1), "hostname");
  become_program(program);
}

// --- the two commands ------------------------------------------------------------------------

static int run(const char* cgroup, char** program) {
  int gate[2] = {-1, -1};
  make_cgroups(cgroup);
  open_cgroups(cgroup);
  if (USER_NAMESPACE) must(pipe2(gate, O_CLOEXEC), "pipe");
  const pid_t pid = clone_into(NAMESPACES);
  if (pid == 0) become_container(cgroup, gate, program);
  if (USER_NAMESPACE) {
    map(pid, "uid_map", USER_MAP);
    map(pid, "gid_map", GROUP_MAP);
    close(gate[1]);
  }
  const int status = wait_for(pid);
  remove_cgroups(cgroup);
  return status;
}

static int execute(const char* cgroup, const char* container) {
  const int target = (int)syscall(SYS_pidfd_open, atoi(container), 0);
  must(target, "pidfd_open");
  open_cgroups(cgroup);
  must(setns(target, (int)NAMESPACES | (CGROUP_NAMESPACE ? CLONE_NEWCGROUP : 0)), "setns");
  const pid_t pid = clone_into(0);
  if (pid == 0) {
    begin_session(cgroup);
    join_cgroups();
    become_program((char**)arguments);
  }
  return wait_for(pid);
}

int main(int count, char** words) {
  if (count == 2 && strcmp(words[1], "version") == 0) return 0;
  if (count >= 3 && strcmp(words[1], "run") == 0) {
    return run(words[2], count > 3 ? words + 3 : (char**)arguments);
  }
  if (count == 4 && strcmp(words[1], "exec") == 0) return execute(words[2], words[3]);
  fputs("usage: floor version | floor run CGROUP [PROGRAM...] | floor exec CGROUP PID\n", stderr);
  return 2;
}
