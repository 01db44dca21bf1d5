// Runs the journal and the outbox as the engine does, under the recorder: admits, settles, closes
// and opens the store, pushes events; and marks in the record what it was promised.
//
// For some of the story the store is down, so that the spool is written, and caught up with later.
// Settlements of a signal are one group, and so are some admissions: promised when flush() says so.
//
//   crash_workload FOLDER
#include <dlfcn.h>
#include <poll.h>

#include <cstdio>
#include <string>
#include <vector>

#include "crash_points/story.hpp"
#include "journal/journal_writer.hpp"
#include "outbox/outbox.hpp"
#include "store/database.hpp"

namespace petrel::crash_points {
namespace {

// Tells the recorder; without it there is nobody to tell.
void promised(const std::string& text) {
    using Record = void (*)(const char*);
    static const auto record = reinterpret_cast<Record>(::dlsym(RTLD_DEFAULT, "petrel_record_ack"));
    if (record != nullptr) {
        record(text.c_str());
    }
}

int failed(const std::string& what) {
    std::fprintf(stderr, "crash_workload: %s\n", what.c_str());
    return 1;
}

core::journal::WriterOptions journal_options(const std::string& folder) {
    core::journal::WriterOptions options;
    options.directory = folder + "/" + kJournalName;
    options.segment_bytes = 6'000;  // several segments
    options.block_ms = 1;
    options.sync_ms = 12;  // several blocks between two syncs
    options.describe = [](std::uint32_t handle) {
        core::journal::InstrumentLine line;
        line.handle = handle;
        line.venue = "venue-a";
        return line;
    };
    return options;
}

// A server that is not there, for as long as the story wants it.
Result<std::unique_ptr<core::Database>> open_store(const std::string& folder, bool down) {
    core::StorePlace place(folder + "/" + kStoreName);
    if (down) {
        place.url = "postgresql:///none?host=/nonexistent";
        place.may_be_down = true;
    }
    return core::Database::open(place);
}

struct Store {
    std::unique_ptr<core::Database> database;
    std::unique_ptr<core::Outbox> outbox;

    Status open(const std::string& folder, bool down);
};

core::OutboxOptions outbox_options() {
    core::OutboxOptions options;
    options.channels.assign(kChannels.begin(), kChannels.end());
    return options;
}

Status Store::open(const std::string& folder, bool down) {
    outbox.reset();
    database.reset();
    auto opened = open_store(folder, down);
    auto spool = core::Spool::open(folder + "/" + kSpoolName, 1 << 20);
    if (!opened.ok() || !spool.ok()) {
        return opened.ok() ? spool.status() : opened.status();
    }
    database = std::move(*opened);
    outbox = std::make_unique<core::Outbox>(*database, outbox_options(), std::move(*spool));
    while (!down && outbox->writer().behind()) {
        if (Status caught_up = outbox->writer().catch_up(3); !caught_up.ok()) {
            return caught_up;
        }
    }
    return {};
}

// Two signals that are admitted together begin with this one.
bool opens_a_group(int number) {
    return number % 5 == 1 && store_is_down(number) == store_is_down(number + 1) &&
           (number + 1) % kReopenEvery != 0 && number + 1 < kAdmissions;
}

Status settle_all(core::Outbox& outbox, int number) {
    Result<std::vector<core::Delivery>> due = outbox.take_due(kNowNs, 1'000);
    if (!due.ok()) {
        return due.status();
    }
    std::vector<std::string> settlements;
    outbox.gather();
    for (core::Delivery& delivery : *due) {
        std::size_t channel = 0;
        while (delivery.row.channel != kChannels[channel]) {
            ++channel;
        }
        const std::string end = end_of(number, channel);
        const std::string key = delivery.row.key;
        if (end == "pending" || delivery.row.signal_id != signal_of(number).id) {
            continue;  // stays in flight, as with a provider that does not answer
        }
        core::DeliveryOutcome outcome;
        outcome.delivery = std::move(delivery);
        outcome.result =
            end == "delivered" ? core::DeliveryResult::Delivered : core::DeliveryResult::Refused;
        outcome.reason = "as told";
        outcome.started_ns = kNowNs + number;
        outcome.finished_ns = outcome.started_ns + 5;
        if (Status settled = outbox.settle(outcome, kNowNs); !settled.ok()) {
            return settled;
        }
        settlements.push_back("S " + key + " " + end);
    }
    Status flushed = outbox.flush();
    for (std::size_t i = 0; flushed.ok() && i < settlements.size(); ++i) {
        promised(settlements[i]);
    }
    return flushed;
}

int run(const std::string& folder) {
    auto writer = core::journal::JournalWriter::open(journal_options(folder));
    if (!writer.ok()) {
        return failed(writer.status().message());
    }
    Store store;
    std::uint64_t pushed = 0;
    std::uint64_t told = 0;
    const auto tell_durable = [&] {
        const std::uint64_t durable = (*writer)->figures().durable;
        if (durable != told) {
            told = durable;
            promised("J " + std::to_string(durable));
        }
    };
    for (int n = 0; n < kAdmissions; ++n) {
        if (n % kReopenEvery == 0 || store_is_down(n) != store_is_down(n - 1)) {
            if (Status opened = store.open(folder, store_is_down(n)); !opened.ok()) {
                return failed(opened.message());
            }
        }
        std::vector<MarketEvent> events;
        for (std::size_t i = 0; i < kEventsAnAdmission; ++i) {
            events.push_back(event_of(pushed++));
        }
        (*writer)->push(0, events);
        if (opens_a_group(n)) {
            store.outbox->gather();
        }
        if (Status admitted = store.outbox->admit(signal_of(n), kNowNs); !admitted.ok()) {
            return failed(admitted.message());
        }
        if (opens_a_group(n)) {
            continue;
        }
        if (Status flushed = store.outbox->flush(); !flushed.ok()) {
            return failed(flushed.message());
        }
        if (store.outbox->writer().behind() != store_is_down(n)) {
            return failed("the spool is not where the story wants it");
        }
        promised("A " + std::to_string(n));  // and with it those before
        if (Status settled = settle_all(*store.outbox, n); !settled.ok()) {
            return failed(settled.message());
        }
        if (n % 10 == 7) {
            store.database->checkpoint(1);
        }
        ::poll(nullptr, 0, 3);  // lets the journal's thread keep pace, for more states
        tell_durable();
    }
    if (Status opened = store.open(folder, false); !opened.ok()) {
        return failed(opened.message());
    }
    store = Store();
    (*writer)->stop();
    tell_durable();
    return (*writer)->figures().lost == 0 && told == pushed ? 0 : failed("events were lost");
}

}  // namespace
}  // namespace petrel::crash_points

int main(int count, char** arguments) {
    return count == 2 ? petrel::crash_points::run(arguments[1]) : 2;
}
