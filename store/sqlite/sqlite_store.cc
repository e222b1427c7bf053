#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "base/hash.h"
#include "store/agent_name.h"
#include "store/sqlite/file.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/writer.h"

namespace aegis::store {
namespace sqlite {
namespace {

constexpr std::string_view kKeyPrefix = "aais_";
constexpr std::size_t kKeyBytes = 20;  // 160 bits: not to be guessed

// More tokens than any model reads in one call; keeps the sums of a day far from overflow.
constexpr std::int64_t kMostTokens = 1'000'000'000'000;

// A decision id: milliseconds since 1970 (42 bits), a count within them (10), the process (11).
constexpr int kProcessBits = 11;
constexpr int kCountBits = 10;
constexpr std::int64_t kProcessMask = (std::int64_t{1} << kProcessBits) - 1;
constexpr int kDrawMs = 50;  // the first decision of a process must not wait long for its number

Result<std::int64_t> draw_number(const std::string& path) {
  auto database = Database::open(path, Database::Access::write, kDrawMs);
  if (!database) return database.error();
  Statement draw(**database, "UPDATE process_count SET drawn = drawn + 1 RETURNING drawn");
  Cursor cursor = draw.query();
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  const std::int64_t number = cursor.integer(0);
  if (auto done = cursor.next(); !done) return done.error();  // commits
  return number;
}

// Distinct for 2,048 processes in a row; after that, two with the same number would also have to count the
// same in the same millisecond. When none can be drawn, because another process holds the lock, chance must
// do.
std::int64_t process_number(const std::string& path) {
  if (const auto drawn = draw_number(path); drawn) return *drawn & kProcessMask;
  const std::string hex = random_hex(4);
  std::int64_t number = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  return number & kProcessMask;
}

// 50 random bits in 10 letters that are hard to mistake for each other.
std::string new_approval_id() {
  constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr std::size_t kBytes = 8;
  std::uint64_t bits = 0;
  const std::string hex = random_hex(kBytes);
  std::from_chars(hex.data(), hex.data() + hex.size(), bits, 16);
  std::string id;
  for (int i = 0; i < 10; ++i, bits >>= 5) {
    if (i == 5) id.push_back('-');
    id.push_back(kLetters[bits & 31]);
  }
  return id;
}

class SqliteApprovals final : public Approvals {
 public:
  SqliteApprovals(ReaderPool& readers, Writer& writer) : readers_(readers), writer_(writer) {}

  Result<Approval> find(const ApprovalKey& key, UnixMillis now) override {
    return readers_.ask([&](Reader& reader) { return reader.approvals().find(key, now); });
  }
  Result<Approval> by_id(std::string_view id, UnixMillis now) override {
    return readers_.ask([&](Reader& reader) { return reader.approvals().by_id(std::string(id), now); });
  }
  Result<std::vector<Approval>> list(bool all, UnixMillis now) override {
    return readers_.ask([&](Reader& reader) { return reader.approvals().list(all, now); });
  }

  Result<Approval> ask(const ApprovalRequest& request, UnixMillis now) override {
    return writer_.run<Approval>([id = new_approval_id(), request, now](Registry& registry) {
      return registry.approvals().ask(id, request, now);
    });
  }
  Result<Approval> decide(std::string_view id, const Ruling& ruling, UnixMillis now) override {
    if (ruling.edited_arguments.size() > kMaxEditedBytes) {
      return invalid_input("the new arguments have more than the limit of " +
                           std::to_string(kMaxEditedBytes) + " bytes");
    }
    return writer_.run<Approval>([id = std::string(id), ruling, now](Registry& registry) {
      return registry.approvals().decide(id, ruling, now);
    });
  }
  Result<Approval> consume(std::string_view id, UnixMillis now) override {
    return writer_.run<Approval>(
        [id = std::string(id), now](Registry& registry) { return registry.approvals().consume(id, now); });
  }

 private:
  ReaderPool& readers_;
  Writer& writer_;
};

class SqliteStore final : public Store, private PinStore {
 public:
  SqliteStore(std::unique_ptr<Database> database, int busy_timeout_ms)
      : path_(database->path()),
        readers_(path_, busy_timeout_ms),
        writer_(std::move(database), busy_timeout_ms) {}

