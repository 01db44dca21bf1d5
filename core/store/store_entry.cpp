// Bytes: numbers in the machine's order (little endian), texts and lists behind their length,
// optional values behind a byte that says whether they are there. One list of members a row serves
// writing and reading.
#include "store/store_entry.hpp"

#include <cstring>
#include <type_traits>

namespace petrel::core {
namespace {

class EntryWriter {
public:
    template <typename... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    std::string bytes;

private:
    template <typename Number>
        requires std::is_arithmetic_v<Number>
    void put(Number value) {
        bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
    void put(const std::string& text) {
        put(static_cast<std::uint32_t>(text.size()));
        bytes += text;
    }
    template <typename Value>
    void put(const std::optional<Value>& value) {
        put(static_cast<std::uint8_t>(value.has_value()));
        if (value) {
            put(*value);
        }
    }
};

class EntryReader {
public:
    explicit EntryReader(std::string_view bytes) : rest_(bytes) {}

    template <typename... Values>
    void operator()(Values&... values) {
        (take(values), ...);
    }
    [[nodiscard]] bool sound() const { return sound_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    template <typename Number>
        requires std::is_arithmetic_v<Number>
    void take(Number& value) {
        if (rest_.size() < sizeof(value)) {
            sound_ = false;
            rest_ = {};
            return;
        }
        std::memcpy(&value, rest_.data(), sizeof(value));
        rest_.remove_prefix(sizeof(value));
    }
    void take(std::string& text) {
        std::uint32_t size = 0;
        take(size);
        if (size > rest_.size()) {
            sound_ = false;
            rest_ = {};
            return;
        }
        text = rest_.substr(0, size);
        rest_.remove_prefix(size);
    }
    template <typename Value>
    void take(std::optional<Value>& value) {
        std::uint8_t there = 0;
        take(there);
        if (there != 0) {
            take(value.emplace());
        }
    }

    std::string_view rest_;
    bool sound_ = true;
};

template <typename Archive, typename Row>
void signal_members(Archive& archive, Row& row) {
    archive(row.id, row.type, row.symbol, row.side, row.state, row.verdict, row.reason, row.pattern,
            row.strength, row.score, row.notional_usd, row.ts_ns, row.onset_ns, row.expires_ns,
            row.rule_version, row.document, row.confidence, row.health, row.priority,
            row.processing_ns, row.cancel_reason, row.news_impact, row.sentiment);
}

template <typename Archive, typename Row>
void notification_members(Archive& archive, Row& row) {
    archive(row.key, row.signal_id, row.channel, row.state, row.priority, row.attempts,
            row.created_ns, row.next_try_ns, row.use_by_ns, row.finished_ns, row.reason,
            row.provider_id, row.payload, row.phase, row.seq, row.merged_into);
}

template <typename Archive, typename Row>
void outcome_members(Archive& archive, Row& row) {
    archive(row.signal_id, row.horizon_ms, row.type, row.symbol, row.group, row.pattern,
            row.strength, row.pressure, row.rule_version, row.score, row.signal_ns, row.at_ns,
            row.result, row.reason, row.price_before, row.price_after, row.return_pct,
            row.return_sigma, row.with_pct, row.against_pct, row.lead_s);
}

template <typename Archive, typename Row>
void attempt_members(Archive& archive, Row& row) {
    archive(row.key, row.number, row.signal_id, row.channel, row.at_ns, row.finished_ns, row.result,
            row.reason, row.http_status, row.provider_id);
}

template <typename Archive, typename Row>
void metrics_members(Archive& archive, Row& row) {
    archive(row.at_ns, row.node, row.signals, row.delivered, row.retried, row.refused,
            row.latency_p50_ms, row.latency_p99_ms, row.latency_max_ms, row.write_p99_ms,
            row.waiting, row.spooled);
}

template <typename Archive, typename Row>
void silence_members(Archive& archive, Row& row) {
    archive(row.id, row.matcher, row.from_ns, row.until_ns, row.author, row.comment, row.ended_by);
}

template <typename Archive, typename Row>
void ack_members(Archive& archive, Row& row) {
    archive(row.signal_id, row.at_ns, row.author, row.via, row.comment);
}

template <typename Archive, typename Row>
void vote_members(Archive& archive, Row& row) {
    archive(row.signal_id, row.voter, row.vote, row.weight, row.share, row.confidence);
}

void write_signal(EntryWriter& writer, const SignalRow& row) {
    signal_members(writer, row);
    writer(static_cast<std::uint32_t>(row.votes.size()));
    for (const VoteRow& vote : row.votes) {
        vote_members(writer, vote);
    }
}

void read_signal(EntryReader& reader, SignalRow& row) {
    signal_members(reader, row);
    std::uint32_t count = 0;
    reader(count);
    for (std::uint32_t i = 0; i < count && reader.sound(); ++i) {
        vote_members(reader, row.votes.emplace_back());
    }
}

void write_notifications(EntryWriter& writer, const std::vector<NotificationRow>& rows) {
    writer(static_cast<std::uint32_t>(rows.size()));
    for (const NotificationRow& row : rows) {
        notification_members(writer, row);
    }
}

void write_attempt(EntryWriter& writer, const std::optional<AttemptRow>& attempt) {
    writer(static_cast<std::uint8_t>(attempt.has_value()));
    if (attempt) {
        attempt_members(writer, *attempt);
    }
}

void read_attempt(EntryReader& reader, std::optional<AttemptRow>& attempt) {
    std::uint8_t tried = 0;
    reader(tried);
    if (tried != 0) {
        attempt_members(reader, attempt.emplace());
    }
}

void read_notifications(EntryReader& reader, std::vector<NotificationRow>& rows) {
    std::uint32_t count = 0;
    reader(count);
    for (std::uint32_t i = 0; i < count && reader.sound(); ++i) {
        notification_members(reader, rows.emplace_back());
    }
}

}  // namespace

std::string encode_entry(const StoreEntry& entry) {
    EntryWriter writer;
    writer(static_cast<std::uint8_t>(entry.kind));
    switch (entry.kind) {
        case StoreEntry::Kind::Admission:
            write_signal(writer, entry.signal);
            write_notifications(writer, entry.notifications);
            break;
        case StoreEntry::Kind::Signal:
            write_signal(writer, entry.signal);
            break;
        case StoreEntry::Kind::Outcome:
            outcome_members(writer, entry.outcome);
            break;
        case StoreEntry::Kind::Notifications:
            write_notifications(writer, entry.notifications);
            break;
        case StoreEntry::Kind::Settlement:
            write_notifications(writer, entry.notifications);
            write_attempt(writer, entry.attempt);
            break;
        case StoreEntry::Kind::Metrics:
            metrics_members(writer, entry.metrics);
            break;
        case StoreEntry::Kind::NearMiss:
            outcome_members(writer, entry.outcome);
            writer(entry.outcome.held_for);
            break;
        case StoreEntry::Kind::Change:
            write_notifications(writer, entry.notifications);
            write_notifications(writer, entry.added);
            write_attempt(writer, entry.attempt);
            break;
        case StoreEntry::Kind::Silence:
            silence_members(writer, entry.silence);
            break;
        case StoreEntry::Kind::Acknowledgement:
            ack_members(writer, entry.ack);
            write_notifications(writer, entry.notifications);
            break;
        case StoreEntry::Kind::EscalationsEnd:
            ack_members(writer, entry.ack);
            break;
    }
    return std::move(writer.bytes);
}

Result<StoreEntry> decode_entry(std::string_view bytes) {
    StoreEntry entry;
    EntryReader reader(bytes);
    std::uint8_t kind = 0;
    reader(kind);
    entry.kind = static_cast<StoreEntry::Kind>(kind);
    bool known = true;
    switch (entry.kind) {
        case StoreEntry::Kind::Admission:
            read_signal(reader, entry.signal);
            read_notifications(reader, entry.notifications);
            break;
        case StoreEntry::Kind::Signal:
            read_signal(reader, entry.signal);
            break;
        case StoreEntry::Kind::Outcome:
            outcome_members(reader, entry.outcome);
            break;
        case StoreEntry::Kind::Notifications:
            read_notifications(reader, entry.notifications);
            break;
        case StoreEntry::Kind::Settlement:
            read_notifications(reader, entry.notifications);
            read_attempt(reader, entry.attempt);
            known = entry.notifications.size() == 1;
            break;
        case StoreEntry::Kind::Change:
            read_notifications(reader, entry.notifications);
            read_notifications(reader, entry.added);
            read_attempt(reader, entry.attempt);
            break;
        case StoreEntry::Kind::Metrics:
            metrics_members(reader, entry.metrics);
            break;
        case StoreEntry::Kind::NearMiss:
            outcome_members(reader, entry.outcome);
            reader(entry.outcome.held_for);
            break;
        case StoreEntry::Kind::Silence:
            silence_members(reader, entry.silence);
            break;
        case StoreEntry::Kind::Acknowledgement:
            ack_members(reader, entry.ack);
            read_notifications(reader, entry.notifications);
            break;
        case StoreEntry::Kind::EscalationsEnd:
            ack_members(reader, entry.ack);
            break;
        default:
            known = false;
    }
    if (!known || !reader.sound() || !reader.at_end()) {
        return Status::rejected("an entry of the spool that this petrel cannot read");
    }
    return entry;
}

}  // namespace petrel::core
