// What a guard in between costs: round trips of tools/call through nothing, through a relay that does
// nothing, and through `aegis-mcp wrap` in front of the same server, in one run and in turns, so that the
// ratios mean something on a machine whose speed changes from minute to minute.
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/payload.h"
#include "bench/peer.h"

namespace {

using aegis::bench::give_up;
using aegis::bench::now_us;
using aegis::bench::Peer;
using aegis::bench::percentile;

constexpr std::string_view kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},)"
    R"("clientInfo":{"name":"bench","version":"1"}}})"
    "\n";
constexpr std::string_view kInitialized = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";
constexpr std::string_view kListTools = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}\n";

// Requests differ, as do answers, so that no cache or branch predictor on the way learns one text by heart.
constexpr unsigned kTexts = 16;
// Calls of one variant before it is the next one's turn: some tens of milliseconds at 4 KB.
constexpr int kBlockBytes = 4 << 20;
constexpr int kBlockMin = 50;
constexpr int kBlockMax = 1000;
// Between turns: what the last variant still does in the background (the guard commits its records every few
// milliseconds) must not be charged to the next.
constexpr std::chrono::milliseconds kPause{15};

struct Options {
  int rounds = 10;
  int starts = 30;
  std::vector<std::size_t> sizes{100, 4096, 102400};
  std::string echo, relay, wrap, node, node_relay;
};

struct Variant {
  std::string name;
  std::vector<std::string> command;
};

// A folder of its own, removed at the end, on the file system of $TMPDIR: the store's fsync is part of the
// figures.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "aegis-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) give_up("no temporary folder");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::vector<std::string> guarded(const Options& options, const std::string& store) {
  return {options.wrap, "wrap", "--name", "echo", "--store", store, "--", options.echo};
}

std::vector<Variant> variants(const Options& options, const TemporaryFolder& folder) {
  std::vector<Variant> list{{"direct", {options.echo}}, {"bare relay", {options.relay, options.echo}}};
  if (!options.wrap.empty()) list.push_back({"aegis-mcp wrap", guarded(options, folder.file("store.db"))});
  if (!options.node.empty())
    list.push_back({"node SDK relay", {options.node, options.node_relay, options.echo}});
  return list;
}

// CPU 0 only, or every CPU there is; children inherit it.
void pin(bool pinned) {
  cpu_set_t set;
  CPU_ZERO(&set);
  const long cpus = pinned ? 1 : ::sysconf(_SC_NPROCESSORS_ONLN);
  for (long cpu = 0; cpu < cpus; ++cpu) CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) give_up("cannot choose a CPU");
}

void greet(Peer* peer) {
  peer->ask(kInitialize);
  peer->tell(kInitialized);
  peer->ask(kListTools);
}

std::vector<std::string> requests(std::size_t size) {
  std::vector<std::string> lines;
  for (unsigned i = 0; i < kTexts; ++i) {
    lines.push_back(R"(,"method":"tools/call","params":{"name":"echo","arguments":{"size":)" +
                    std::to_string(size) + R"(,"text":")" +
                    aegis::bench::json_escaped(aegis::bench::mixture(size, i)) + "\"}}}\n");
  }
  return lines;
}

struct Timing {
  std::vector<double> us;
  double cpu_ns = 0;
  int id = 10;
};

void block(Peer* peer, const std::vector<std::string>& lines, int calls, Timing* timing) {
  std::string request;
  const double cpu = peer->cpu_ns();
  for (int i = 0; i < calls; ++i) {
    request = R"({"jsonrpc":"2.0","id":)" + std::to_string(timing->id++);
    request += lines[static_cast<std::size_t>(i) % lines.size()];
    const double start = now_us();
    const auto answer = peer->ask(request);
    timing->us.push_back(now_us() - start);
    if (answer.find("\"isError\"") != std::string_view::npos ||
        answer.find("\"error\":") != std::string_view::npos) {
      give_up("a call was not answered: " + std::string(answer.substr(0, 300)));
    }
  }
  std::this_thread::sleep_for(kPause);
  timing->cpu_ns += peer->cpu_ns() - cpu;
}