  Result<Agent> ensure_agent(std::string_view name) override {
    auto valid = valid_agent_name(name);
    if (!valid) return valid.error();
    // Nearly always there already, and then nothing has to be written.
    auto known = agent_by_name(*valid);
    if (known || known.error().code != ErrorCode::not_found) return known;
    return writer_.run<Agent>([name = *valid](Registry& registry) { return registry.ensure(name); });
  }

  Result<NewAgent> register_agent(std::string_view name) override {
    auto valid = valid_agent_name(name);
    if (!valid) return valid.error();
    std::string key = std::string(kKeyPrefix) + random_hex(kKeyBytes);
    auto agent = writer_.run<Agent>(
        [name = *valid, hash = sha256_hex(key)](Registry& registry) { return registry.add_key(name, hash); });
    if (!agent) return agent.error();
    return NewAgent{std::move(*agent), std::move(key)};
  }

  Result<Agent> revoke_key(std::string_view name) override {
    return writer_.run<Agent>(
        [name = std::string(trimmed(name))](Registry& registry) { return registry.revoke_key(name); });
  }

  Result<Agent> agent_by_name(std::string_view name) override {
    return readers_.ask([&](Reader& reader) { return reader.agent_by_name(trimmed(name)); });
  }

  Result<Agent> agent_by_id(AgentId id) override {
    return readers_.ask([&](Reader& reader) { return reader.agent_by_id(id); });
  }

  Result<Agent> agent_by_key(std::string_view key) override {
    if (key.substr(0, kKeyPrefix.size()) != kKeyPrefix) return not_found("no agent has this key");
    return readers_.ask([&](Reader& reader) { return reader.agent_by_key_hash(sha256_hex(key)); });
  }

  Result<std::vector<Agent>> agents() override {
    return readers_.ask([](Reader& reader) { return reader.agents(); });
  }

  Result<Agent> set_status(std::string_view name, AgentStatus status) override {
    return writer_.run<Agent>([name = std::string(trimmed(name)), status](Registry& registry) {
      return registry.set_status(name, status);
    });
  }

  Result<AgentStatus> status(AgentId id) override {
    return readers_.ask([&](Reader& reader) { return reader.status(id); });
  }

  std::int64_t next_decision_id() override {
    std::call_once(process_drawn_, [this] { process_ = process_number(path_); });
    std::int64_t last = last_tick_.load(std::memory_order_relaxed);
    std::int64_t tick = 0;
    do {
      tick = std::max(last + 1, now_ms() << kCountBits);
    } while (!last_tick_.compare_exchange_weak(last, tick, std::memory_order_relaxed));
    return (tick << kProcessBits) | process_;
  }

  Result<void> record(Decision decision) override { return writer_.queue(std::move(decision)); }
  Result<void> record(Outcome outcome) override { return writer_.queue(std::move(outcome)); }
  Result<void> record(FlowNote note) override { return writer_.queue(std::move(note)); }

  Result<void> record(Interaction interaction) override {
    for (const std::int64_t tokens : {interaction.tokens_in, interaction.tokens_out}) {
      if (tokens < 0 || tokens > kMostTokens) {
        return invalid_input("tokens must be between 0 and " + std::to_string(kMostTokens));
      }
    }
    if (interaction.latency_ms.value_or(0) < 0) return invalid_input("latency_ms must not be negative");
    return writer_.commit(std::move(interaction));
  }

  Result<void> flush() override { return writer_.flush(); }

  Result<std::vector<LogEntry>> log(AgentId agent, std::size_t limit) override {
    return readers_.ask([&](Reader& reader) { return reader.log(agent, limit); });
  }
  Result<LogEntry> decision(std::int64_t id) override {
    return readers_.ask([&](Reader& reader) { return reader.decision(id); });
  }

  Result<TrustCounters> trust_counters(AgentId agent, UnixMillis now) override {
    return readers_.ask([&](Reader& reader) { return reader.trust_counters(agent, now); });
  }

