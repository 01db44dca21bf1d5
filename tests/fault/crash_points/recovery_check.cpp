// Invariants I1, I2 and I6 on one recovered folder.
#include "crash_points/recovery_check.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "crash_points/story.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_reader.hpp"
#include "outbox/outbox.hpp"
#include "store/database.hpp"
#include "store/store_writer.hpp"

namespace petrel::crash_points {
namespace {

class Check {
public:
    Check(const Promises& promises, const std::string& where, Tally& tally)
        : promises_(promises), where_(where), tally_(tally) {}

    void journal(const std::string& folder);
    void store(const std::string& path, const std::string& spool_path);

private:
    void fault(std::uint64_t& kind, const std::string& what) {
        constexpr std::size_t cases_max = 20;
        ++kind;
        if (tally_.cases.size() < cases_max) {
            tally_.cases.push_back(where_ + ": " + what);
        }
    }
    void signal(core::Database& database, int number);
    void attempts(const std::vector<core::AttemptRow>& tries, const core::NotificationRow& row);
    void notification(const core::NotificationRow& row, int number);

    const Promises& promises_;
    const std::string& where_;
    Tally& tally_;
};

void Check::journal(const std::string& folder) {
    const Result<core::journal::Recovery> recovery = core::journal::recover(folder);
    if (!recovery.ok()) {
        return fault(tally_.corrupt, recovery.status().message());
    }
    if (recovery->next_number == 1) {
        if (promises_.durable_events > 0) {
            fault(tally_.lost, "the journal is empty");
        }
        return;
    }
    auto reader = core::journal::JournalReader::open(folder);
    if (!reader.ok()) {
        return fault(tally_.corrupt, reader.status().message());
    }
    std::uint64_t next = 0;
    core::journal::JournalEntry entry;
    for (;;) {
        const Result<bool> more = (*reader)->next(entry);
        if (!more.ok() || !*more) {
            break;
        }
        for (const MarketEvent& event : entry.events) {
            const MarketEvent written = event_of(event.id);
            if (std::memcmp(&event, &written, sizeof(event)) != 0) {
                return fault(tally_.invented, "an event that was never written");
            }
            if (event.id != next) {
                return fault(tally_.corrupt, "no prefix: event " + std::to_string(event.id) +
                                                 " behind " + std::to_string(next));
            }
            ++next;
        }
    }
    if (next < promises_.durable_events) {
        fault(tally_.lost, std::to_string(promises_.durable_events - next) + " synced events");
    }
}

void Check::notification(const core::NotificationRow& row, int number) {
    std::size_t channel = 0;
    while (channel < kChannels.size() && row.channel != kChannels[channel]) {
        ++channel;
    }
    if (channel == kChannels.size() || row.key != signal_of(number).id + "/" + row.channel) {
        return fault(tally_.invented, "notification " + row.key);
    }
    const auto promised = promises_.ends.find(row.key);
    if (promised != promises_.ends.end() && row.state != promised->second) {
        fault(tally_.lost, row.key + " is " + row.state + ", recorded as " + promised->second);
    }
    if (row.state != "pending" && row.state != end_of(number, channel)) {
        fault(tally_.invented, row.key + " is " + row.state);
    }
}

void Check::signal(core::Database& database, int number) {
    const core::Signal expected = signal_of(number);
    const auto found = database.find(expected.id);
    const auto rows = database.notifications(expected.id);
    if (!found.ok() || !rows.ok()) {
        return fault(tally_.corrupt, (found.ok() ? rows.status() : found.status()).message());
    }
    if (found->empty() && rows->empty()) {
        if (number < promises_.admitted) {
            fault(tally_.lost, "admission " + std::to_string(number));
        }
        return;
    }
    if (found->size() != 1 || rows->size() != kChannels.size()) {
        return fault(tally_.half, "admission " + std::to_string(number) + " with " +
                                      std::to_string(rows->size()) + " notifications");
    }
    if (found->front().document != core::row_of(expected).document) {
        fault(tally_.invented, "another document of " + expected.id);
    }
    const auto tries = database.attempts(expected.id);
    if (!tries.ok()) {
        return fault(tally_.corrupt, tries.status().message());
    }
    for (const core::NotificationRow& row : *rows) {
        notification(row, number);
        attempts(*tries, row);
    }
}

void Check::attempts(const std::vector<core::AttemptRow>& tries, const core::NotificationRow& row) {
    const auto count = std::count_if(tries.begin(), tries.end(), [&](const auto& attempt) {
        return attempt.key == row.key && attempt.result == row.state;
    });
    if (count != (row.state == "pending" ? 0 : 1)) {
        fault(tally_.half, row.key + " is " + row.state + " with " + std::to_string(count) +
                               " attempts of that result");
    }
}

void Check::store(const std::string& path, const std::string& spool_path) {
    if (!std::filesystem::exists(path)) {
        if (promises_.admitted > 0) {
            fault(tally_.lost, "the store is gone");
        }
        return;
    }
    auto database = core::Database::open(path);
    if (!database.ok()) {
        return fault(tally_.corrupt, database.status().message());
    }
    auto spool = core::Spool::open(spool_path, 1 << 20);
    if (!spool.ok()) {
        return fault(tally_.corrupt, spool.status().message());
    }
    core::StoreWriter writer(**database, std::move(*spool));
    while (writer.behind()) {
        if (Status caught_up = writer.catch_up(1'000); !caught_up.ok()) {
            return fault(tally_.corrupt, caught_up.message());
        }
    }
    if (writer.refused() > 0) {
        fault(tally_.corrupt, "the spool holds what is no entry");
    }
    const Result<core::StoreCounts> counts = (*database)->counts();
    if (!counts.ok()) {
        return fault(tally_.corrupt, counts.status().message());
    }
    std::uint64_t present = 0;
    for (int number = 0; number < kAdmissions; ++number) {
        signal(**database, number);
        const auto found = (*database)->find(signal_of(number).id);
        if (!found.ok()) {
            return fault(tally_.corrupt, found.status().message());
        }
        present += found->size();
    }
    if (counts->signals + counts->held != present) {
        fault(tally_.invented, "signals that nobody admitted");
    }
    const std::uint64_t rows =
        counts->pending + counts->delivered + counts->refused + counts->expired;
    if (rows != present * kChannels.size()) {
        fault(tally_.half,
              std::to_string(rows) + " notifications of " + std::to_string(present) + " signals");
    }
}

}  // namespace

void Promises::add(const std::string& text) {
    std::istringstream words(text);
    std::string kind;
    std::string first;
    std::string second;
    words >> kind >> first >> second;
    if (kind == "J") {
        durable_events = std::stoull(first);
    } else if (kind == "A") {
        admitted = std::stoi(first) + 1;
    } else if (kind == "S") {
        ends[first] = second;
    }
}

void check_recovery(const std::string& folder, const Promises& promises, const std::string& where,
                    Tally& tally) {
    ++tally.states;
    Check check(promises, where, tally);
    check.journal(folder + "/" + kJournalName);
    check.store(folder + "/" + kStoreName, folder + "/" + kSpoolName);
}

}  // namespace petrel::crash_points
