#include "runtime/cgroup/statistics.h"

#include "runtime/cgroup/processes.h"

namespace runtime::cgroup {

Statistics read_statistics(std::span<const Source> sources) {
  Statistics statistics;
  for (const Source& source : sources) {
    if (source.hierarchy.is_v2()) {
      read_statistics_v2(source, statistics);
    } else {
      read_statistics_v1(source, statistics);
    }
  }
  // Where no pids controller counts, we do.
  if (statistics.pids.current == 0 && !sources.empty()) {
    statistics.pids.current = list_processes(sources.front().folder).size();
  }
  return statistics;
}

}  // namespace runtime::cgroup
