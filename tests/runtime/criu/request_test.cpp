#include "runtime/criu/request.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "runtime/criu/wire.h"

namespace runtime::criu {
namespace {

using base::cat;

enum class Depth { Flat, Nested };

// "3=1 23={1=/data 2=/data}": the fields of a message, those that are messages in turn in braces.
std::string shown(std::string_view message, Depth depth) {
  const auto is_message = [&](unsigned number) {
    return depth == Depth::Nested &&
           (number == 11 || number == 23 || number == 25 || number == 27 || number == 39);
  };
  std::string text;
  for (const Field& field : fields_of(message)) {
    if (!text.empty()) text += ' ';
    text += cat(field.number, '=');
    if (is_message(field.number)) {
      text += cat('{', shown(field.bytes, Depth::Flat), '}');
    } else if (field.bytes.empty()) {
      text += cat(field.value);
    } else {
      text += field.bytes;
    }
  }
  return text;
}

// Of the options alone.
std::string options_of(const Request& request) {
  const std::string bytes = encode(request);
  for (const Field& field : fields_of(bytes)) {
    if (field.number == 2) return shown(field.bytes, Depth::Nested);
  }
  return "none";
}

Request dump() {
  Request request;
  request.images = 5;
  request.work = 6;
  request.pid = 77;
  request.root = "/r";
  return request;
}

// What every one of those has in front.
constexpr const char* kDump = "1=5 2=77 9=4 10=dump.log 12=1 13=/r 17=6 24=1 50=1";

TEST(Request, Actions) {
  const auto type_of = [](Action action) {
    Request request;
    request.action = action;
    const std::string bytes = encode(request);
    return fields_of(bytes).front().value;
  };
  EXPECT_EQ(type_of(Action::Dump), 1U);
  EXPECT_EQ(type_of(Action::Restore), 2U);
  EXPECT_EQ(type_of(Action::PreDump), 4U);
}

TEST(Request, EveryChoiceIsItsField) {
  struct Case {
    void (*choose)(Options&);
    const char* expected;
  };
  const Case cases[] = {
      {[](Options&) {}, "34=6"},
      {[](Options& o) { o.leave_running = true; }, "3=1 34=6"},
      {[](Options& o) { o.ext_unix_sk = true; }, "4=1 34=6"},
      {[](Options& o) { o.tcp_established = true; }, "5=1 34=6"},
      {[](Options& o) { o.shell_job = true; }, "7=1 34=6"},
      {[](Options& o) { o.file_locks = true; }, "8=1 34=6"},
      {[](Options& o) { o.auto_dedup = true; }, "16=1 34=6"},
      {[](Options& o) { o.link_remap = true; }, "18=1 34=6"},
      {[](Options& o) { o.lazy_pages = true; }, "48=1 34=6"},
      {[](Options& o) { o.tcp_close = true; }, "52=1 34=6"},
      {[](Options& o) { o.tcp_skip_in_flight = true; }, "46=1 34=6"},
      {[](Options& o) { o.parent_path = "../p"; }, "14=../p 15=1 34=6"},
      {[](Options& o) { o.page_server = "::1", o.page_server_port = 9; }, "11={1=::1 2=9} 34=6"},
      {[](Options& o) { o.cgroup_mode = CgroupMode::Ignore; }, "34=0"},
      {[](Options& o) { o.cgroup_mode = CgroupMode::Strict; }, "34=5"},
      {[](Options& o) { o.empty_network = true; }, "34=6 38=1073741824"},
      {[](Options& o) { o.lsm_profile = "selinux:x"; }, "34=6 53=selinux:x"},
      {[](Options& o) { o.lsm_mount_context = "c"; }, "34=6 63=c"},
      {[](Options& o) { o.network_lock = NetworkLock::Nftables; }, "34=6 64=2"},
  };
  for (const Case& each : cases) {
    Request request = dump();
    each.choose(request.options);
    EXPECT_EQ(options_of(request), cat(kDump, " ", each.expected));
  }
}

TEST(Request, Lists) {
  Request request = dump();
  request.freeze_cgroup = "/cg";
  request.config_file = "/etc/c";
  request.mounts = {{"/data", "/data"}, {"/b", "/c"}};
  request.externals = {"net[1]:x", "file[a:b]"};
  request.inherited = {{"pipe:[1]", 0}};
  request.cgroups = {{"cpu", "/a"}, {"", "/b"}};
  request.namespaces = {{"ipc", "/proc/1/ns/ipc"}};
  EXPECT_EQ(options_of(request),
            "1=5 2=77 9=4 10=dump.log 12=1 13=/r 17=6 24=1 44=/cg 50=1 51=/etc/c 34=6 "
            "23={1=/data 2=/data} 23={1=/b 2=/c} 25={1=cpu 2=/a} 25={2=/b} 27={1=pipe:[1] 2=0} "
            "37=net[1]:x 37=file[a:b] 39={1=ipc 2=/proc/1/ns/ipc}");
}

TEST(Request, ARestoreIsOfAChildOfOurs) {
  Request request;
  request.action = Action::Restore;
  request.images = 5;
  request.root = "/r";
  EXPECT_EQ(options_of(request), "1=5 6=1 9=4 10=restore.log 12=1 13=/r 24=1 26=1 50=1 34=6");
}

TEST(Request, Answers) {
  EXPECT_EQ(shown(encode_answer(true), Depth::Flat), "1=6 3=1");
  EXPECT_EQ(shown(encode_answer(false), Depth::Flat), "1=6 3=0");
  const std::string question = encode_question(Feature::LazyPages);
  const auto fields = fields_of(question);
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].value, 9U);
  EXPECT_EQ(shown(fields[1].bytes, Depth::Flat), "2=1");
}

}  // namespace
}  // namespace runtime::criu