void round_trips(const Options& options, const std::vector<Variant>& list, bool pinned) {
  pin(pinned);
  std::printf("\n%s: round trip of tools/call, µs\n", pinned ? "All processes on one CPU" : "Any CPU");
  std::printf("%-16s %8s %9s %9s %9s %7s %7s %7s %8s\n", "", "bytes", "p50", "p99", "mean", "÷ bare", "p99",
              "÷ direct", "CPU");
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<long> idle;
  idle.reserve(list.size());
  peers.reserve(list.size());
  for (const auto& variant : list) {
    peers.push_back(std::make_unique<Peer>(variant.command));
    greet(peers.back().get());
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  for (const auto& peer : peers) idle.push_back(peer->memory_kb("VmRSS:"));

  for (const std::size_t size : options.sizes) {
    const auto lines = requests(size);
    const int calls = std::clamp(kBlockBytes / static_cast<int>(size + 1), kBlockMin, kBlockMax);
    std::vector<Timing> timings(list.size());
    for (int round = -1; round < options.rounds; ++round) {
      for (std::size_t turn = 0; turn < list.size(); ++turn) {
        const std::size_t v = (turn + static_cast<std::size_t>(round + 1)) % list.size();
        block(peers[v].get(), lines, calls, &timings[v]);
        if (round < 0)
          timings[v] = Timing{.us = {}, .cpu_ns = 0, .id = timings[v].id};  // the first round warms up
      }
    }
    const auto p = [&](std::size_t v, double fraction) { return percentile(timings[v].us, fraction); };
    for (std::size_t v = 0; v < list.size(); ++v) {
      double sum = 0;
      for (const double us : timings[v].us) sum += us;
      const auto count = static_cast<double>(timings[v].us.size());
      std::printf("%-16s %8zu %9.1f %9.1f %9.1f %7.2f %7.2f %7.2f %8.1f\n", list[v].name.c_str(), size,
                  p(v, .5), p(v, .99), sum / count, p(v, .5) / p(1, .5), p(v, .99) / p(1, .99),
                  p(v, .5) / p(0, .5), timings[v].cpu_ns / 1000 / count);
    }
  }
  std::printf("\n%-16s %14s %14s %14s\n", "Resident, kB", "idle", "after load", "peak");
  for (std::size_t v = 1; v < list.size(); ++v) {
    std::printf("%-16s %14ld %14ld %14ld\n", list[v].name.c_str(), idle[v], peers[v]->memory_kb("VmRSS:"),
                peers[v]->memory_kb("VmHWM:"));
  }
}

void cold_starts(const Options& options, std::vector<Variant> list, const TemporaryFolder& folder) {
  pin(false);
  const std::size_t fresh = list.size();
  if (!options.wrap.empty()) list.push_back({"wrap, new store", {}});
  std::vector<std::vector<double>> ms(list.size());
  for (int round = 0; round < options.starts; ++round) {
    for (std::size_t v = 0; v < list.size(); ++v) {
      if (v == fresh) list[v].command = guarded(options, folder.file("new" + std::to_string(round) + ".db"));
      const double start = now_us();
      Peer peer(list[v].command);
      peer.ask(kInitialize);
      ms[v].push_back((now_us() - start) / 1000);
    }
  }
  std::printf("\n%-16s %9s %9s %9s   from the start of the process to the answer to initialize\n",
              "Cold start, ms", "p50", "p90", "÷ bare");
  for (std::size_t v = 0; v < list.size(); ++v) {
    std::printf("%-16s %9.1f %9.1f %9.1f\n", list[v].name.c_str(), percentile(ms[v], .5),
                percentile(ms[v], .9), percentile(ms[v], .5) / percentile(ms[1], .5));
  }
}

constexpr const char* kUsage =
    "usage: bench_proxy [--rounds N] [--starts N] [--sizes BYTES,…] [--wrap AEGIS_MCP] [--echo PROGRAM] "
    "[--relay PROGRAM]\n"
    "                   [--node NODE --node-relay node_relay.mjs]   (and $AEGIS_NPM, where its packages "
    "are)\n";

int number(const std::string& text) {
  return static_cast<int>(std::max(1L, std::strtol(text.c_str(), nullptr, 10)));
}

std::vector<std::size_t> numbers(const std::string& list) {
  std::vector<std::size_t> values;
  for (std::size_t at = 0; at < list.size();
       at = list.find(',', at) == std::string::npos ? list.size() : list.find(',', at) + 1) {
    values.push_back(std::strtoul(list.c_str() + at, nullptr, 10));
  }
  return values;
}

Options read_options(int argc, char** argv) {
  Options options;
  const auto beside = std::filesystem::canonical("/proc/self/exe").parent_path();
  options.echo = beside / "bench_echo_server";
  options.relay = beside / "bench_bare_relay";
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    const std::string value = i + 1 < argc ? argv[i + 1] : "";
    if (flag == "--rounds")
      options.rounds = number(value);
    else if (flag == "--starts")
      options.starts = number(value);
    else if (flag == "--sizes")
      options.sizes = numbers(value);
    else if (flag == "--wrap")
      options.wrap = value;
    else if (flag == "--echo")
      options.echo = value;
    else if (flag == "--relay")
      options.relay = value;
    else if (flag == "--node")
      options.node = value;
    else if (flag == "--node-relay")
      options.node_relay = value;
    else
      give_up(kUsage);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  const TemporaryFolder folder;
  // The user's own configuration must not decide what is measured.
  ::setenv("XDG_CONFIG_HOME", folder.file("config").c_str(), 1);
  for (const char* name :
       {"AEGIS_MODE", "AEGIS_LOG_LEVEL", "AEGIS_API_KEY", "AEGIS_ENV", "AEGIS_FAIL_CLOSED", "AEGIS_CONFIG"}) {
    ::unsetenv(name);
  }
  const auto list = variants(options, folder);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf(
      "%d rounds; CPU: µs of CPU time a call in the relay itself, all its threads, work after the answer "
      "included\n",
      options.rounds);
  round_trips(options, list, true);
  round_trips(options, list, false);
  cold_starts(options, list, folder);
}