  Result<BudgetLimits> budget(AgentId agent) override {
    return readers_.ask([&](Reader& reader) { return reader.budget(agent); });
  }

  Result<void> set_budget(AgentId agent, const BudgetLimits& limits) override {
    if (limits.daily_tokens.value_or(0) < 0 || limits.monthly_tokens.value_or(0) < 0) {
      return invalid_input("a budget must not be negative");
    }
    if (auto known = agent_by_id(agent); !known) return known.error();
    const auto done = writer_.run<bool>([agent, limits](Registry& registry) -> Result<bool> {
      if (auto set = registry.set_budget(agent, limits); !set) return set.error();
      return true;
    });
    if (!done) return done.error();
    return {};
  }

  Result<BudgetUse> budget_use(AgentId agent, UnixMillis now) override {
    return readers_.ask([&](Reader& reader) { return reader.budget_use(agent, now); });
  }

  Result<std::vector<FlowNote>> flow_notes(std::string_view session, std::int64_t after) override {
    return readers_.ask([&](Reader& reader) { return reader.flow_notes(session, after); });
  }

  Approvals& approvals() override { return approvals_; }
  PinStore& pins() override { return *this; }

  Result<std::vector<Pin>> pins(std::string_view server_name) override {
    return readers_.ask([&](Reader& reader) { return reader.pins().pins(server_name); });
  }

  Result<std::vector<Pin>> pins_of(const ServerKey& server, std::string_view tool) override {
    return readers_.ask([&](Reader& reader) { return reader.pins().pins_of(server, tool); });
  }

  Result<std::string> definition(const Pin& pin) override {
    return readers_.ask([&](Reader& reader) { return reader.pins().definition(pin); });
  }

  Result<std::vector<bool>> see(const ServerKey& server, const std::vector<SeenDefinition>& seen) override {
    return writer_.run<std::vector<bool>>(
        [server, seen](Registry& registry) { return registry.pins().see(server, seen); });
  }

  Result<void> accept(const Pin& pin) override {
    const auto done = writer_.run<bool>([pin](Registry& registry) -> Result<bool> {
      if (auto accepted = registry.pins().accept(pin); !accepted) return accepted.error();
      return true;
    });
    if (!done) return done.error();
    return {};
  }

  Result<SeenMark> see_mark(const ServerMark& mark) override {
    return writer_.run<SeenMark>([mark](Registry& registry) { return registry.pins().see_mark(mark); });
  }

  Result<std::vector<ServerMark>> marks(std::string_view server_name) override {
    return readers_.ask([&](Reader& reader) { return reader.pins().marks(server_name); });
  }

  Result<std::size_t> accept_marks(std::string_view server_name) override {
    return writer_.run<std::size_t>(
        [name = std::string(server_name)](Registry& registry) { return registry.pins().accept_marks(name); });
  }

  Result<std::string> describe() override {
    return readers_.ask([](Reader& reader) { return reader.describe(); });
  }

 private:
  const std::string path_;
  std::once_flag process_drawn_;
  std::int64_t process_ = 0;
  std::atomic<std::int64_t> last_tick_{0};
  ReaderPool readers_;
  Writer writer_;
  SqliteApprovals approvals_{readers_, writer_};
};

// Switching a new file to WAL fails at once, without the busy timeout, while another process does the same.
Result<std::unique_ptr<Database>> open_migrated(const std::string& path, int busy_timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
  while (true) {
    auto database = Database::open(path, Database::Access::write, busy_timeout_ms);
    if (!database) return database;
    const auto migrated = migrate(**database);
    if (migrated) return database;
    if (!(*database)->last_was_busy() || std::chrono::steady_clock::now() >= deadline)
      return migrated.error();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

Result<std::unique_ptr<Store>> open(const std::string& path, int busy_timeout_ms) {
  const auto file = prepare_file(path);
  if (!file) return file.error();
  auto database = open_migrated(*file, busy_timeout_ms);
  if (!database) return database.error();
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*database), busy_timeout_ms));
}

}  // namespace sqlite

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path) {
  return sqlite::open(path, kBusyTimeoutMs);
}

}  // namespace aegis::store
